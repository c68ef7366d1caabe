// @ts-check
// What each feature adds to the score of a class, and the bias, and their sum; a feature opens among the tiles.
import { valueScale, weightScale } from "../../data/color.js";
import { pageOf, sides } from "../../data/contributions.js";
import { count, precise } from "../../data/format.js";
import { saidAs } from "../../data/gives.js";
import { range } from "../../data/tensor.js";
import { joined, sentences, t } from "../../text.js";
import { addedRows, sumRows } from "../../views/added_rows.js";
import { strongestOn } from "./spots.js";
import { make, view, write } from "../shared/page_text.js";

/** @typedef {import("./reasons.js").Asked} Asked */
/** @typedef {import("../../data/contributions.js").Feature} Feature */
/** @typedef {import("../../data/contributions.js").Made & {stage: number | null, output: number, maps: number | null, total: number}} Made */

const EACH = 12;

export class AddedPart {
  #root;
  #config;
  #onSpot;
  /** @type {import("../../data/contributions.js").Order} */
  #order = "size";
  #page = 0;
  /** @type {{asked: Asked, made: Made} | null} */
  #now = null;

  /**
   * @param {HTMLElement} root
   * @param {import("./panel.js").Config} config
   * @param {(spot: import("./panel.js").Spot) => void} onSpot
   */
  constructor(root, config, onSpot) {
    this.#root = root;
    this.#config = config;
    this.#onSpot = onSpot;
    root.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("[data-first], [data-turn]")) : null;
      if (!button) return;
      if (button.dataset.first) this.#order = /** @type {import("../../data/contributions.js").Order} */ (button.dataset.first);
      this.#page = button.dataset.first ? 0 : this.#page + Number(button.dataset.turn);
      this.#draw();
    });
  }

  /**
   * @param {Asked} asked
   * @param {Made} made
   */
  show(asked, made) {
    this.#now = { asked, made };
    this.#page = 0;
    const isThere = made.stage !== null;
    /** @type {HTMLElement} */ (this.#root.querySelector("[data-part=features]")).hidden = !isThere;
    const none = made.maps !== null ? t("The score of each class is the mean of a map of its own: nothing is weighed after that.") : t("No stage of this network is seen to weigh features for each class.");
    write(this.#root, "no-features", isThere ? "" : none);
    write(this.#root, "added-stage", made.stage === null ? "" : joined(this.#config.stages[made.stage].name, t("{count} features", { count: count(made.total) })));
    if (isThere) this.#draw();
  }

  #draw() {
    if (!this.#now) return;
    const { asked: { names, chosen }, made } = this.#now;
    const { shown, others, pages, page } = pageOf(made, this.#order, this.#page, EACH);
    this.#page = page;
    this.#showPager(page, pages);
    const numbers = (/** @type {"input" | "weight" | "product"} */ key) => range(made.features.map((feature) => feature[key] ?? NaN));
    const scales = { input: valueScale(numbers("input")), weight: weightScale(numbers("weight")), product: valueScale({ ...numbers("product"), signed: true }) };
    addedRows(/** @type {HTMLElement} */ (view(this.#root, "features")), shown, { scales, linkOf: (feature) => this.#link(feature) });
    sumRows(/** @type {HTMLElement} */ (view(this.#root, "features-sum")), [
      ...(others.count ? [{ said: others.count === 1 ? t("one other feature") : t("the {count} other features", { count: count(others.count) }), value: others.sum }] : []),
      { said: t("bias"), value: made.bias },
      { said: this.#config.gives === "probabilities" ? t("score (logit) of {name}", { name: names[chosen] }) : t("score of {name}", { name: names[chosen] }), value: made.score, isResult: true },
    ]);
    this.#saySides(made);
  }

  /** @param {Made} made */
  #saySides(made) {
    const { gained, lost, gaining, losing } = sides(made.features);
    const { gives } = this.#config;
    const both = t("Features for the class: {gaining}, together {gained}; against it: {losing}, together {lost}.", { gaining: count(gaining), gained: `+${precise(gained)}`, losing: count(losing), lost: precise(-lost) });
    const after = gives === "probabilities" ? t("The scores of all classes are then made into probabilities: this one becomes {p}.", { p: saidAs(gives)(made.output) }) : "";
    write(this.#root, "added-sides", sentences(both, after));
  }

  /**
   * @param {number} page
   * @param {number} pages
   */
  #showPager(page, pages) {
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.#root.querySelectorAll("[data-first]"))) button.setAttribute("aria-pressed", String(button.dataset.first === this.#order));
    const pager = /** @type {HTMLElement} */ (this.#root.querySelector("[data-pager]"));
    pager.hidden = pages < 2;
    write(this.#root, "added-page", t("page {place} of {count}", { place: page + 1, count: pages }));
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (pager.querySelectorAll("[data-turn]"))) button.setAttribute("aria-disabled", String(Number(button.dataset.turn) < 0 ? page === 0 : page === pages - 1));
  }

  /**
   * What a feature is; a link that opens it among the tiles.
   * @param {Feature} feature
   * @returns {Node}
   */
  #link({ stage, at, mean }) {
    const axes = this.#config.input.shape.length;
    if (stage < 0 && axes !== 4) return document.createTextNode(t("input[{index}]", { index: at.slice(0, axes).join(", ") }));
    if (stage < 0) return document.createTextNode(t("picture, channel {map}, row {row}, column {column}", { map: at[1] ?? 0, row: at[2] ?? 0, column: at[3] ?? 0 }));
    const { name, shape } = this.#config.stages[stage];
    const isPlace = shape.length === 4 && Math.max(...shape.slice(2)) > 1;
    const where = { name, map: at[1], row: at[2], column: at[3] };
    const said = mean ? t("{name}, the mean of map {map}", where) : isPlace ? t("{name}, map {map}, row {row}, column {column}", where) : t("{name}, number {map}", { name, map: at[1] ?? at[0] });
    const link = make("a", { className: "link", textContent: said, href: `?${this.#query(stage, at)}` });
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#open(stage, at, mean);
    });
    return link;
  }

  /**
   * @param {number} stage
   * @param {readonly number[]} at
   */
  #query(stage, at) {
    const query = new URLSearchParams(location.search);
    query.set("stage", String(stage));
    query.set("at", at.join(","));
    return query.toString().replaceAll("%2C", ",");
  }

  /**
   * Of a mean, the number that adds most to it.
   * @param {number} stage
   * @param {number[]} at
   * @param {boolean} mean
   */
  async #open(stage, at, mean) {
    const run = this.#now?.asked.run;
    if (!mean || !run) return this.#onSpot({ node: stage, at });
    await run.need([stage]);
    this.#onSpot({ node: stage, at: strongestOn(run, stage, at[1]) });
  }
}

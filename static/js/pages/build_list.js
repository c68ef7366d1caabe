// @ts-check
// The layers of a chain, one under the other, in the order of the link; and what is done to that order.
import { withChanged, withInserted, withMoved, without } from "../chain.js";
import { valueScale } from "../color.js";
import { t } from "../text.js";
import { draggedRows } from "../views/dragged_rows.js";
import { Card } from "./build_card.js";
import { scaleOf } from "./lab_scales.js";
import { write } from "./page_text.js";

/** @typedef {import("../chain.js").Link} Link */
/** @typedef {import("./build_card.js").Deed} Deed */
/** @typedef {import("./build_run.js").Run} Run */
/** @typedef {{kinds: Record<string, import("./build_card.js").Kind>, switched: Record<string, Record<string, string>>}} Kinds */
/** @typedef {{chain: Link[], open: number | null, isShared?: boolean}} Listed open: whose settings are unfolded; isShared: one range of colours for all */
/** @typedef {{set: (listed: Listed, how?: {replace: boolean}) => void, add: (at: number) => void, look: (at: number, before: Promise<import("../tensor.js").Tensor> | null) => void}} Wishes look: at one layer alone */

export class CardList {
  #root;
  #place;
  #kinds;
  #wishes;
  /** @type {Card[]} */
  #cards = [];
  /** @type {Listed} */
  #listed = { chain: [], open: null };
  /** @type {Run | null} */
  #run = null;
  #drawn = 0; // layers that the run has
  /** @type {Set<Element>} */
  #inView = new Set();
  #watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#inView.add(target);
      else this.#inView.delete(target);
      if (isIntersecting) this.#draw(this.#cards.findIndex(({ element }) => element === target));
    }
  }, { rootMargin: "200px" });

  /**
   * @param {HTMLElement} root
   * @param {Kinds} kinds
   * @param {Wishes} wishes
   */
  constructor(root, kinds, wishes) {
    this.#root = root;
    this.#kinds = kinds;
    this.#wishes = wishes;
    this.#place = /** @type {HTMLElement} */ (root.querySelector("[data-part=cards]"));
    this.#place.addEventListener("keydown", (event) => this.#key(event));
    draggedRows(this.#place, { handle: ".no", onMove: (from, to) => this.#move(from, to) });
  }

  /** @param {Listed} listed */
  show(listed) {
    this.#listed = listed;
    const { chain, open } = listed;
    for (const extra of this.#cards.splice(chain.length)) this.#drop(extra);
    chain.forEach((link, number) => {
      if (this.#cards[number]?.layer !== link.layer) this.#put(number, link);
      this.#cards[number].show(link, number, chain.length, number === open);
    });
  }

  /** @param {number} number @param {Link} link */
  #put(number, link) {
    const card = new Card(link, this.#kinds.kinds[link.layer], this.#kinds.switched[link.layer] ?? {}, {
      change: (at, changed, how) => this.#wishes.set({ ...this.#listed, chain: withChanged(this.#listed.chain, at, changed) }, how),
      act: (at, deed) => this.#act(at, deed),
      open: (at, isOpen) => this.#open(at, isOpen),
    });
    const old = this.#cards[number];
    if (old) old.element.before(card.element);
    else this.#place.append(card.element);
    if (old) this.#drop(old);
    this.#cards[number] = card;
    this.#watcher.observe(card.element);
  }

  /** @param {Card} card */
  #drop(card) {
    this.#watcher.unobserve(card.element);
    this.#inView.delete(card.element);
    card.element.remove();
  }

  /** @param {number} at @param {boolean} isOpen */
  #open(at, isOpen) {
    const { open } = this.#listed;
    if (isOpen === (open === at)) return;
    this.#wishes.set({ ...this.#listed, open: isOpen ? at : null }, { replace: true });
  }

  /**
   * @param {number} at
   * @param {Deed} deed
   */
  #act(at, deed) {
    if (deed === "add") return this.#wishes.add(at + 1);
    if (deed === "look") return this.#look(at);
    const { chain } = this.#listed;
    const [title, count] = [this.#cards[at].title, chain.length];
    const to = deed === "up" ? at - 1 : deed === "down" ? at + 1 : at;
    if (to < 0 || to >= count) return undefined;
    if (deed === "copy") this.#arrange(withInserted(chain, at + 1, chain[at]), [...chain.keys()].toSpliced(at + 1, 0, -1));
    else if (deed === "remove") this.#arrange(without(chain, at), [...chain.keys()].toSpliced(at, 1));
    else this.#move(at, to);
    if (deed === "copy") write(this.#root, "spoken", t("{title} duplicated", { title }));
    if (deed === "remove") write(this.#root, "spoken", t("{title} removed", { title }));
    const next = deed === "copy" ? at + 1 : Math.min(to, this.#listed.chain.length - 1);
    this.#cards[next].focus(deed === "up" || deed === "down" ? deed : undefined);
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #move(from, to) {
    const { chain } = this.#listed;
    const { title } = this.#cards[from];
    this.#arrange(withMoved(chain, from, to), [...chain.keys()].toSpliced(from, 1).toSpliced(to, 0, from));
    write(this.#root, "spoken", t("{title} is now layer {number} of {count}", { title, number: to + 1, count: chain.length }));
  }

  /** @param {number} at */
  #look(at) {
    if (this.#run && at < this.#drawn) this.#wishes.look(at, at ? this.#run.tensorOf(at - 1) : null);
  }

  /**
   * The unfolded one stays unfolded, wherever it comes to stand.
   * @param {Link[]} chain
   * @param {number[]} order which layer of before stands where
   */
  #arrange(chain, order) {
    const open = order.indexOf(this.#listed.open ?? NaN);
    this.#wishes.set({ chain, open: open < 0 ? null : open });
  }

  /**
   * @param {number} at
   * @param {Link} link
   */
  add(at, link) {
    this.#wishes.set({ chain: withInserted(this.#listed.chain, at, link), open: at });
    write(this.#root, "spoken", t("{title} is now layer {number} of {count}", { title: this.#cards[at].title, number: at + 1, count: this.#listed.chain.length }));
    this.#cards[at].focus();
  }

  /** @param {KeyboardEvent} event Alt and an arrow move the layer that is worked at */
  #key(event) {
    const deed = event.key === "ArrowUp" ? "up" : event.key === "ArrowDown" ? "down" : null;
    const card = event.target instanceof Element ? event.target.closest(".card") : null;
    if (!deed || !event.altKey || !card || event.target instanceof HTMLSelectElement) return;
    event.preventDefault();
    this.#act(this.#cards.findIndex(({ element }) => element === card), deed);
  }

  /**
   * @param {any[]} stages those that fit
   * @param {import("../form.js").Wrong[]} errors
   */
  plan(stages, errors) {
    this.#cards.forEach((card, number) => {
      card.plan(stages[number] ?? null);
      card.complain(errors.filter(({ loc }) => loc[0] === "layers" && loc[1] === number).map(({ loc, msg }) => ({ loc: loc.slice(2), msg })));
    });
  }

  /**
   * @param {Run} run
   * @param {number} count of the layers that it has
   */
  draw(run, count) {
    [this.#run, this.#drawn] = [run, count];
    this.#cards.forEach((card, number) => {
      if (run.isHere || this.#inView.has(card.element)) this.#draw(number);
      else if (number < count) card.wait();
    });
  }

  /** All that are in sight, anew. */
  redraw() {
    if (this.#run) this.draw(this.#run, this.#drawn);
  }

  /** @param {number} number */
  async #draw(number) {
    const [run, card] = [this.#run, this.#cards[number]];
    if (!run || !card || number >= this.#drawn) return;
    const tensor = await run.tensorOf(number).catch(() => null); // a later run has others
    if (!tensor || run !== this.#run || this.#cards[number] !== card) return;
    card.draw(tensor, { scale: this.#listed.isShared ? scaleOfAll(run) : scaleOf(tensor), stats: run.facts.stages[number].stats, weight: run.weightOf(number) });
  }
}

/** @param {Run} run @returns {import("../color.js").Scale} */
function scaleOfAll({ facts }) {
  const stats = facts.stages.map((/** @type {any} */ stage) => stage.stats);
  const [min, max] = [Math.min(...stats.map((/** @type {any} */ { min }) => min ?? 0)), Math.max(...stats.map((/** @type {any} */ { max }) => max ?? 0))];
  return valueScale({ min, max });
}

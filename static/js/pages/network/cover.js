// @ts-check
// A square over the picture, and what the classes are given while it lies there.
import { greyScale, valueScale } from "../../data/color.js";
import { changeAs, givenTo, saidAs } from "../../data/gives.js";
import { latest } from "../../service/latest.js";
import { boxOf, isSameWork } from "../../data/occlusion.js";
import { predictCovered } from "../../service/reasons.js";
import { t } from "../../text.js";
import { comparedBars } from "../../views/compared_bars.js";
import { coverSquare } from "../../views/covered.js";
import { drawPictureIn } from "./pictures.js";
import { make, saidWrong, view, write } from "../shared/page_text.js";

/** @typedef {import("./reasons.js").Asked} Asked */
/** @typedef {import("../../data/occlusion.js").Place} Place */

const FEW = 10; // classes are all shown; of more, those that are given most
const FIRST = 5;

export class CoverPart {
  #root;
  #config;
  #options;
  #picture;
  /** @type {Asked | null} */
  #now = null;
  #isWrong = false;

  /**
   * @param {HTMLElement} root
   * @param {import("./panel.js").Config} config
   * @param {{onMove: (at: Place) => void, onClass: (index: number) => void}} options onMove: it stays there, for now
   */
  constructor(root, config, options) {
    this.#root = root;
    this.#config = config;
    this.#options = options;
    this.#picture = /** @type {HTMLElement} */ (view(root, "cover"));
  }

  /** @param {Asked} asked */
  show(asked) {
    const isOther = this.#now?.run !== asked.run;
    if (isOther) drawPictureIn(this.#picture, asked.run, this.#config);
    if (isOther || this.#now?.chosen !== asked.chosen) this.#part.setAttribute("aria-busy", "true");
    if (this.#now && !isOther && isSameWork(this.#now, asked) && String(this.#now.at) === String(asked.at) && !this.#isWrong) return;
    this.#now = asked;
    const { at, side, size, step, value } = asked;
    const [min, max] = this.#config.input.range;
    coverSquare(this.#picture, {
      at, side, size, step, fill: greyScale({ min, max }).css(value),
      onMove: (place, { done }) => {
        if (done) return this.#options.onMove(place);
        this.#now = { .../** @type {Asked} */ (this.#now), at: place };
        this.#ask(this.#now);
      },
    });
    this.#ask(asked);
  }

  get #part() {
    return /** @type {HTMLElement} */ (this.#root.querySelector("[data-part=cover]"));
  }

  #ask = latest(async (/** @type {Asked} */ asked, signal) => {
    const { run, at, side, size, value, chosen } = asked;
    const { start, stop } = boxOf(at, side, size);
    const isOver = () => run !== this.#now?.run || chosen !== this.#now.chosen;
    try {
      const told = await run.again(() => predictCovered(this.#config.model, { ref: run.ref, classes: shownClasses(asked), cover: [...start, ...stop], value, signal }), { signal });
      if (isOver()) return;
      this.#isWrong = false;
      write(this.#root, "cover-wrong", "");
      this.#draw(asked, new Map([...told.top.slice(0, 1), ...told.classes].map((one) => [one.index, givenTo(one)])));
      this.#part.removeAttribute("aria-busy");
    } catch (error) {
      if (signal.aborted) throw error;
      this.#isWrong = true;
      if (!isOver()) write(this.#root, "cover-wrong", saidWrong(error));
      this.#part.removeAttribute("aria-busy");
    }
  });

  /**
   * @param {Asked} asked
   * @param {Map<number, number>} given with the square
   */
  #draw(asked, given) {
    const { run, chosen, names } = asked;
    const { gives } = this.#config;
    const before = /** @type {import("../../data/tensor.js").Tensor} */ (run.output).data;
    const rows = [...new Set([...shownClasses(asked), ...given.keys()])].map((index) => ({ index, name: names[index], before: before[index], now: given.get(index) ?? null }));
    const all = rows.flatMap((row) => [row.before, row.now ?? 0]);
    const span = gives === "probabilities" ? { low: 0, high: 1 } : { low: Math.min(...all), high: Math.max(...all) };
    comparedBars(/** @type {HTMLElement} */ (view(this.#root, "compared")), rows, { chosen, scale: valueScale({ min: span.low, max: span.high }), span, format: saidAs(gives), onPick: this.#options.onClass });
    const value = given.get(chosen);
    if (value !== undefined) this.#sayChange(names[chosen], value, before[chosen]);
  }

  /**
   * @param {string} name
   * @param {number} value
   * @param {number} before
   */
  #sayChange(name, value, before) {
    const said = saidAs(this.#config.gives);
    const words = { name, before: said(before), size: changeAs(this.#config.gives)(value, before) };
    const less = value < before ? t("for {name} with the square; {size} less than without it ({before})", words) : t("for {name} with the square; {size} more than without it ({before})", words);
    const change = value === before ? t("for {name} with the square, as without it", words) : less;
    this.#root.querySelector("[data-text=change]")?.replaceChildren(make("b", { textContent: said(value) }), " ", change);
  }
}

/**
 * Those whose numbers are told: all where they are few, else the ones that are given most, and the chosen one.
 * @param {Asked} asked
 */
function shownClasses({ run, chosen, names }) {
  if (names.length <= FEW) return names.map((_, index) => index);
  const data = /** @type {import("../../data/tensor.js").Tensor} */ (run.output).data;
  const first = Array.from(data, (_, index) => index).sort((one, other) => data[other] - data[one]).slice(0, FIRST);
  return first.includes(chosen) ? first : [...first, chosen];
}

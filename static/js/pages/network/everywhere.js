// @ts-check
// A square laid over every place in turn: what the class loses by each, in colours over the picture.
import { valueScale } from "../../data/color.js";
import { changeAs, givenTo, saidAs, sizeAs } from "../../data/gives.js";
import { bands, begins, boxOf, isChanged, isSameWork, limitsOf, strongest } from "../../data/occlusion.js";
import { occlude } from "../../service/reasons.js";
import { range } from "../../data/tensor.js";
import { sentences, t } from "../../text.js";
import { heatOver, pointedCell } from "../../views/heat.js";
import { legend } from "../../views/legend.js";
import { mark } from "../../views/marker.js";
import { drawPictureIn } from "./pictures.js";
import { offerPicture } from "../shared/pictures.js";
import { saidWrong, view, write } from "../shared/page_text.js";

/** @typedef {import("./reasons.js").Asked} Asked */
/** @typedef {import("../../data/occlusion.js").Place} Place */
/** @typedef {{asked: Asked, tops: number[], lefts: number[], before: number, lost: (number | null)[][], controller: AbortController, isStopped: boolean}} Work lost: what the class loses by each square */

const AT_ONCE = 64; // squares of one question
const MACS_AT_ONCE = 1.6e9;
const REST = 150; // milliseconds in which a control may still move
const LEAST = { probabilities: 0.01, scores: 0, maps: 0 }; // below a point all is as good as the same
const SAID = { probabilities: 0.0005, scores: 0, maps: 0 }; // a tenth of a point, as it is written: less is nothing that a place is named for

export class EverywherePart {
  #root;
  #config;
  #onPick;
  #picture;
  /** @type {Work | null} */
  #work = null;

  /**
   * @param {HTMLElement} root
   * @param {import("./panel.js").Config & {totals: {macs: number}}} config
   * @param {{onPick: (at: Place) => void}} options
   */
  constructor(root, config, { onPick }) {
    this.#root = root;
    this.#config = config;
    this.#onPick = onPick;
    this.#picture = /** @type {HTMLElement} */ (view(root, "everywhere"));
    this.#go.addEventListener("click", () => {
      if (this.#work?.isStopped) this.#run(this.#work, 0);
      else this.#work?.controller.abort();
    });
  }

  /** @param {Asked} asked */
  show(asked) {
    const old = this.#work?.asked;
    const { run, chosen, side, step, size } = asked;
    if (old?.run !== run) drawPictureIn(this.#picture, run, this.#config);
    if (old && isSameWork(old, asked)) return;
    this.#work?.controller.abort();
    write(this.#root, "everywhere-wrong", "");
    const [tops, lefts] = size.map((length) => begins(length, side, step));
    const before = /** @type {import("../../data/tensor.js").Tensor} */ (run.output).data[chosen];
    this.#work = { asked, tops, lefts, before, lost: tops.map(() => lefts.map(() => null)), controller: new AbortController(), isStopped: false };
    this.#run(this.#work, old ? REST : 0);
  }

  get #go() {
    return /** @type {HTMLButtonElement} */ (this.#root.querySelector("[data-go]"));
  }

  /**
   * @param {Work} work
   * @param {number} pause
   */
  async #run(work, pause) {
    const part = /** @type {HTMLElement} */ (this.#root.querySelector("[data-part=everywhere]"));
    const controller = (work.controller = new AbortController());
    work.isStopped = false;
    part.setAttribute("aria-busy", "true");
    write(this.#root, "everywhere-wrong", "");
    this.#draw(work);
    try {
      await new Promise((done) => setTimeout(done, pause));
      const left = work.tops.filter((_, row) => work.lost[row].every((value) => value === null));
      for (const band of bands(left, work.lefts.length, Math.min(AT_ONCE, MACS_AT_ONCE / this.#config.totals.macs))) {
        if (controller.signal.aborted) break;
        await this.#cover(work, band, controller.signal);
        if (work === this.#work) this.#draw(work);
      }
    } catch (error) {
      if (!controller.signal.aborted && work === this.#work) write(this.#root, "everywhere-wrong", saidWrong(error));
    }
    work.isStopped = work.lost.some((row) => row.includes(null));
    if (work !== this.#work) return;
    part.removeAttribute("aria-busy");
    this.#draw(work);
  }

  /**
   * @param {Work} work
   * @param {number[]} band some of its rows
   * @param {AbortSignal} signal
   */
  async #cover(work, band, signal) {
    const { asked: { run, chosen, side, value }, tops, lefts } = work;
    const told = await run.again(() => occlude(this.#config.model, { ref: run.ref, chosen, size: side, tops: band, lefts, value, signal }), { isLast: true, signal });
    work.before = givenTo(told);
    band.forEach((top, i) => (work.lost[tops.indexOf(top)] = told.covered[i].map((given) => (given === null ? NaN : work.before - given))));
  }

  /** @param {Work} work */
  #draw(work) {
    const { asked: { side, size, names, chosen }, tops, lefts, lost, isStopped } = work;
    const known = lost.flat().filter((value) => value !== null);
    const found = range(known);
    const extent = Math.max(-found.low, found.high, LEAST[this.#config.gives]) || 1;
    const scale = valueScale({ min: -extent, max: extent });
    const name = t("What {name} loses by a square over each place", { name: names[chosen] });
    heatOver(this.#picture, {
      rows: limitsOf(tops, side, size[0]), columns: limitsOf(lefts, side, size[1]), values: lost, scale,
      name,
      onPoint: (cell) => this.#tell(work, cell),
      onPick: ([row, column]) => this.#onPick([tops[row], lefts[column]]),
    });
    const sized = sizeAs(this.#config.gives);
    const format = (/** @type {number} */ value) => (value === 0 ? "0" : value < 0 ? t("gains {size}", { size: sized(-value) }) : t("loses {size}", { size: sized(value) }));
    const legendOf = /** @type {HTMLElement} */ (view(this.#root, "everywhere-legend"));
    legendOf.hidden = !isChanged(known, SAID[this.#config.gives]); // no scale of nothing
    legend(legendOf, scale, { format });
    const shape = [1, 1, tops.length, lefts.length];
    offerPicture("everywhere", { title: name, file: `${this.#config.file}-covered`, tensor: { shape, data: Float32Array.from(lost.flat(), (value) => value ?? NaN), dtype: "float32" }, axes: ["sample", "map"], lead: [0, 0], scale, note: t("a cell a square"), isShared: true });
    const words = { done: known.length, whole: tops.length * lefts.length };
    const isWhole = words.done === words.whole;
    this.#go.hidden = isWhole;
    this.#go.textContent = isStopped ? t("go on") : t("stop");
    write(this.#root, "everywhere-progress", isWhole ? t("{whole} squares, each a run of the network. Click one to see what the classes are given.", words) : isStopped ? t("Stopped after {done} of {whole} squares.", words) : t("{done} of {whole} squares", words));
    this.#tell(work, pointedCell(this.#picture));
  }

  /** @param {string} name of the class */
  #sayNothing(name) {
    const { gives } = this.#config;
    return gives === "probabilities" ? t("No square changes what {name} is given by as much as {size}.", { name, size: sizeAs(gives)(0.001) }) : t("No square changes what {name} is given.", { name });
  }

  /**
   * The square that is pointed at, or the one that takes most.
   * @param {Work} work
   * @param {[number, number] | null} cell
   */
  #tell({ asked: { side, size, names, chosen }, tops, lefts, lost, before }, cell) {
    const isSame = !cell && !isChanged(lost.flat(), SAID[this.#config.gives]);
    if (isSame) {
      mark(this.#picture, null);
      return write(this.#root, "everywhere-at", lost.flat().includes(null) ? "" : this.#sayNothing(names[chosen]));
    }
    const [row, column] = cell ?? strongest(lost);
    const value = lost[row]?.[column] ?? null;
    const { start, stop } = boxOf([tops[row], lefts[column]], side, size);
    mark(this.#picture, cell ? { start, stop } : null);
    const where = t("rows {top} to {bottom}, columns {left} to {right}", { top: start[0], bottom: stop[0] - 1, left: start[1], right: stop[1] - 1 });
    if (value === null) return write(this.#root, "everywhere-at", cell ? t("Not covered yet: {where}.", { where }) : "");
    const { gives } = this.#config;
    const words = { name: names[chosen], given: saidAs(gives)(before - value), size: changeAs(gives)(before - value, before) };
    const change = value >= 0 ? t("{given} for {name}, {size} less than with nothing covered.", words) : t("{given} for {name}, {size} more than with nothing covered.", words);
    write(this.#root, "everywhere-at", sentences(cell ? t("Square over {where}:", { where }) : t("It takes most over {where}:", { where }), change));
  }
}

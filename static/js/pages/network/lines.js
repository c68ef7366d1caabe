// @ts-check
// What the lines between maps look like: as the kernels are that lead from one to the other.
import { weightScale } from "../../data/color.js";
import { kernelPlace, kernelSums } from "../../data/kernels.js";
import { laidOut } from "../../data/planes.js";
import { range } from "../../data/tensor.js";
import { t } from "../../text.js";
import { legend } from "../../views/legend.js";
import { make, view } from "../shared/page_text.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("./run.js").StageRun} StageRun */
/** @typedef {{weight: Tensor, sums: Float32Array, sizes: Float32Array, scale: import("../../data/color.js").Scale, largest: number}} Known of the kernels of a stage */

const WEIGHT = "weight";
const MOST = 1 << 20; // numbers that are fetched for a line
const [THIN, THICK] = [1, 4];

export class KernelLines {
  #root;
  #stages;
  /** @type {StageRun | null} */
  #run = null;
  #onKnown;
  #numbers;
  /** @type {Map<number, Known | null>} null: they are on their way */
  #known = new Map();

  /**
   * @param {HTMLElement} root
   * @param {readonly any[]} stages
   * @param {() => void} onKnown
   */
  constructor(root, stages, onKnown) {
    this.#root = root;
    this.#stages = stages;
    this.#onKnown = onKnown;
    this.#numbers = new Map(stages.map(({ name }, number) => [name, number]));
  }

  /** @param {StageRun} run whose kernels they are */
  of(run) {
    if (run !== this.#run) this.#known.clear();
    this.#run = run;
  }

  /**
   * @param {import("../../views/stage_kin.js").Pair} pair
   * @returns {import("../../views/stage_links.js").Line | null}
   */
  lineOf = ({ stages: [, to], maps: [one, other] }) => {
    const known = this.#of(to);
    if (!known) return null;
    const { axes, links, input } = this.#stages[to];
    const place = kernelPlace(known.weight, { axes: axes[WEIGHT], links: links.input, before: laidOut(input.shape).maps }, one, other);
    if (place < 0) return null;
    return { colour: known.scale.css(known.sums[place]), width: THIN + (THICK - THIN) * (known.sizes[place] / known.largest) };
  };

  /**
   * Shows what the colours of the lines are at a stage: of those that lead to it, and on from it.
   * @param {number} number
   * @returns {string} what there is to say of them
   */
  say(number) {
    const next = this.#stages.flatMap(({ sources }, to) => (Object.values(sources).some((source) => (this.#numbers.get(source) ?? -1) === number) ? [to] : []));
    const shown = [number, ...next].flatMap((to) => {
      const known = to < 0 ? null : this.#of(to);
      return known ? [this.#legend(known, this.#stages[to].name)] : [];
    });
    view(this.#root, "lit-legends")?.replaceChildren(...shown);
    return shown.length ? t("A line has the colour of what its kernel's weights add up to, and is as thick as they are large.") : "";
  }

  /**
   * @param {Known} known
   * @param {string} name
   */
  #legend({ scale }, name) {
    const place = make("div");
    legend(place, scale, { label: t("kernels of {name}", { name }) });
    return place;
  }

  /** @param {number} number of a stage */
  #of(number) {
    const { tensors, axes, shape, cost } = this.#stages[number];
    if (!(WEIGHT in tensors) || (axes[WEIGHT]?.length ?? 0) < 2 || shape.length < 3 || cost.parameters > MOST) return null;
    const found = this.#known.get(number);
    if (found !== undefined) return found;
    this.#known.set(number, null);
    const run = this.#run;
    run?.weight(number, WEIGHT).then((weight) => {
      if (!weight || run !== this.#run) return;
      const { sums, sizes } = kernelSums(weight);
      this.#known.set(number, { weight, sums, sizes, scale: weightScale(range(sums)), largest: Math.max(range(sizes).high, Number.MIN_VALUE) });
      this.#onKnown();
    }, () => this.#known.delete(number)); // the lines stay as all are
    return null;
  }
}

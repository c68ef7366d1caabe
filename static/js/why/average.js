// @ts-check
// A mean over windows beside a convolution of each channel alone, whose weights the reader can change.
import { greyScale, valueScale, weightScale } from "../data/color.js";
import { precise } from "../data/format.js";
import { channels, plane, range } from "../data/tensor.js";
import { t } from "../text.js";
import { write } from "../pages/shared/page_text.js";
import { legend } from "../views/legend.js";
import { largestDifference, run, tensor } from "./chain.js";
import { readControls, showControls } from "./controls.js";
import { figureMap } from "./figure_map.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {import("./chain.js").Call} Call */

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const { mean, weighted } = /** @type {{mean: Call, weighted: Call}} */ (JSON.parse(figure.dataset.calls ?? "{}"));
  const say = (/** @type {string} */ weights) => {
    showControls(figure, { weights });
    figure.querySelector("[data-control=weights]")?.dispatchEvent(new Event("input", { bubbles: true }));
  };
  figure.querySelector("[data-mend]")?.addEventListener("click", () => say(""));
  return {
    draw: async (scene, signal) => {
      const values = readControls(figure);
      const [side, stride] = [Number(values.window), Number(values.stride)];
      const weights = weightsOf(values.weights, side);
      drawWeights(figure, weights, side, (list) => say(list.join(" ")));
      const groups = channels(scene.given.input);
      const all = Array.from({ length: groups }, () => weights).flat();
      const input = { ref: scene.source.ref };
      const [one, other] = await Promise.all([
        run(mean, { input }, { kernel_size: side, stride }, signal),
        run(weighted, { input, weight: tensor([groups, 1, side, side], all) }, { groups, stride }, signal),
      ]);
      drawBoth(figure, one.output, other.output, scene.source.pictured);
    },
  };
}

/**
 * @param {string} text empty: equal ones that add up to 1
 * @param {number} side
 * @returns {number[]}
 */
function weightsOf(text, side) {
  const count = side * side;
  const typed = text ? text.split(" ").map(Number) : [];
  return typed.length === count ? typed : new Array(count).fill(1 / count);
}

/**
 * @param {HTMLElement} figure
 * @param {number[]} weights
 * @param {number} side
 * @param {(weights: number[]) => void} onChange
 */
function drawWeights(figure, weights, side, onChange) {
  const place = /** @type {HTMLElement} */ (figure.querySelector("[data-view=weights]"));
  const scale = weightScale({ min: -1, max: 1 });
  if (place.children.length !== weights.length) {
    place.replaceChildren(...weights.map((_, i) => {
      const cell = Object.assign(document.createElement("input"), { type: "number", step: "0.05" });
      cell.setAttribute("aria-label", t("weight, row {row}, column {column}", { row: Math.floor(i / side), column: i % side }));
      cell.addEventListener("input", () => {
        const numbers = /** @type {HTMLInputElement[]} */ ([...place.children]).map(({ value }) => Number(value));
        if (cell.value !== "") onChange(numbers);
      });
      return cell;
    }));
  }
  place.style.gridTemplateColumns = `repeat(${side}, 56px)`;
  weights.forEach((weight, i) => {
    const cell = /** @type {HTMLInputElement} */ (place.children[i]);
    if (cell !== document.activeElement || cell.value === "") cell.value = String(Number(weight.toPrecision(9)));
    cell.style.borderBottomColor = scale.css(weight);
  });
}

/**
 * @param {HTMLElement} figure
 * @param {Tensor} one
 * @param {Tensor} other
 * @param {boolean} pictured
 */
function drawBoth(figure, one, other, pictured) {
  const apart = tensor(one.shape, one.data.map((value, i) => other.data[i] - value));
  const scale = pictured ? greyScale() : valueScale(range(one.data));
  const largest = largestDifference(one.data, other.data);
  // Rounding alone stays invisible: the colours of the difference reach a tenth of the values' range at least.
  const wide = Math.max(largest, (scale.max - scale.min) / 10);
  const scales = [scale, scale, valueScale({ min: -wide, max: wide, signed: true })];
  figure.querySelectorAll("[data-view=map]").forEach((element, i) => {
    const map = /** @type {HTMLElement} */ (element);
    const { width, height } = plane(one);
    const strip = /** @type {HTMLElement | null} */ (map.parentElement?.querySelector("[data-view=legend]"));
    if (strip) legend(strip, scales[i]);
    figureMap(map, [one, other, apart][i], { scale: scales[i], maps: [0], zoom: (map.clientWidth || 160) / Math.max(width, height), label: () => map.dataset.title ?? "" });
  });
  write(figure, "difference", precise(largest));
}

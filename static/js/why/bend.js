// @ts-check
// Two layers of weighted sums with a function between them, or none: what they make of points on a bent line.
import { number, precise } from "../data/format.js";
import { t } from "../text.js";
import { write } from "../pages/shared/page_text.js";
import { plot } from "../views/plot.js";
import { svg } from "../views/svg.js";
import { largestDifference, run, tensor } from "./chain.js";
import { readControls, showControls } from "./controls.js";

/** @typedef {{weight: number[], bias: number[]}} Weights */
/** @typedef {{x: number[], y: number[], units: number, fits: Record<string, {first: Weights, second: Weights}>}} Numbers */
/** @typedef {import("./chain.js").Call} Call */
/** @typedef {{sums: Float32Array, units: Float32Array, through: Float32Array, one: Float32Array}} Answer sums and units: a row of all units for each x */

const FINER = 4; // places between two points, so that a bend is seen where it is
const REACH = 2.6;

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const numbers = /** @type {Numbers} */ (JSON.parse(figure.querySelector("[data-numbers]")?.textContent ?? "{}"));
  const calls = /** @type {Record<string, Call>} */ (JSON.parse(figure.dataset.calls ?? "{}"));
  const xs = finer(numbers.x);
  const held = tensor([xs.length, 1], xs);
  let shown = "?"; // what stood between the layers when they were last drawn
  const show = (/** @type {string} */ unit) => {
    const { first } = fitOf(numbers, readControls(figure));
    showControls(figure, { unit, weight: String(first.weight[Number(unit)]), bias: String(first.bias[Number(unit)]) });
  };
  show(readControls(figure).unit);
  const opened = readControls(figure);
  // A link names only what was changed: another choice brings weights of its own, unless they were moved.
  const isOwn = (/** @type {Record<string, string>} */ now) => now.weight === opened.weight && now.bias === opened.bias && (now.between !== opened.between || now.unit !== opened.unit);
  const choose = (/** @type {string} */ unit) => {
    show(unit);
    figure.querySelector("[data-control=unit]")?.dispatchEvent(new Event("change", { bubbles: true }));
  };
  figure.querySelector("[data-mend]")?.addEventListener("click", () => choose(readControls(figure).unit));
  const units = unitButtons(figure, numbers.units, choose);
  return {
    draw: async (_, signal) => {
      if (shown === "?" && isOwn(readControls(figure))) show(readControls(figure).unit);
      const values = readControls(figure);
      if (shown !== "?" && shown !== values.between) {
        shown = values.between; // weights of its own: what was moved belonged to the others
        return choose(values.unit);
      }
      shown = values.between;
      const moved = movedFit(numbers, values);
      const answer = await compute(calls, held, moved, values.between, signal);
      drawUnits(units, xs, answer, Number(values.unit));
      drawLines(figure, numbers, xs, answer, Number(values.unit));
    },
  };
}

/** @param {Numbers} numbers @param {Record<string, string>} values */
function fitOf({ fits }, { between }) {
  return fits[between] ?? fits[""];
}

/**
 * @param {Numbers} numbers
 * @param {Record<string, string>} values
 */
function movedFit(numbers, values) {
  const { first, second } = fitOf(numbers, values);
  const unit = Number(values.unit);
  const put = (/** @type {number[]} */ list, /** @type {string} */ value) => list.map((v, i) => (i === unit && value !== "" ? Number(value) : v));
  return { first: { weight: put(first.weight, values.weight), bias: put(first.bias, values.bias) }, second };
}

/** @param {number[]} xs */
function finer(xs) {
  const step = (xs[1] - xs[0]) / FINER;
  return Array.from({ length: (xs.length - 1) * FINER + 1 }, (_, i) => xs[0] + i * step);
}

/**
 * @param {Record<string, Call>} calls
 * @param {import("../data/tensor.js").Tensor} x
 * @param {{first: Weights, second: Weights}} fit
 * @param {string} between
 * @param {AbortSignal} [signal]
 * @returns {Promise<Answer>}
 */
async function compute(calls, x, { first, second }, between, signal) {
  const n = first.weight.length;
  const whole = product(calls.sum, x, { first, second }, signal);
  whole.catch(() => {}); // waited for below, unless another of these requests fails first
  const sums = await run(calls.sum, { input: x, weight: tensor([n, 1], first.weight), bias: tensor([n], first.bias) }, {}, signal);
  const units = between ? await run(calls.function, { input: sums.held }, { function: between }, signal) : sums;
  const last = { input: units.held, weight: tensor([1, n], second.weight), bias: tensor([1], second.bias) };
  const [through, one] = await Promise.all([run(calls.sum, last, {}, signal), whole]);
  return /** @type {Answer} */ ({ sums: sums.output.data, units: units.output.data, through: through.output.data, one: one.output.data });
}

/**
 * Both layers as one: the second matrix times the first, and times its bias.
 * @param {Call} sum
 * @param {import("../data/tensor.js").Tensor} x
 * @param {{first: Weights, second: Weights}} fit
 * @param {AbortSignal} [signal]
 */
async function product(sum, x, { first, second }, signal) {
  const n = first.weight.length;
  const both = { weight: tensor([2, n], [...first.weight, ...first.bias]), bias: tensor([2], [0, second.bias[0]]) };
  const matrix = await run(sum, { input: tensor([1, n], second.weight), ...both }, {}, signal);
  const [slope, start] = matrix.output.data;
  return run(sum, { input: x, weight: tensor([1, 1], slope), bias: tensor([1], start) }, {}, signal);
}

/**
 * @param {HTMLElement} figure
 * @param {number} count
 * @param {(unit: string) => void} choose
 */
function unitButtons(figure, count, choose) {
  const list = /** @type {HTMLElement} */ (figure.querySelector("[data-view=units]"));
  return Array.from({ length: count }, (_, unit) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "unit" });
    button.setAttribute("aria-label", t("unit {unit}", { unit }));
    button.addEventListener("click", () => choose(String(unit)));
    list.append(button);
    return button;
  });
}

/**
 * @param {ArrayLike<number>} data a row of all units for each x
 * @param {number} unit
 * @param {number} count
 */
function column(data, unit, count) {
  return Float32Array.from({ length: data.length / count }, (_, i) => data[i * count + unit]);
}

/**
 * @param {HTMLButtonElement[]} buttons
 * @param {number[]} xs
 * @param {Answer} answer
 * @param {number} chosen
 */
function drawUnits(buttons, xs, { sums, units }, chosen) {
  const place = document.createElement("div");
  buttons.forEach((button, unit) => {
    const lines = [
      { x: xs, y: column(sums, unit, buttons.length), className: "curve-other" },
      { x: xs, y: column(units, unit, buttons.length), className: unit === chosen ? "curve-chosen" : "curve-main" },
    ];
    plot(place, { x: [xs[0], xs[xs.length - 1]], y: [-REACH, REACH], lines, label: "", height: 88, bare: button.clientWidth || 120 });
    button.replaceChildren(...place.children);
    button.setAttribute("aria-pressed", String(unit === chosen));
  });
}

/**
 * @param {HTMLElement} figure
 * @param {Numbers} numbers
 * @param {number[]} xs
 * @param {Answer} answer
 * @param {number} unit
 */
function drawLines(figure, numbers, xs, { sums, through, one }, unit) {
  const place = /** @type {HTMLElement} */ (figure.querySelector("[data-view=lines]"));
  const difference = largestDifference(through, one);
  const misses = numbers.y.map((y, i) => Math.abs(y - through[i * FINER]));
  const miss = misses.reduce((a, b) => a + b, 0) / misses.length;
  plot(place, {
    x: [xs[0], xs[xs.length - 1]], y: [-2, 2], height: 320, ticks: 5,
    points: numbers.x.map((x, i) => ({ x, y: numbers.y[i] })),
    lines: [
      { x: xs, y: one, className: "curve-wide", name: t("their product, one layer") },
      { x: xs, y: through, className: "curve-chosen", name: t("the two layers") },
    ],
    over: ({ x, y }) => turns(xs, column(sums, unit, numbers.units)).map((at) => svg("line", { x1: x(at), x2: x(at), y1: y(-2), y2: y(2), class: "at-line" })),
    label: t("The points, the two layers with their function between them, and the one layer that is their product"),
  });
  write(figure, "difference", precise(difference));
  write(figure, "miss", number(miss, 3));
}

/**
 * Where a unit's weighted sum changes its sign.
 * @param {number[]} xs
 * @param {Float32Array} sums
 */
function turns(xs, sums) {
  return xs.slice(1).flatMap((x, i) => (sums[i] < 0 !== sums[i + 1] < 0 ? [(xs[i] + x) / 2] : []));
}

// @ts-check
// The same scores at every temperature: from nearly all to one, to the same for all.
import { number, percent } from "../data/format.js";
import { t } from "../text.js";
import { write } from "../pages/shared/page_text.js";
import { valueScale } from "../data/color.js";
import { bars } from "../views/bars.js";
import { plot } from "../views/plot.js";
import { svg } from "../views/svg.js";
import { run, sumOf, tensor } from "./chain.js";
import { readControls } from "./controls.js";

/** @typedef {import("../pages/lab.js").Scene} Scene */

const FROM = -1; // temperatures as powers of ten
const TO = 1;
const STEPS = 20;
const MOST = 12;

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const { share } = JSON.parse(figure.dataset.calls ?? "{}");
  let key = "";
  /** @type {{held: import("../data/tensor.js").Tensor, powers: number[], rows: Float32Array[]} | null} */
  let kept = null;
  return {
    draw: async (scene, signal) => {
      const scores = rowOf(scene);
      if (key !== String(scores)) {
        const powers = Array.from({ length: STEPS + 1 }, (_, i) => FROM + ((TO - FROM) * i) / STEPS);
        const held = tensor([1, scores.length], scores);
        kept = { held, powers, rows: await rowsAt(share, scores, powers, signal) };
        key = String(scores);
      }
      if (!kept) return;
      const power = Number(readControls(figure).power);
      const { output } = await run(share, { input: kept.held }, { temperature: 10 ** power }, signal);
      drawCurves(figure, kept, power, namesOf(scene, scores.length));
      drawBars(figure, /** @type {Float32Array} */ (output.data), namesOf(scene, scores.length));
      write(figure, "sum", number(sumOf(output.data), 6));
      write(figure, "top", percent(Math.max(...output.data)));
    },
  };
}

/**
 * The shares at several temperatures are one question: a row of scores for each, divided by it as the layer would.
 * @param {import("./chain.js").Call} share
 * @param {number[]} scores
 * @param {number[]} powers
 * @param {AbortSignal} signal
 */
async function rowsAt(share, scores, powers, signal) {
  const divided = powers.flatMap((power) => scores.map((score) => score / Math.fround(10 ** power)));
  const { output } = await run(share, { input: tensor([powers.length, scores.length], divided) }, {}, signal);
  return powers.map((_, row) => /** @type {Float32Array} */ (output.data).subarray(row * scores.length, (row + 1) * scores.length));
}

/** @param {Scene} scene the first row of the page's own scores */
function rowOf({ given }) {
  const { shape, data } = given.input;
  return Array.from(data.subarray(0, Math.min(MOST, shape.at(-1) ?? 1)));
}

/** @param {Scene} scene @param {number} count */
function namesOf({ labels, given }, count) {
  const named = labels?.length === (given.input.shape.at(-1) ?? 0);
  return Array.from({ length: count }, (_, i) => (named && labels ? labels[i] : String(i)));
}

/**
 * @param {HTMLElement} figure
 * @param {{powers: number[], rows: Float32Array[]}} kept
 * @param {number} power
 * @param {string[]} names
 */
function drawCurves(figure, { powers, rows }, power, names) {
  const place = /** @type {HTMLElement} */ (figure.querySelector("[data-view=curves]"));
  const first = rows[0];
  const best = first.indexOf(Math.max(...first));
  plot(place, {
    x: [FROM, TO], y: [0, 1], height: 296, digits: 1, ticks: 5, key: "right", names: `${t("temperature")}|${t("share")}`,
    across: [0.1, 0.2, 0.5, 1, 2, 5, 10].map((value) => ({ at: Math.log10(value), text: String(value) })),
    lines: [...names.keys()].sort((a) => (a === best ? 1 : -1)).map((c) => ({
      x: powers, y: rows.map((row) => row[c]), className: c === best ? "curve-chosen" : "curve-quiet", name: c === best ? names[c] : "",
    })),
    over: ({ x, y }) => [svg("line", { x1: x(power), x2: x(power), y1: y(0), y2: y(1), class: "at-line" })],
    label: t("The share of every class over the temperature"),
  });
}

/**
 * @param {HTMLElement} figure
 * @param {Float32Array} shares
 * @param {string[]} labels
 */
function drawBars(figure, shares, labels) {
  const place = /** @type {HTMLElement} */ (figure.querySelector("[data-view=shares]"));
  bars(place, { labels, values: shares, scale: valueScale({ min: 0, max: 1, signed: false }), chosen: shares.indexOf(Math.max(...shares)), format: (value) => percent(value) });
  for (const button of place.querySelectorAll("button")) button.tabIndex = -1;
}

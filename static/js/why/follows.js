// @ts-check
// The picture moved and then looked at, or looked at and then moved: with the same weights everywhere it is the same.
import { planLayer } from "../service/api.js";
import { valueScale } from "../data/color.js";
import { count, precise, shape, si, unbroken } from "../data/format.js";
import { channels, plane, range } from "../data/tensor.js";
import { t } from "../text.js";
import { view, write } from "../pages/shared/page_text.js";
import { legend } from "../views/legend.js";
import { setApart } from "../views/strips.js";
import { inputOf, largestDifference, runHeld, tensor } from "./chain.js";
import { readControls } from "./controls.js";
import { figureMap } from "./figure_map.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {import("./chain.js").Call} Call */
/** @typedef {import("../service/api.js").TensorSource} TensorSource */

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const { move, look, joined, stride } = /** @type {{move: Call, look: Call, joined: Call, stride: string}} */ (JSON.parse(figure.dataset.calls ?? "{}"));
  const shift = async (/** @type {TensorSource} */ input, /** @type {number[]} */ [x, y], /** @type {AbortSignal} */ signal) =>
    runHeld(move, { input }, { padding: [x, -x, y, -y] }, signal);
  return {
    draw: async (scene, signal) => {
      const values = readControls(figure);
      const by = [values.across, values.down].map(Number);
      const step = Number(values.stride);
      const steps = by.map((pixels) => Math.round(pixels / step));
      const input = await inputOf(scene);
      const [first, second] = await Promise.all([
        shift(input, by, signal).then(({ held }) => runHeld(look, { input: held }, { [stride]: step }, signal)),
        runHeld(look, { input }, { [stride]: step }, signal).then(({ held }) => shift(held, steps, signal)),
      ]);
      const border = steps.map((places) => Math.abs(places) + Number(look.params?.padding ?? 0));
      drawMaps(figure, first.output, second.output, border);
      write(figure, "steps", t("{across} across, {down} down", { across: by[0] / step, down: by[1] / step }).replaceAll("-", "\u2212"));
      await drawCosts(figure, { look, joined }, scene.given.input.shape, first.output.shape, signal);
    },
  };
}

/**
 * @param {HTMLElement} figure
 * @param {Tensor} one
 * @param {Tensor} other
 * @param {number[]} border columns and rows at each side that the move brought something new into
 */
function drawMaps(figure, one, other, border) {
  const apart = tensor(one.shape, one.data.map((value, i) => other.data[i] - value));
  const { width, height } = plane(one);
  const box = { start: [border[1], border[0]], stop: [height - border[1], width - border[0]] };
  const [inner, outer] = split(plane(apart), box);
  const scale = valueScale(range(one.data, { quantile: 0.99 }));
  const strip = view(figure, "legend");
  if (strip) legend(strip, scale);
  figure.querySelectorAll("[data-view=map]").forEach((element, i) => {
    const map = /** @type {HTMLElement} */ (element);
    figureMap(map, [one, other, apart][i], { scale, maps: [0], zoom: (map.clientWidth || 160) / Math.max(width, height), label: () => map.dataset.title ?? "" });
    if (i === 2) setApart(map, "core", inner.length ? [box] : []);
  });
  write(figure, "inside", inner.length ? precise(largestDifference(inner, new Float32Array(inner.length))) : "–");
  write(figure, "border", outer.length ? precise(largestDifference(outer, new Float32Array(outer.length))) : "–");
}

/**
 * The values inside a box, and those around it.
 * @param {{width: number, height: number, data: ArrayLike<number>}} map
 * @param {{start: number[], stop: number[]}} box
 */
function split({ width, height, data }, { start, stop }) {
  /** @type {[number[], number[]]} */
  const parts = [[], []];
  for (let y = 0; y < height; y += 1) {
    const isRow = y >= start[0] && y < stop[0];
    for (let x = 0; x < width; x += 1) parts[isRow && x >= start[1] && x < stop[1] ? 0 : 1].push(data[y * width + x]);
  }
  return parts;
}

/**
 * The layer that joins every output to every input is too large to be planned whole: one output of it is.
 * @param {HTMLElement} figure
 * @param {{look: Call, joined: Call}} calls
 * @param {number[]} input
 * @param {number[]} output
 * @param {AbortSignal} signal
 */
async function drawCosts(figure, { look, joined }, input, output, signal) {
  const [own, each] = await Promise.all([look, joined].map(async ({ layer, params }) => (await planLayer(layer, { ...params }, { input }, { signal })).cost.parameters));
  const outputs = channels({ shape: output, data: new Float32Array(), dtype: "" }) * output.slice(-2).reduce((a, b) => a * b, 1);
  write(figure, "own", count(own));
  write(figure, "joined", unbroken(`${shape([each, outputs])} = ${si(each * outputs)}`));
}

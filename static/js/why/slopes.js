// @ts-check
// Where a function is flat nothing is learned: the page's own values on the derivative, stretched and shifted before.
import { getJson } from "../service/api.js";
import { paint, valueScale } from "../data/color.js";
import { percent } from "../data/format.js";
import { histogram } from "../data/histogram.js";
import { most, points } from "../limits.js";
import { Once } from "../service/once.js";
import { placeOf } from "../data/pick.js";
import { plane, range } from "../data/tensor.js";
import { t } from "../text.js";
import { view, write } from "../pages/shared/page_text.js";
import { legend } from "../views/legend.js";
import { plot } from "../views/plot.js";
import { svg } from "../views/svg.js";
import { lodge, run, tensor } from "./chain.js";
import { readControls } from "./controls.js";

/** @typedef {import("../pages/lab.js").Scene} Scene */
/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {{x: number[], y: number[], dydx: number[]}} Curve */
/** @typedef {{curve: Curve, asleep: Uint8Array, shares: number[]}} Found asleep: 0 awake, 1 nearly flat, 2 flat */

const FLAT = 0.01;
const POINTS = 4001; // odd, so that one of them is zero
const NEAR = 10; // so far out every value finds its slope close by; beyond, on a wider curve
const SEEN = 5;
const BINS = 80;

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const call = JSON.parse(figure.dataset.calls ?? "{}").affine;
  /** @type {WeakMap<Tensor, Promise<import("../service/api.js").TensorSource>>} */
  const lodged = new WeakMap();
  return {
    draw: async (scene, signal) => {
      const values = readControls(figure);
      const { ref, tensor: input } = scene.source;
      const [shape, source] = sized(input, ref, lodged);
      const channels = shape[1];
      const before = await run(call, {
        input: await source, running_mean: tensor([channels], 0), running_var: tensor([channels], 1),
        weight: tensor([channels], Number(values.scale)), bias: tensor([channels], Number(values.shift)),
      }, {}, signal);
      const found = await look(before.output, functionOf(scene, values.function), signal);
      drawSlopes(figure, before.output, found);
      drawMap(figure, { ...before.output, shape: input.shape }, found, scene);
      const [dead, flat] = found.shares;
      write(figure, "dead", percent(dead));
      write(figure, "flat", percent(flat));
    },
  };
}

/**
 * The layer that shifts wants a batch and channels; a plain row of numbers becomes one channel.
 * @param {Tensor} input
 * @param {string} ref
 * @param {WeakMap<Tensor, Promise<import("../service/api.js").TensorSource>>} lodged
 * @returns {[number[], Promise<import("../service/api.js").TensorSource>]}
 */
function sized(input, ref, lodged) {
  if (input.shape.length > 2) return [input.shape, Promise.resolve({ ref })];
  const shape = [1, 1, input.data.length];
  const kept = lodged.get(input) ?? lodge({ ...input, shape });
  lodged.set(input, kept);
  return [shape, kept];
}

/**
 * @param {Scene} scene
 * @param {string} chosen empty: the page's own
 * @returns {[string, Record<string, string>]}
 */
function functionOf({ params, config }, chosen) {
  const { [config.selector ?? ""]: own, weight: _, ...numbers } = params;
  return chosen ? [chosen, {}] : [own, numbers];
}

const known = new Once();

/**
 * @param {string} name
 * @param {Record<string, string>} params
 * @param {number} reach
 * @returns {Promise<Curve>}
 */
function curveOf(name, params, reach) {
  const path = `/activations/${name}/curve?${new URLSearchParams({ ...params, start: String(-reach), stop: String(reach), num: String(points(POINTS)) })}`;
  return known.ask(path, () => getJson(path));
}

/**
 * @param {Tensor} values
 * @param {[string, Record<string, string>]} of
 * @param {AbortSignal} _signal
 * @returns {Promise<Found>}
 */
async function look({ data }, [name, params], _signal) {
  const { low, high } = range(data);
  const reach = most("curve_far", Math.max(NEAR, Math.ceil(Math.max(-low, high))));
  const [curve, wide] = await Promise.all([NEAR, reach].map((span) => curveOf(name, params, span)));
  const slopeAt = (/** @type {number} */ value) => (Math.abs(value) <= NEAR ? slopeOn(curve, value, NEAR) : slopeOn(wide, value, reach));
  const asleep = new Uint8Array(data.length);
  let [dead, flat] = [0, 0];
  for (let i = 0; i < data.length; i += 1) {
    const slope = Math.abs(slopeAt(data[i]));
    asleep[i] = slope === 0 ? 2 : slope < FLAT ? 1 : 0;
    if (slope === 0) dead += 1;
    if (slope < FLAT) flat += 1;
  }
  return { curve, asleep, shares: [dead / data.length, flat / data.length] };
}

/**
 * @param {Curve} curve
 * @param {number} value one further out than the curve has the slope of its end
 * @param {number} span
 */
function slopeOn({ dydx }, value, span) {
  const place = Math.round(((value + span) / (2 * span)) * (dydx.length - 1));
  return dydx[Math.max(0, Math.min(dydx.length - 1, place))];
}

/**
 * @param {HTMLElement} figure
 * @param {Tensor} values
 * @param {Found} found
 */
function drawSlopes(figure, { data }, { curve }) {
  const place = /** @type {HTMLElement} */ (figure.querySelector("[data-view=slopes]"));
  const { counts } = histogram(data, -SEEN, SEEN, BINS);
  const highest = Math.max(...counts);
  const wide = (2 * SEEN) / BINS;
  const scale = valueScale({ min: -SEEN, max: SEEN, signed: true });
  plot(place, {
    x: [-SEEN, SEEN], y: [-0.3, 1.3], height: 256, ticks: 8, digits: 1, key: "left",
    lines: [{ x: curve.x, y: curve.dydx, className: "curve-chosen", name: t("derivative") }],
    under: ({ x, y }) => Array.from(counts, (count, i) => {
      const value = -SEEN + (i + 0.5) * wide;
      const high = highest ? Math.sqrt(count / highest) : 0;
      const slope = Math.abs(slopeOn(curve, value, NEAR));
      const fill = slope === 0 ? "url(#hatch)" : slope < FLAT ? "var(--rule)" : scale.css(value);
      return svg("rect", { x: x(value - wide / 2), width: x(wide) - x(0) - 0.5, y: y(high), height: y(0) - y(high), fill, class: "bin" });
    }),
    label: t("The values after the shift, and the derivative over them"),
  });
}

/**
 * @param {HTMLElement} figure
 * @param {Tensor} values
 * @param {Found} found
 * @param {Scene} scene
 */
function drawMap(figure, values, { asleep }, { at, axes }) {
  const place = /** @type {HTMLCanvasElement | null} */ (figure.querySelector("[data-view=asleep]"));
  const holder = /** @type {HTMLElement | null} */ (place?.closest("[data-part]"));
  if (!place || !holder || (holder.hidden = axes !== 2 || values.shape.length < 3)) return;
  const { width, height, data } = plane(values, 0, placeOf(at).map);
  const start = data.byteOffset / 4 - values.data.byteOffset / 4;
  const painted = Float32Array.from(data, (value, i) => (asleep[start + i] === 2 ? NaN : value));
  const scale = valueScale(range(values.data, { quantile: 0.99 }));
  const pixels = paint(painted, scale);
  const strip = view(figure, "legend");
  if (strip) legend(strip, scale);
  Object.assign(place, { width, height });
  place.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(/** @type {ArrayBuffer} */ (pixels.buffer)), width, height), 0, 0);
  place.setAttribute("aria-label", t("The map: grey where the slope is exactly 0, {share} of it", { share: percent(painted.filter(Number.isNaN).length / painted.length) }));
}

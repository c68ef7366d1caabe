// @ts-check
// The colours of one scene: what shares a scale is decided here, once.
import { greyScale, valueScale, weightScale } from "../../data/color.js";
import { range } from "../../data/tensor.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/color.js").Scale} Scale */

/** The rarest hundredth of the values is left out of a large map's range: a padded border would wash the rest out. */
const QUANTILE = 0.99;
const LARGE = 1000;

/** By the numbers themselves: a tensor that is shown in another shape has the same ones. @type {WeakMap<object, Scale>} */
const known = new WeakMap();

/** @param {import("../../data/tensor.js").Tensor} tensor @returns {Scale} */
export function scaleOf({ data }) {
  const scale = known.get(data) ?? valueScale(range(data, { quantile: data.length > LARGE ? QUANTILE : 1 }));
  known.set(data, scale);
  return scale;
}

/** @param {Scene} scene @returns {boolean} */
export function isPicture({ config, source }) {
  return config.paint === "picture" && source.pictured;
}

/**
 * What shares one range of colours, as the link says: `map`, `layer` (all maps of the output) or `all` (the input too).
 * @param {Scene} scene
 */
export function rangeOf({ state }) {
  return state.range === "map" || state.range === "all" ? state.range : "layer";
}

/** @param {Scene} scene */
export function inScale(scene) {
  if (rangeOf(scene) === "all") return sharedScale(scene);
  return isPicture(scene) ? greyScale() : scaleOf(scene.whole?.input ?? scene.source.tensor);
}

/**
 * One scale for the input and the output.
 * @param {Scene} scene
 */
function sharedScale(scene) {
  const output = scene.whole?.output ?? scene.tensors.output;
  const tensor = scene.whole?.input ?? scene.source.tensor;
  const scale = both.get(output) ?? valueScale(range([tensor, output].flatMap(({ data }) => endsOf(data))));
  both.set(output, scale);
  return scale;
}

/** @type {WeakMap<object, Scale>} */
const both = new WeakMap();

/** @param {import("../../data/tensor.js").Values} data */
function endsOf(data) {
  const { low, high } = range(data);
  return [low, high];
}

/**
 * The colours of the map that is shown alone.
 * @param {Scene} scene
 */
function mapScale(scene) {
  const output = scene.whole?.output ?? scene.tensors.output;
  const inner = output.shape.slice(-scene.axes).reduce((a, b) => a * b, 1);
  const at = (scene.unplanar ?? scene).at.slice(0, -scene.axes);
  const which = at.reduce((place, index, axis) => place * output.shape[axis] + index, 0);
  const data = output.data.subarray(which * inner, (which + 1) * inner);
  return valueScale(range(data, { quantile: data.length > LARGE ? QUANTILE : 1 }));
}

/** @param {Scene} scene */
export function outScale(scene) {
  const output = scene.whole?.output ?? scene.tensors.output;
  if (rangeOf(scene) === "all") return sharedScale(scene);
  if (rangeOf(scene) === "map" && output.shape.length > scene.axes) return mapScale(scene);
  if (!scene.config.sameScale) return scaleOf(output);
  if (!isPicture(scene)) return inScale(scene);
  const { low, high } = range(output.data);
  return greyScale({ min: Math.min(0, low), max: Math.max(1, high) });
}

/**
 * One scale for several outputs of the same input.
 * @param {Scene} scene
 * @param {import("../../data/tensor.js").Tensor[]} outputs
 * @returns {Scale}
 */
export function scaleOver(scene, outputs) {
  const spans = outputs.map(({ data }) => range(data, { quantile: data.length > LARGE ? QUANTILE : 1 }));
  const [low, high] = [Math.min(...spans.map(({ low }) => low)), Math.max(...spans.map(({ high }) => high))];
  if (isPicture(scene) && scene.config.sameScale) return greyScale({ min: Math.min(0, low), max: Math.max(1, high) });
  return valueScale({ min: Math.min(...spans.map(({ min }) => min)), max: Math.max(...spans.map(({ max }) => max)), low, high });
}

/**
 * Symmetric about zero, even where all differences have one sign.
 * @param {import("../../data/tensor.js").Tensor | null} difference
 * @returns {Scale}
 */
export function differenceScale(difference) {
  const { max, low, high } = range(difference?.data ?? [], { quantile: (difference?.data.length ?? 0) > LARGE ? QUANTILE : 1 });
  return valueScale({ min: -max, max, low, high, signed: true });
}

/**
 * All weights share one scale, where they are known; else those of the terms.
 * @param {Scene} scene
 */
export function termScales(scene) {
  const terms = scene.element?.terms ?? [];
  const weights = scene.weight?.data ?? terms.map(({ weight }) => weight ?? 0);
  return {
    input: inScale(scene),
    weight: weightScale(range(weights, { quantile: weights.length > LARGE ? QUANTILE : 1 })),
    product: valueScale(range(terms.map(({ product }) => product ?? 0))),
  };
}

/** @param {Scene} scene */
export function channelNames({ config, source }) {
  const channels = source.tensor.shape.at(-3) ?? 1;
  return config.paint === "picture" && source.pictured ? (config.channelNames?.[channels] ?? null) : null;
}

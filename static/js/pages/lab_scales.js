// @ts-check
// The colours of one scene: what shares a scale is decided here, once.
import { greyScale, valueScale, weightScale } from "../color.js";
import { range } from "../tensor.js";

/** @typedef {import("./lab.js").Scene} Scene */
/** @typedef {import("../color.js").Scale} Scale */

/** The rarest hundredth of the values is left out of a large map's range: a padded border would wash the rest out. */
const QUANTILE = 0.99;
const LARGE = 1000;

/** @type {WeakMap<object, Scale>} */
const known = new WeakMap();

/** @param {import("../tensor.js").Tensor} tensor @returns {Scale} */
function scaleOf(tensor) {
  const scale = known.get(tensor) ?? valueScale(range(tensor.data, { quantile: tensor.data.length > LARGE ? QUANTILE : 1 }));
  known.set(tensor, scale);
  return scale;
}

/** @param {Scene} scene @returns {boolean} */
export function isPicture({ config, source }) {
  return config.paint === "picture" && source.pictured;
}

/** @param {Scene} scene */
export function inScale(scene) {
  return isPicture(scene) ? greyScale() : scaleOf(scene.whole?.input ?? scene.source.tensor);
}

/** @param {Scene} scene */
export function outScale(scene) {
  const output = scene.whole?.output ?? scene.tensors.output;
  if (!scene.config.sameScale) return scaleOf(output);
  if (!isPicture(scene)) return inScale(scene);
  const { low, high } = range(output.data);
  return greyScale({ min: Math.min(0, low), max: Math.max(1, high) });
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

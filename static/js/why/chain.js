// @ts-check
// Layers one after the other, each on what the one before it left with the service. Which, the template says.
import { explain, putTensor, runLayer } from "../service/api.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../service/api.js").TensorSource} TensorSource */
/** @typedef {{layer: string, params?: Record<string, import("../service/api.js").Param>}} Call */
/** @typedef {{ref: string}} Held */
/** @typedef {{output: Tensor, held: TensorSource, tensors: Record<string, Tensor>}} Done held: what the next layer is sent; tensors: all that was answered, a generated weight too */

/**
 * The output goes back and forth as it is: right for a few numbers, which a store need not keep.
 * @param {Call} call
 * @param {Record<string, TensorSource | null>} tensors
 * @param {Record<string, import("../service/api.js").Param>} [params] over the call's own
 * @param {AbortSignal} [signal]
 * @returns {Promise<Done>}
 */
export async function run(call, tensors, params = {}, signal) {
  const { tensors: outputs } = await runLayer(call.layer, { ...call.params, ...params }, tensors, { signal });
  return { output: outputs.output, held: outputs.output, tensors: outputs };
}

/**
 * The same for a picture's worth of numbers that several requests will ask about: the service holds them.
 * @param {Call} call
 * @param {Record<string, TensorSource | null>} tensors
 * @param {Record<string, import("../service/api.js").Param>} [params]
 * @param {AbortSignal} [signal]
 * @returns {Promise<Done>}
 */
export async function runHeld(call, tensors, params = {}, signal) {
  const { metadata, tensors: outputs } = await runLayer(call.layer, { ...call.params, ...params, refs: 1 }, tensors, { signal });
  return { output: outputs.output, held: { ref: metadata.refs.output.replace(/^ref:/, "") }, tensors: outputs };
}

/**
 * Lodged with the service once, so that moving a control sends no numbers again.
 * @param {Tensor} tensor
 * @returns {Promise<Held>}
 */
export async function lodge(tensor) {
  const { ref } = await putTensor(tensor);
  return { ref };
}

/** @type {WeakMap<Tensor, Promise<Held>>} */
const inFull = new WeakMap();

/**
 * The page's input with all the axes that the layer gave it: a grid that was typed has fewer.
 * @param {import("../pages/lab.js").Scene} scene
 * @returns {Promise<Held>}
 */
export function inputOf({ source, given }) {
  if (source.tensor.shape.length === given.input.shape.length) return Promise.resolve({ ref: source.ref });
  const kept = inFull.get(source.tensor) ?? lodge(given.input);
  inFull.set(source.tensor, kept);
  return kept;
}

/**
 * @param {number[]} shape
 * @param {ArrayLike<number> | number} values one number fills all of it
 * @returns {Tensor}
 */
export function tensor(shape, values) {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = typeof values === "number" ? new Float32Array(size).fill(values) : Float32Array.from(values);
  return { shape, data, dtype: "float32" };
}

/**
 * The input cells that one output element is made of, as the layer's own explanation has it.
 * @param {Call} call
 * @param {Record<string, import("../service/api.js").Param>} params
 * @param {Record<string, TensorSource | null>} tensors
 * @param {number[]} at
 * @param {AbortSignal} [signal]
 * @returns {Promise<{start: number[], stop: number[]}>}
 */
export async function windowOf(call, params, tensors, at, signal) {
  const { elements } = await explain(call.layer, { ...call.params, ...params, limit: 1 }, tensors, at, { signal });
  return elements[0].window;
}

/**
 * The largest difference between two lists of numbers. Where one has no number, there is none.
 * @param {ArrayLike<number>} one
 * @param {ArrayLike<number>} other
 */
export function largestDifference(one, other) {
  let largest = 0;
  for (let i = 0; i < one.length; i += 1) largest = Math.max(largest, Math.abs(one[i] - other[i]));
  return largest;
}

/** @param {ArrayLike<number>} values */
export function sumOf(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i];
  return sum;
}

/**
 * How alike two maps are, whatever their brightness and contrast: their correlation, 1 the same, −1 the opposite.
 * @param {ArrayLike<number>} one
 * @param {ArrayLike<number>} other
 */
export function alike(one, other) {
  const [m, n] = [sumOf(one) / one.length, sumOf(other) / other.length];
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < one.length; i += 1) {
    const [a, b] = [one[i] - m, other[i] - n];
    both += a * b;
    first += a * a;
    second += b * b;
  }
  return first && second ? both / Math.sqrt(first * second) : NaN;
}

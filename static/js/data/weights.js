// @ts-check
// A kernel that is changed by hand. Plain data.
import { parseNumbers } from "./numbers.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */

/**
 * The weight with one number changed: in one input channel, or in all of them.
 * @param {Tensor} weight (out, in, *kernel)
 * @param {{map: number, channel: number | null, cell: number}} place channel: null for all; cell: in the kernel, in order
 * @param {number} value
 * @returns {Tensor}
 */
export function withCell(weight, { map, channel, cell }, value) {
  const [, inputs, size] = split(weight.shape);
  const data = Float32Array.from(weight.data);
  const which = channel === null ? Array.from({ length: inputs }, (_, i) => i) : [channel];
  for (const one of which) data[(map * inputs + one) * size + cell] = value;
  return { ...weight, data };
}

/**
 * The numbers of one kernel; null in a place where the channels differ.
 * @param {Tensor} weight
 * @param {{map: number, channel: number | null}} place
 * @returns {(number | null)[]}
 */
export function cellsOf(weight, { map, channel }) {
  const [, inputs, size] = split(weight.shape);
  return Array.from({ length: size }, (_, cell) => {
    const first = weight.data[(map * inputs + (channel ?? 0)) * size + cell];
    const isSame = channel !== null || Array.from({ length: inputs }, (_, i) => weight.data[(map * inputs + i) * size + cell]).every((value) => value === first);
    return isSame ? first : null;
  });
}

/**
 * Kernels of another size about the same middle: cells are cut off or added as zeros.
 * @param {Tensor} weight
 * @param {readonly number[]} kernel the new size
 * @returns {Tensor}
 */
export function resized(weight, kernel) {
  const [outputs, inputs] = weight.shape;
  const old = weight.shape.slice(2);
  const size = kernel.reduce((a, b) => a * b, 1);
  const before = old.reduce((a, b) => a * b, 1);
  const data = new Float32Array(outputs * inputs * size);
  for (let at = 0; at < data.length; at += 1) {
    let rest = at % size;
    let source = 0;
    let step = 1;
    for (let axis = kernel.length - 1; axis >= 0; axis -= 1) {
      const place = (rest % kernel[axis]) - Math.floor(kernel[axis] / 2) + Math.floor(old[axis] / 2);
      rest = Math.floor(rest / kernel[axis]);
      if (place < 0 || place >= old[axis]) source = NaN;
      source += place * step;
      step *= old[axis];
    }
    if (!Number.isNaN(source)) data[at] = weight.data[Math.floor(at / size) * before + source];
  }
  return { ...weight, shape: [outputs, inputs, ...kernel], data };
}

/**
 * @param {readonly number[]} shape
 * @returns {[number, number, number]} kernels, channels, cells
 */
function split([outputs, inputs, ...kernel]) {
  return [outputs, inputs, kernel.reduce((a, b) => a * b, 1)];
}

/**
 * One number for each output, of a bias that stands in a link.
 * @param {string} text
 * @returns {Tensor | null}
 */
export function readBias(text) {
  if (!text) return null;
  const { data } = parseNumbers(text);
  return data.some((value) => value !== 0) ? { shape: [data.length], data, dtype: "float32" } : null;
}

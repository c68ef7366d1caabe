// @ts-check
// Which kernel leads from one map of a network to another, however its weight is laid out. Plain data.
import { madeOf, makes } from "./map_links.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("./map_links.js").Links} Links */
/** @typedef {{axes: readonly string[], links: Links | null, before: number}} Laid axes: what the first two count; before: how many maps there are to be made of */

const OUT = "out";

/**
 * The place of a kernel among all of a weight.
 * @param {Tensor} weight
 * @param {Laid} laid
 * @param {number} from a map before
 * @param {number} to the map that is made of it
 * @returns {number} −1: there is none
 */
export function kernelPlace({ shape: [, second] }, { axes, links, before }, from, to) {
  if (!links) return -1;
  const { start, stop } = madeOf(links, before, to);
  if (from < start || from >= stop) return -1;
  return axes[0] === OUT ? to * second + from - start : from * second + to - makes(links, before, links.maps, from).start;
}

/**
 * The kernels that one map is made with, one for each map before it.
 * @param {Tensor} weight
 * @param {Laid} laid
 * @param {number} to
 * @returns {{first: number, kernels: Tensor}} first: the map before that the first kernel belongs to; kernels: (1, maps, height, width), the slices of a deep one beneath each other
 */
export function kernelsOf(weight, laid, to) {
  const size = sizeOf(weight);
  const [height, width] = [size / (weight.shape.at(-1) ?? 1), weight.shape.at(-1) ?? 1];
  const { start, stop } = laid.links ? madeOf(laid.links, laid.before, to) : { start: 0, stop: 0 };
  const data = new Float32Array((stop - start) * size);
  for (let from = start; from < stop; from += 1) {
    const place = kernelPlace(weight, laid, from, to);
    data.set(weight.data.subarray(place * size, (place + 1) * size), (from - start) * size);
  }
  return { first: start, kernels: { ...weight, shape: [1, stop - start, height, width], data } };
}

/**
 * What the numbers of each kernel add up to, and how large they are in the mean.
 * @param {Tensor} weight
 * @returns {{sums: Float32Array, sizes: Float32Array}}
 */
export function kernelSums(weight) {
  const size = sizeOf(weight);
  const count = weight.data.length / size;
  const [sums, sizes] = [new Float32Array(count), new Float32Array(count)];
  for (let i = 0; i < weight.data.length; i += 1) {
    const kernel = Math.floor(i / size);
    sums[kernel] += weight.data[i];
    sizes[kernel] += Math.abs(weight.data[i]) / size;
  }
  return { sums, sizes };
}

/** @param {Tensor} weight @returns {number} how many numbers a kernel has */
function sizeOf({ shape }) {
  return shape.slice(2).reduce((all, one) => all * one, 1);
}

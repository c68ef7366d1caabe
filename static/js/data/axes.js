// @ts-check
// Signals and volumes seen as planes, so that what draws pictures draws them too. Plain data.

/** @typedef {import("./tensor.js").Tensor} Tensor */

/**
 * How many spatial axes the data have: as many as the layer said it used, else as the rank tells.
 * @param {{spatial_dims?: number | null}} params as used
 * @param {number} rank of the input
 * @param {boolean} [ranked] all axes after the first two are spatial; otherwise a rank of 3 is a picture without a batch
 */
export function spatialAxes({ spatial_dims: said }, rank, ranked = false) {
  if (said) return said;
  return ranked ? Math.max(1, Math.min(3, rank - 2)) : rank >= 5 ? 3 : 2;
}

/**
 * (N, C, L) as planes of one row, one slice of (N, C, D, H, W); with two axes the tensor itself.
 * @param {Tensor} tensor
 * @param {number} axes
 * @param {number} depth which slice
 * @returns {Tensor}
 */
export function asPlanes(tensor, axes, depth) {
  const { shape, data } = tensor;
  if (axes === 1 && shape.length <= 3) return { ...tensor, shape: [...new Array(3 - shape.length).fill(1), ...shape.slice(0, -1), 1, ...shape.slice(-1)] };
  return axes === 3 && shape.length > 4 ? { ...tensor, shape: [...shape.slice(0, -3), ...shape.slice(-2)], data: slices(data, shape, depth) } : tensor;
}

/**
 * The slice of every channel, one after the other.
 * @param {Tensor["data"]} data
 * @param {number[]} shape
 * @param {number} depth
 */
function slices(data, shape, depth) {
  const [deep, high, wide] = shape.slice(-3);
  const size = high * wide;
  const channels = data.length / (deep * size);
  const made = new Float32Array(channels * size);
  for (let c = 0; c < channels; c += 1) made.set(data.subarray((c * deep + depth) * size, (c * deep + depth + 1) * size), c * size);
  return made;
}

/**
 * All slices of one channel as the maps of one picture.
 * @param {Tensor} tensor (N, C, D, H, W)
 * @param {number} n
 * @param {number} map
 * @returns {Tensor}
 */
export function slicesOf(tensor, n, map) {
  const [channels, deep, high, wide] = tensor.shape.slice(-4);
  const size = deep * high * wide;
  const start = (n * channels + map) * size;
  return { ...tensor, shape: [1, deep, high, wide], data: tensor.data.subarray(start, start + size) };
}

/**
 * Kernels as a row of planes for each output channel.
 * @param {Tensor} weight (O, C, *size)
 * @param {number} axes
 * @returns {Tensor}
 */
export function weightPlanes(weight, axes) {
  const [outputs, inputs, ...size] = weight.shape;
  if (axes === 1) return { ...weight, shape: [outputs, inputs, 1, ...size] };
  return axes === 3 && size.length === 3 ? { ...weight, shape: [outputs, inputs * size[0], size[1], size[2]] } : weight;
}

/**
 * An index as (n, c, y, x).
 * @param {readonly number[]} at
 * @param {number} axes
 * @returns {number[]}
 */
export function planeIndex(at, axes) {
  if (axes === 1) return [...at.slice(0, -1), 0, ...at.slice(-1)];
  return axes === 3 && at.length > 4 ? [...at.slice(0, -3), ...at.slice(-2)] : [...at];
}

/**
 * The way back from `planeIndex`.
 * @param {readonly number[]} at (n, c, y, x)
 * @param {number} axes
 * @param {number} depth
 */
export function fullIndex(at, axes, depth) {
  if (axes === 1) return [...at.slice(0, -2), ...at.slice(-1)];
  return axes === 3 ? [...at.slice(0, -2), depth, ...at.slice(-2)] : [...at];
}

/**
 * The box around some places, in rows and columns.
 * @param {(readonly number[] | null)[]} places
 * @returns {{start: number[], stop: number[]} | null}
 */
export function boxAround(places) {
  const real = places.filter((place) => place !== null && place.length > 1);
  if (!real.length) return null;
  const axis = (/** @type {number} */ which) => real.map((place) => place?.at(which) ?? 0);
  return {
    start: [-2, -1].map((which) => axis(which).reduce((least, place) => Math.min(least, place))),
    stop: [-2, -1].map((which) => axis(which).reduce((most, place) => Math.max(most, place)) + 1),
  };
}

// @ts-check
// A long row of numbers as lines, one under the other.

/** @typedef {import("./tensor.js").Tensor} Tensor */

/**
 * @param {Tensor} tensor all of its numbers, in order
 * @param {number} row how many to a line
 * @param {number} most lines
 * @returns {Tensor} one plane; what is left of its last line is NaN
 */
export function folded(tensor, row, most) {
  const count = tensor.data.length;
  const width = Math.min(row, count);
  const height = Math.min(most, Math.ceil(count / row));
  return { ...tensor, shape: [1, 1, height, width], data: padded(tensor.data, height * width) };
}

/**
 * @param {Tensor["data"]} data
 * @param {number} length
 */
function padded(data, length) {
  if (data.length >= length) return data.subarray(0, length);
  const whole = new Float32Array(length).fill(NaN);
  whole.set(data);
  return whole;
}

// @ts-check
// In which order the maps of a stage are shown, and which page of them. Plain data.

/** @typedef {import("./tensor.js").Tensor} Tensor */

/**
 * The mean size of each map's numbers.
 * @param {Tensor} tensor (1, maps, height, width)
 */
export function strengths({ shape: [, maps, height, width], data }) {
  const size = height * width;
  return Float64Array.from({ length: maps }, (_, map) => {
    let sum = 0;
    for (let i = map * size; i < (map + 1) * size; i += 1) if (data[i] - data[i] === 0) sum += Math.abs(data[i]);
    return sum / size;
  });
}

/**
 * @param {Tensor | null} tensor null: its numbers are not here yet
 * @param {number} maps
 * @param {string} order `index`, `strength`
 * @returns {number[]}
 */
export function orderOf(tensor, maps, order) {
  const all = Array.from({ length: maps }, (_, map) => map);
  if (order !== "strength" || !tensor) return all;
  const strong = strengths(tensor);
  return all.sort((a, b) => strong[b] - strong[a] || a - b);
}

/**
 * @param {readonly number[]} order
 * @param {number} page
 * @param {number} each
 */
export function pageOf(order, page, each) {
  return order.slice(page * each, (page + 1) * each);
}

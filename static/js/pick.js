// @ts-check
// Which element of the output is looked at. Plain data.

/**
 * The element that a state names, kept inside the output; else the middle of the first map, or the largest of a row.
 * @param {{shape: number[], data: ArrayLike<number>}} output
 * @param {string} [text] "n,c,y,x"
 * @returns {number[]}
 */
export function pickElement({ shape, data }, text = "") {
  const said = text.split(",").filter(Boolean).map(Number);
  if (said.length === shape.length && said.every(Number.isInteger)) {
    return said.map((place, axis) => Math.max(0, Math.min(shape[axis] - 1, place)));
  }
  if (shape.length > 2 || (shape[0] ?? 1) > 1) return shape.map((size, axis) => (axis < shape.length - 2 ? 0 : size >> 1));
  return shape.map((_, axis) => (axis === shape.length - 1 ? largest(data) : 0));
}

/** @param {ArrayLike<number>} data */
function largest(data) {
  let best = 0;
  for (let i = 1; i < data.length; i += 1) if (data[i] > data[best]) best = i;
  return best;
}

/**
 * The axes of an index as a reader sees them, counted from the last.
 * @param {readonly number[]} at
 */
export function placeOf(at) {
  return { n: at.at(-4) ?? 0, map: at.at(-3) ?? 0, y: at.at(-2) ?? 0, x: at.at(-1) ?? 0 };
}

/**
 * One row of numbers, few enough to have a name and a bar each.
 * @param {readonly number[]} shape
 */
export function isRow(shape) {
  const length = shape.at(-1) ?? 1;
  return shape.length > 0 && length <= 64 && shape.slice(0, -1).every((size) => size === 1);
}

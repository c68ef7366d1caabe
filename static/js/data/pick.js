// @ts-check
// Which element of the output is looked at. Plain data.

/**
 * The element that a state names: a map that is not there any more becomes the last one, a place that is not, the
 * middle. Without a name: the middle of the first map, or the largest of a row.
 * @param {{shape: number[], data: ArrayLike<number>}} output
 * @param {string} [text] "n,c,y,x"
 * @param {number} [axes] how many of the last axes are places
 * @returns {number[]}
 */
export function pickElement({ shape, data }, text = "", axes = 2) {
  const said = text.split(",").filter(Boolean).map(Number);
  // What gives one number of each map can be asked for without the axes of places, of which there is one.
  const left = said.length ? shape.slice(said.length) : [];
  if (left.every((size) => size === 1)) said.push(...left.map(() => 0));
  const isIndex = said.length === shape.length && said.every((place) => Number.isInteger(place) && place >= 0);
  const leading = shape.map((size, axis) => (isIndex ? Math.min(size - 1, said[axis]) : 0)).slice(0, -axes);
  const plane = shape.slice(-axes);
  const place = said.slice(-axes);
  if (isIndex && place.every((value, axis) => value < plane[axis])) return [...leading, ...place];
  if (shape.slice(0, -1).every((size) => size === 1)) return shape.map((_, axis) => (axis === shape.length - 1 ? largest(data) : 0));
  return [...leading, ...plane.map((size) => size >> 1)];
}

/** @param {ArrayLike<number>} data */
function largest(data) {
  let best = 0;
  for (let i = 1; i < data.length; i += 1) if (data[i] > data[best]) best = i;
  return best;
}

/**
 * The element of another output that lies where this one lies: as far down and across, in the same map.
 * @param {readonly number[]} at
 * @param {readonly number[]} shape
 * @param {readonly number[]} other the other output's shape
 * @param {number} [axes] how many of the last axes are places
 * @returns {number[]}
 */
export function samePlace(at, shape, other, axes = 2) {
  return other.map((size, axis) => {
    const fromEnd = axis - other.length;
    const [index, own] = [at.at(fromEnd) ?? 0, shape.at(fromEnd) ?? 1];
    return Math.min(size - 1, fromEnd >= -axes ? Math.floor((index * size) / own) : index);
  });
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

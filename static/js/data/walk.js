// @ts-check
// A walk over the cells of a plane in reading order. Plain data.

/** A run of more steps than this would not end. */
const MOST_STEPS = 2500;

/**
 * How far the walk goes at each step of playing: every cell where there are few.
 * @param {{height: number, width: number}} plane
 * @returns {number} cells, along each axis
 */
export function strideOf({ height, width }) {
  return Math.max(1, Math.ceil(Math.sqrt((height * width) / MOST_STEPS)));
}

/**
 * @param {number} index in reading order
 * @param {{height: number, width: number}} plane
 * @returns {[number, number]} row and column
 */
export function cellAt(index, { width }) {
  return [Math.floor(index / width), index % width];
}

/**
 * The cell that playing comes to next, null at the end.
 * @param {number} index
 * @param {{height: number, width: number}} plane
 * @returns {number | null}
 */
export function nextCell(index, plane) {
  const stride = strideOf(plane);
  const [y, x] = cellAt(index, plane);
  if (x + stride < plane.width) return index + stride;
  const row = (Math.floor(y / stride) + 1) * stride;
  return row < plane.height ? row * plane.width : null;
}

/**
 * @param {string} key
 * @param {number} index
 * @param {{height: number, width: number}} plane
 * @returns {number | null} null: the key does not step
 */
export function keyStep(key, index, { height, width }) {
  /** @type {Record<string, number>} */
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -width, ArrowDown: width };
  const last = height * width - 1;
  if (key === "Home") return 0;
  if (key === "End") return last;
  const to = index + steps[key];
  return key in steps && to >= 0 && to <= last ? to : null;
}

// @ts-check
// Squares that are laid over a picture one after the other, and what a class loses by each. Plain data.

/** @typedef {[number, number]} Place row and column */

/**
 * Where squares begin along an axis, so that the last one reaches the end.
 * @param {number} size of the axis
 * @param {number} side of a square
 * @param {number} step
 */
export function begins(size, side, step) {
  const last = Math.max(size - side, 0);
  const found = [];
  for (let at = 0; at <= last; at += step) found.push(at);
  if (found[found.length - 1] < last) found.push(last);
  return found;
}

/**
 * The limits of the cells that stand for the squares: each place belongs to the square whose middle is nearest.
 * @param {readonly number[]} first where the squares begin
 * @param {number} side
 * @param {number} size of the axis
 */
export function limitsOf(first, side, size) {
  const between = first.slice(1).map((start, i) => (first[i] + start + side) / 2);
  return [0, ...between, size];
}

/**
 * Limits of as many equal cells.
 * @param {number} count
 * @param {number} size of the axis
 */
export function equalLimits(count, size) {
  return Array.from({ length: count + 1 }, (_, i) => (i * size) / count);
}

/**
 * Which cell a place is in.
 * @param {readonly number[]} limits
 * @param {number} place
 */
export function cellAt(limits, place) {
  const found = limits.findIndex((limit) => limit > place) - 1;
  return found < 0 ? (place < limits[0] ? 0 : limits.length - 2) : found;
}

/**
 * A square stays in the picture.
 * @param {Place} at
 * @param {number} side
 * @param {readonly number[]} size
 * @returns {Place}
 */
export function within([y, x], side, [height, width]) {
  const kept = (/** @type {number} */ start, /** @type {number} */ length) => Math.max(0, Math.min(Math.max(length - side, 0), Math.round(start)));
  return [kept(y, height), kept(x, width)];
}

/**
 * The rows and columns that a square covers.
 * @param {Place} at
 * @param {number} side
 * @param {readonly number[]} size
 * @returns {{start: Place, stop: Place}}
 */
export function boxOf([y, x], side, [height, width]) {
  return { start: [y, x], stop: [Math.min(y + side, height), Math.min(x + side, width)] };
}

/**
 * Rows of squares that are asked for together: few enough that what is drawn grows before the eye.
 * @param {readonly number[]} tops
 * @param {number} each how many squares a row has
 * @param {number} most squares of one question
 */
export function bands(tops, each, most) {
  const rows = Math.max(1, Math.floor(most / each));
  return Array.from({ length: Math.ceil(tops.length / rows) }, (_, i) => tops.slice(i * rows, (i + 1) * rows));
}

/**
 * A step that is not too fine for what one run takes, and never more squares than can be asked for.
 * @param {readonly number[]} size
 * @param {number} side
 * @param {number} macs of one run
 */
export function openingStep(size, side, macs) {
  const half = Math.max(1, Math.floor(side / 2));
  return macs * squares(size, side, half) > MUCH ? side : half;
}

const MUCH = 5e9; // multiply-accumulates: some seconds

/**
 * @param {readonly number[]} size
 * @param {number} side
 * @param {number} step
 */
export function squares([height, width], side, step) {
  return begins(height, side, step).length * begins(width, side, step).length;
}

/**
 * The smallest step that asks for few enough squares. Squares that touch may be more than those that overlap: as many as
 * `longest`; where even these are too many, the step is above the side and only a sample of the places is covered.
 * @param {readonly number[]} size
 * @param {number} side
 * @param {{most: number, longest: number}} limits
 */
export function leastStep(size, side, { most, longest }) {
  let step = 1;
  while (step < side && squares(size, side, step) > most) step += 1;
  while (step < Math.max(...size) && squares(size, side, step) > longest) step += 1;
  return step;
}

/**
 * Whether a square changes what a class is given by as much as is told.
 * @param {readonly (number | null)[]} lost
 * @param {number} least
 */
export function isChanged(lost, least) {
  return lost.some((value) => value !== null && Math.abs(value) > 0 && Math.abs(value) >= least);
}

/**
 * The square that takes most from the class.
 * @param {readonly (readonly (number | null)[])[]} lost null: not known yet
 * @returns {[row: number, column: number]}
 */
export function strongest(lost) {
  /** @type {[number, number]} */
  let best = [0, 0];
  let most = -Infinity;
  lost.forEach((line, row) =>
    line.forEach((value, column) => {
      if (value === null || !(value > most)) return;
      most = value;
      best = [row, column];
    }),
  );
  return best;
}

/** @typedef {{run: unknown, chosen: number, side: number, step: number, value: number}} Asked */

/**
 * Whether two questions have the same squares and the same class of the same picture.
 * @param {Asked} one
 * @param {Asked} other
 */
export function isSameWork(one, other) {
  return one.run === other.run && one.chosen === other.chosen && one.side === other.side && one.step === other.step && one.value === other.value;
}

// @ts-check
// The last two axes of a tensor as a sheet of cells, whatever its rank; the axes before them say which sheet. Plain data.
import { shortest } from "./format.js";
import { offset } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/**
 * @typedef {object} Sheet
 * @property {number} rows
 * @property {number} cols
 * @property {Tensor["data"]} values row after row, not copied
 * @property {number[]} lead which sheet of the tensor it is
 * @property {number[]} shape of the tensor
 */

/**
 * @param {Tensor} tensor of rank 1 or 0: one row
 * @param {readonly number[]} [lead] the index before the last two axes; what it has not is 0, what is too large the last
 * @returns {Sheet}
 */
export function sheetOf({ shape, data }, lead = []) {
  const [rows, cols] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const outer = shape.slice(0, -2);
  const which = outer.map((size, axis) => Math.max(0, Math.min(size - 1, lead[axis] ?? 0)));
  const start = offset(outer, which) * rows * cols;
  return { rows, cols, values: data.subarray(start, start + rows * cols), lead: which, shape };
}

/** @typedef {[number, number]} Cell row, column */

/**
 * A cell of the sheet as an index of the tensor.
 * @param {Sheet} sheet
 * @param {Cell} cell
 */
export function indexOf({ lead, shape }, [y, x]) {
  return [...lead, ...[y, x].slice(2 - Math.min(2, shape.length))];
}

/**
 * The cell of an index, if it lies on this sheet.
 * @param {Sheet} sheet
 * @param {readonly number[] | null} at
 * @returns {Cell | null}
 */
export function cellOf({ lead, shape, rows, cols }, at) {
  if (!at || at.length !== shape.length || lead.some((place, axis) => at[axis] !== place)) return null;
  const [y, x] = [at.at(-2) ?? 0, at.at(-1) ?? 0];
  return shape.length < 2 ? [0, x] : y >= 0 && x >= 0 && y < rows && x < cols ? [y, x] : null;
}

/**
 * @param {Sheet} sheet
 * @param {Cell} cell
 */
export function valueOn({ cols, values }, [y, x]) {
  return values[y * cols + x];
}

/**
 * @param {Sheet} sheet
 * @param {Cell} cell
 * @returns {Cell} the nearest one that is there
 */
export function nearestCell({ rows, cols }, [y, x]) {
  return [Math.max(0, Math.min(rows - 1, y)), Math.max(0, Math.min(cols - 1, x))];
}

/**
 * A number as NumPy reads it: the float32 comes back exactly.
 * @param {number} value
 */
export function exact(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0";
  return String(Number.isInteger(value) || Math.fround(value) !== value ? value : shortest(value)); // a count, or a float64
}

/**
 * A line for each row, commas between, nothing else.
 * @param {Sheet} sheet
 */
export function toCsv({ rows, cols, values }) {
  const line = (/** @type {unknown} */ _, /** @type {number} */ y) => Array.from(values.subarray(y * cols, (y + 1) * cols), exact).join(",");
  return `${Array.from({ length: rows }, line).join("\n")}\n`;
}

/**
 * So many decimals that the largest number of a table shows five digits.
 * @param {number} largest its size
 */
export function decimalsFor(largest) {
  if (!(largest > 0 && Number.isFinite(largest))) return 4;
  return Math.max(0, Math.min(9, 4 - Math.floor(Math.log10(largest))));
}

/**
 * The part of a long axis that a table shows.
 * @param {number} size
 * @param {number} around one place that is in it
 * @param {number} most
 * @returns {[number, number]} start and stop; whole steps, so that it does not move with every cell
 */
export function partOf(size, around, most) {
  const start = Math.max(0, Math.min(size - most, Math.floor(around / most) * most));
  return [start, Math.min(size, start + most)];
}

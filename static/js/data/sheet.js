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
 * @property {Tiles} [tiles] the sheet is made of several sheets of the tensor
 */
/**
 * @typedef {object} Tiles sheets beside each other in rows, one cell apart: what lies between them is no cell
 * @property {number} axis of the tensor, along which they follow each other
 * @property {number} count
 * @property {number} across in a row of them
 * @property {number} rows of each
 * @property {number} cols
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

const MOST_CELLS = 2 ** 24; // of sheets beside each other
const WIDER = 1.4; // than high: so is the window that they are seen in

/**
 * All sheets along an axis as one sheet, or as many as can be drawn.
 * @param {Tensor} tensor
 * @param {readonly number[]} lead where the other axes are
 * @param {number} axis
 * @returns {Sheet}
 */
export function tiledSheet(tensor, lead, axis) {
  const first = sheetOf(tensor, lead);
  const [high, wide] = [first.rows + 1, first.cols + 1];
  const count = Math.max(1, Math.min(tensor.shape[axis], Math.floor(MOST_CELLS / (high * wide))));
  const across = Math.max(1, Math.min(count, Math.round(Math.sqrt((count * high * WIDER) / wide))));
  const [rows, cols] = [Math.ceil(count / across) * high - 1, across * wide - 1];
  const values = new Float32Array(rows * cols).fill(NaN);
  for (let which = 0; which < count; which += 1) {
    const sheet = sheetOf(tensor, first.lead.map((place, i) => (i === axis ? which : place)));
    const start = Math.floor(which / across) * high * cols + (which % across) * wide;
    for (let y = 0; y < sheet.rows; y += 1) values.set(sheet.values.subarray(y * sheet.cols, (y + 1) * sheet.cols), start + y * cols);
  }
  return { rows, cols, values, lead: first.lead, shape: [...tensor.shape], tiles: { axis, count, across, rows: first.rows, cols: first.cols } };
}

/**
 * @param {Tiles} tiles
 * @param {Cell} cell
 */
function tileAt({ across, rows, cols }, [y, x]) {
  return { which: Math.floor(y / (rows + 1)) * across + Math.floor(x / (cols + 1)), at: /** @type {Cell} */ ([y % (rows + 1), x % (cols + 1)]) };
}

/**
 * Whether nothing is there: it lies between the sheets, or after the last of them.
 * @param {Sheet} sheet
 * @param {Cell} cell
 */
export function isBetween({ tiles }, cell) {
  if (!tiles) return false;
  const { which, at: [y, x] } = tileAt(tiles, cell);
  return y === tiles.rows || x === tiles.cols || which >= tiles.count;
}

/**
 * Nothing is painted where nothing is.
 * @param {Sheet} sheet
 * @param {Uint32Array} pixels
 */
export function clearBetween({ rows, cols, tiles }, pixels) {
  if (!tiles) return;
  const last = (tiles.count % tiles.across || tiles.across) * (tiles.cols + 1) - 1; // where the last row of them ends
  for (let y = 0; y < rows; y += 1) {
    const start = y * cols;
    const isRow = y % (tiles.rows + 1) < tiles.rows;
    if (!isRow) pixels.fill(0, start, start + cols);
    for (let x = tiles.cols; isRow && x < cols; x += tiles.cols + 1) pixels[start + x] = 0;
    if (y > rows - tiles.rows - 1) pixels.fill(0, start + last, start + cols);
  }
}

/** @typedef {[number, number]} Cell row, column */

/**
 * A cell of the sheet as an index of the tensor.
 * @param {Sheet} sheet
 * @param {Cell} cell
 */
export function indexOf({ lead, shape, tiles }, [y, x]) {
  if (tiles) {
    const { which, at } = tileAt(tiles, [y, x]);
    return [...lead.map((place, axis) => (axis === tiles.axis ? which : place)), ...at];
  }
  return [...lead, ...[y, x].slice(2 - Math.min(2, shape.length))];
}

/**
 * The cell of an index, if it lies on this sheet.
 * @param {Sheet} sheet
 * @param {readonly number[] | null} at
 * @returns {Cell | null}
 */
export function cellOf({ lead, shape, rows, cols, tiles }, at) {
  if (!at || at.length !== shape.length || lead.some((place, axis) => at[axis] !== place && axis !== tiles?.axis)) return null;
  const [y, x] = [at.at(-2) ?? 0, at.at(-1) ?? 0];
  if (tiles) {
    const which = at[tiles.axis];
    const isThere = which < tiles.count && y >= 0 && x >= 0 && y < tiles.rows && x < tiles.cols;
    return isThere ? [Math.floor(which / tiles.across) * (tiles.rows + 1) + y, (which % tiles.across) * (tiles.cols + 1) + x] : null;
  }
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
export function nearestCell(sheet, [y, x]) {
  const cell = /** @type {Cell} */ ([Math.max(0, Math.min(sheet.rows - 1, y)), Math.max(0, Math.min(sheet.cols - 1, x))]);
  if (!sheet.tiles || !isBetween(sheet, cell)) return cell;
  const { rows, cols, across, count } = sheet.tiles;
  const { which, at } = tileAt(sheet.tiles, cell);
  const last = Math.min(which, count - 1);
  return [Math.floor(last / across) * (rows + 1) + Math.min(at[0], rows - 1), (last % across) * (cols + 1) + Math.min(at[1], cols - 1)];
}

/**
 * Where a step of the keys leads: over what lies between the sheets.
 * @param {Sheet} sheet
 * @param {Cell} from
 * @param {Cell} by
 * @returns {Cell}
 */
export function stepped(sheet, [y, x], [down, across]) {
  const to = /** @type {Cell} */ ([y + down, x + across]);
  const isGap = to.every((place, i) => place >= 0 && place < [sheet.rows, sheet.cols][i]) && isBetween(sheet, to);
  return nearestCell(sheet, isGap ? [to[0] + Math.sign(down), to[1] + Math.sign(across)] : to);
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

// @ts-check
// Numbers in coloured cells: the lens, a kernel, the values of a window.
import { textOn } from "../data/color.js";
import { number } from "../data/format.js";
import { label, svg } from "./svg.js";

/** @typedef {import("../data/color.js").RGB} RGB */
/**
 * @typedef {object} GridCell
 * @property {RGB | null} [rgb] null: nothing there but padding, hatched
 * @property {string} [text]
 * @property {string} [title]
 * @property {boolean} [strong]
 * @property {Record<string, string>} [data] which element it is, as data attributes
 */

/**
 * @param {object} grid
 * @param {number} grid.rows
 * @param {number} grid.cols
 * @param {number} grid.width of a cell
 * @param {number} grid.height of a cell
 * @param {(y: number, x: number) => GridCell | null} grid.cell null: no cell
 * @param {number} [grid.left]
 * @param {number} [grid.top]
 */
export function numberGrid({ rows, cols, width, height, cell, left = 0, top = 0 }) {
  const group = svg("g");
  const cells = Array.from({ length: rows * cols }, (_, i) => cell(Math.floor(i / cols), i % cols));
  const isWritten = cells.every((content) => !content?.text || fits(content.text, width)); // an empty cell would be read as 0
  const longest = Math.max(0, ...cells.map((content) => content?.text?.length ?? 0));
  const size = width < 7.2 * longest - 4 ? 10 : 12;
  cells.forEach((content, i) => {
    if (content) group.append(...drawCell({ ...content, text: isWritten ? content.text : "" }, left + (i % cols) * width, top + Math.floor(i / cols) * height, width, height, size));
  });
  return group;
}

/**
 * Whether a cell is wide enough for a number.
 * @param {string} text
 * @param {number} width
 */
export function fits(text, width) {
  return width >= 5.6 * text.length;
}

/**
 * How the numbers of cells are written so that all have room: in full, without the zero before the point, or with one
 * decimal where that makes no number a zero. Null where all that is too wide: then none is written.
 * @param {readonly number[]} values
 * @param {number} width of a cell
 * @param {(value: number, digits: number) => string} [format]
 * @returns {((value: number) => string) | null}
 */
export function writtenIn(values, width, format = number) {
  const isLost = values.some((value) => value && !/[^0.\u2212]/.test(format(value, 1)));
  const full = (/** @type {number} */ value) => format(value, 2);
  const ways = [full, (/** @type {number} */ value) => full(value).replace(/^(\u2212?)0\./, "$1."), ...(isLost ? [] : [(/** @type {number} */ value) => format(value, 1)])];
  return ways.find((way) => values.every((value) => fits(way(value), width))) ?? null;
}

/**
 * Short numbers for a grid that shows some cells of a plane: as many decimals in all its cells, one where that has room,
 * else none where no number becomes a zero; else each as it has room.
 * @param {(y: number, x: number, digits?: number) => string} text
 * @param {{start: number[], rows: number, cols: number, zoom: number}} region
 * @param {number[]} size height and width of the plane
 * @returns {(y: number, x: number) => string}
 */
export function evenly(text, { start: [top, left], rows, cols, zoom }, [height, width]) {
  const places = Array.from({ length: rows * cols }, (_, i) => [top + Math.floor(i / cols), left + (i % cols)]);
  const shown = places.filter(([y, x]) => y >= 0 && x >= 0 && y < height && x < width);
  const isZero = (/** @type {string} */ written) => !/[^0.\u2212]/.test(written);
  const hasRoom = shown.every(([y, x]) => fits(text(y, x, 1), zoom));
  const isKept = shown.every(([y, x]) => isZero(text(y, x, 1)) || !isZero(text(y, x, 0)));
  const digits = hasRoom ? 1 : isKept ? 0 : undefined;
  return (y, x) => text(y, x, digits);
}

/**
 * @param {GridCell} cell
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @param {number} size of its letters
 */
function drawCell({ rgb = null, text, title, strong, data = {} }, x, y, width, height, size) {
  const fill = rgb ? `rgb(${rgb})` : "url(#hatch)";
  const box = svg("rect", { x, y, width, height, fill });
  for (const [name, value] of Object.entries(data)) box.setAttribute(`data-${name}`, value);
  if (title) box.append(svg("title", {}, title));
  if (!text) return [box];
  const written = label(x + width / 2, y + height / 2 + 4.3, text, {
    "text-anchor": "middle", "font-size": size, fill: rgb ? textOn(rgb) : "var(--ink)", "font-weight": strong ? 600 : null,
  });
  if (rgb) return [box, written];
  return [box, svg("rect", { x: x + width / 2 - 14, y: y + height / 2 - 7, width: 28, height: 14, fill: "var(--paper)" }), written];
}

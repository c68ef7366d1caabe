// @ts-check
// Numbers in coloured cells: the lens, a kernel, the values of a window.
import { textOn } from "../color.js";
import { label, svg } from "./svg.js";

/** @typedef {import("../color.js").RGB} RGB */
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
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < cols; x += 1) {
      const content = cell(y, x);
      if (content) group.append(...drawCell(content, left + x * width, top + y * height, width, height));
    }
  }
  return group;
}

/**
 * @param {GridCell} cell
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function drawCell({ rgb = null, text, title, strong, data = {} }, x, y, width, height) {
  const fill = rgb ? `rgb(${rgb})` : "url(#hatch)";
  const box = svg("rect", { x, y, width, height, fill });
  for (const [name, value] of Object.entries(data)) box.setAttribute(`data-${name}`, value);
  if (title) box.append(svg("title", {}, title));
  if (!text || width < 5.6 * text.length) return [box];
  const size = width < 7.2 * text.length - 4 ? 10 : 12;
  const number = label(x + width / 2, y + height / 2 + 4.3, text, {
    "text-anchor": "middle", "font-size": size, fill: rgb ? textOn(rgb) : "var(--ink)", "font-weight": strong ? 600 : null,
  });
  if (rgb) return [box, number];
  return [box, svg("rect", { x: x + width / 2 - 14, y: y + height / 2 - 7, width: 28, height: 14, fill: "var(--paper)" }), number];
}

// @ts-check
// The weights of a kernel as cells: one plane large, a few beside each other; a filter's own numbers as an icon.
import { weightScale } from "../data/color.js";
import { number } from "../data/format.js";
import { range } from "../data/tensor.js";
import { t } from "../text.js";
import { numberGrid, writtenIn } from "./number_grid.js";
import { drawing } from "./svg.js";

/** @typedef {{width: number, height: number, data: ArrayLike<number>}} Plane */

const WIDE = 216;

/**
 * @param {HTMLElement} place
 * @param {Plane[]} planes
 * @param {import("../data/color.js").Scale} scale
 * @param {{index?: ((plane: number, y: number, x: number) => number[]) | null}} [options] index: of a cell in the weight
 */
export function kernel(place, planes, scale, { index = null } = {}) {
  const gap = 8;
  const room = planes.length === 1 ? 144 : (WIDE - gap * (planes.length - 1)) / planes.length;
  const { width: cols, height: rows } = planes[0];
  const width = Math.min(48, Math.floor(room / cols));
  const height = planes.length === 1 ? Math.min(width, 32, Math.floor(96 / rows)) : width;
  /** @returns {Record<string, string>} */
  const dataOf = (/** @type {number} */ i, /** @type {number} */ y, /** @type {number} */ x) => (index ? { "weight-index": index(i, y, x).join(",") } : {});
  const say = writtenIn(planes.flatMap(({ data }) => Array.from(data)), width, wholeOr);
  const grids = planes.map(({ data }, i) =>
    numberGrid({ rows, cols, width, height, left: i * (room + gap), cell: (y, x) => ({ ...cellOf(data[y * cols + x], scale), text: say?.(data[y * cols + x]), data: dataOf(i, y, x) }) }),
  );
  const total = planes.length === 1 ? cols * width : WIDE;
  place.replaceChildren(drawing(total, rows * height, t("The kernel of this map"), ...grids));
}

/**
 * @param {number} value
 * @param {import("../data/color.js").Scale} scale
 */
function cellOf(value, scale) {
  return { rgb: scale.rgb(value), title: wholeOr(value, 2) };
}

/**
 * A whole number without decimals.
 * @param {number} value
 * @param {number} digits
 */
export function wholeOr(value, digits) {
  return number(value, Number.isInteger(value) ? 0 : digits);
}

/**
 * Paints the icons that a template left room for.
 * @param {ParentNode} root
 */
export function paintIcons(root) {
  for (const icon of /** @type {NodeListOf<SVGSVGElement>} */ (root.querySelectorAll("svg[data-numbers]"))) {
    /** @type {number[][]} */
    const numbers = JSON.parse(icon.dataset.numbers ?? "[]");
    const scale = weightScale(range(numbers.flat()));
    const side = 15 / numbers.length;
    icon.replaceChildren(numberGrid({ rows: numbers.length, cols: numbers[0].length, width: side, height: side, cell: (y, x) => ({ rgb: scale.rgb(numbers[y][x]) }) }));
  }
}

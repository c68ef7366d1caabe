// @ts-check
// Some cells of a sheet in their colours with their numbers, as far as these fit.
import { allDigits, number, UNTOLD } from "../data/format.js";
import { indexOf, isBetween, valueOn } from "../data/sheet.js";
import { numberGrid } from "./number_grid.js";

/** @typedef {import("../data/color.js").RGB} RGB */

const [WIDE_ENOUGH, HIGH_ENOUGH, WIDE_FOR_TWO] = [28, 16, 40];

/** @param {readonly number[]} cell its width and height: is there room for a number? */
export function hasRoom([across, down]) {
  return across >= WIDE_ENOUGH && down >= HIGH_ENOUGH;
}

/**
 * Two decimals where there is room for them.
 * @param {number} value
 * @param {number} width
 */
function fitting(value, width) {
  const full = number(value);
  return width >= WIDE_FOR_TWO && full.length * 6.6 <= width ? full : number(value, Math.abs(value) >= 10 ? 0 : 1);
}

/** @param {number} pixel of a canvas @returns {RGB} */
function colorOf(pixel) {
  return [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
}

/**
 * @param {object} cells
 * @param {import("../data/sheet.js").Sheet} cells.sheet
 * @param {Uint32Array} cells.pixels the colours of the whole sheet
 * @param {readonly number[]} cells.cell width and height of one
 * @param {boolean} cells.numbered
 * @param {{start: readonly number[], stop: readonly number[]}} [cells.part] rows and columns
 * @param {number} [cells.left] where the sheet begins
 * @param {number} [cells.top]
 * @param {import("../data/sheet.js").Cell | null} [cells.untold] its number is not told
 * @param {boolean} [cells.titled] each says which it is, in full
 */
export function sheetCells({ sheet, pixels, cell: [width, height], numbered, part, left = 0, top = 0, untold = null, titled = false }) {
  const { start: [y0, x0], stop: [y1, x1] } = part ?? { start: [0, 0], stop: [sheet.rows, sheet.cols] };
  return numberGrid({
    rows: y1 - y0, cols: x1 - x0, width, height, left: left + x0 * width, top: top + y0 * height,
    cell: (y, x) => {
      if (isBetween(sheet, [y0 + y, x0 + x])) return null;
      const value = valueOn(sheet, [y0 + y, x0 + x]);
      const isUntold = untold?.[0] === y0 + y && untold[1] === x0 + x;
      const title = titled ? `[${indexOf(sheet, [y0 + y, x0 + x]).join(", ")}] = ${allDigits(value)}` : undefined;
      return { rgb: colorOf(pixels[(y0 + y) * sheet.cols + x0 + x]), text: numbered ? (isUntold ? UNTOLD : fitting(value, width)) : undefined, title };
    },
  });
}

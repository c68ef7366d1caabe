// @ts-check
// A part of a sheet as a table of numbers, with its rows and columns named.
import { allDigits, number, UNTOLD } from "../data/format.js";
import { decimalsFor, valueOn } from "../data/sheet.js";

/** @typedef {import("../data/sheet.js").Sheet} Sheet */

/**
 * @param {HTMLElement} element
 * @param {object} options
 * @param {Sheet} options.sheet
 * @param {[number, number]} options.rows from, to
 * @param {[number, number]} options.cols
 * @param {number} options.largest size of a number of the tensor: all have as many decimals as suit it
 * @param {import("../data/sheet.js").Cell | null} [options.untold] its number is not told
 * @param {string} options.caption
 * @param {((x: number) => string) | null} [options.name] of a column
 */
export function valueTable(element, { sheet, rows, cols, largest, caption, untold = null, name = null }) {
  const digits = decimalsFor(largest);
  const across = range(cols);
  const table = document.createElement("table");
  table.createCaption().textContent = caption;
  table.createTHead().insertRow().append(document.createElement("td"), ...across.map((x) => head("col", name?.(x) ?? String(x))));
  const body = table.createTBody();
  for (const y of range(rows)) {
    const row = body.insertRow();
    row.append(head("row", String(y)));
    for (const x of across) {
      const value = valueOn(sheet, [y, x]);
      const cell = row.insertCell();
      const isUntold = untold?.[0] === y && untold[1] === x;
      cell.textContent = isUntold ? UNTOLD : number(value, digits);
      cell.title = isUntold ? UNTOLD : allDigits(value);
    }
  }
  element.replaceChildren(table);
}

/**
 * Marks a cell that the table has, and brings it into its window.
 * @param {HTMLElement} element
 * @param {import("../data/sheet.js").Cell} cell counted in the table
 */
export function markInTable(element, [y, x]) {
  element.querySelector("[aria-current]")?.removeAttribute("aria-current");
  const table = element.querySelector("table");
  const cell = table?.tBodies[0].rows[y]?.cells[x + 1];
  if (!table || !cell) return;
  cell.setAttribute("aria-current", "true");
  const [left, top] = [table.rows[0].cells[0].offsetWidth, table.rows[0].offsetHeight]; // what stays while it scrolls
  const across = Math.min(Math.max(element.scrollLeft, cell.offsetLeft + cell.offsetWidth - element.clientWidth), cell.offsetLeft - left);
  const down = Math.min(Math.max(element.scrollTop, cell.offsetTop + cell.offsetHeight - element.clientHeight), cell.offsetTop - top);
  element.scrollTo({ left: across, top: down, behavior: "instant" });
}

/** @param {[number, number]} ends */
function range([start, stop]) {
  return Array.from({ length: stop - start }, (_, i) => start + i);
}

/**
 * @param {"row" | "col"} scope
 * @param {string} text
 */
function head(scope, text) {
  return Object.assign(document.createElement("th"), { scope, textContent: text });
}

// @ts-check
// A part of a sheet as a table of numbers, with its rows and columns named.
import { allDigits, number } from "../format.js";
import { decimalsFor, valueOn } from "../sheet.js";

/** @typedef {import("../sheet.js").Sheet} Sheet */

/**
 * @param {HTMLElement} element
 * @param {object} options
 * @param {Sheet} options.sheet
 * @param {[number, number]} options.rows from, to
 * @param {[number, number]} options.cols
 * @param {import("../sheet.js").Cell | null} options.chosen
 * @param {number} options.largest size of a number of the tensor: all have as many decimals as suit it
 * @param {string} options.caption
 * @param {((x: number) => string) | null} [options.name] of a column
 */
export function valueTable(element, { sheet, rows, cols, chosen, largest, caption, name = null }) {
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
      cell.textContent = number(value, digits);
      cell.title = allDigits(value);
      if (chosen?.[0] === y && chosen[1] === x) cell.setAttribute("aria-current", "true");
    }
  }
  element.replaceChildren(table);
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

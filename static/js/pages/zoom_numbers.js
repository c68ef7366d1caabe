// @ts-check
// Beside a picture that is seen full size: a histogram of its values, and a table of the part that is looked at.
import { count, precise } from "../format.js";
import { partOf } from "../sheet.js";
import { range } from "../tensor.js";
import { t } from "../text.js";
import { valueBars } from "../views/value_bars.js";
import { valueTable } from "../views/value_table.js";
import { make, view, write } from "./page_text.js";

/** @typedef {import("./pictures.js").Picture} Picture */
/** @typedef {import("../sheet.js").Sheet} Sheet */
/** @typedef {import("../sheet.js").Cell} Cell */

const MOST = 32; // rows and columns of the table

/**
 * @param {HTMLElement} root
 * @returns {(picture: Picture, sheet: Sheet, cell: Cell) => void}
 */
export function numbersBeside(root) {
  const bars = /** @type {HTMLElement} */ (view(root, "histogram"));
  const table = /** @type {HTMLElement} */ (view(root, "table"));
  let barsOf = "";
  let tableOf = "";
  /** @type {object | null} */
  let tensorOf = null;
  /** @type {Cell} */
  let corner = [0, 0];
  /** @type {(() => void) | null} */
  let again = null;
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-part-step]"))) {
    button.addEventListener("click", () => {
      const [down, across] = (button.dataset.partStep ?? "").split(",").map(Number);
      corner = [corner[0] + down * MOST, corner[1] + across * MOST];
      again?.();
    });
  }
  return (picture, sheet, cell) => {
    const isOther = picture.tensor !== tensorOf;
    tensorOf = picture.tensor;
    const { low, high } = range(picture.tensor.data);
    const barKey = [sheet.lead, picture.isShared, picture.scale.min, picture.scale.max].join();
    if (isOther || barKey !== barsOf) drawBars(bars, picture, sheet);
    barsOf = barKey;
    const tableKey = [sheet.lead, cell].join(";");
    const isMoved = tableKey !== tableOf;
    tableOf = tableKey;
    if (isMoved) corner = [...cell];
    again = () => {
      const [rows, cols] = [partOf(sheet.rows, corner[0], MOST), partOf(sheet.cols, corner[1], MOST)];
      corner = [Math.max(rows[0], Math.min(rows[1] - 1, corner[0])), Math.max(cols[0], Math.min(cols[1] - 1, corner[1]))];
      tellPart(root, sheet, rows, cols);
      const columns = picture.columns;
      valueTable(table, { sheet, rows, cols, chosen: cell, largest: Math.max(-low, high), caption: picture.title, name: columns ? (x) => columns[x] : null });
    };
    if (isOther || isMoved) again();
  };
}

/**
 * @param {HTMLElement} root
 * @param {Sheet} sheet
 * @param {[number, number]} rows
 * @param {[number, number]} cols
 */
function tellPart(root, { rows: high, cols: wide }, rows, cols) {
  const words = { top: rows[0], bottom: rows[1] - 1, left: cols[0], right: cols[1] - 1 };
  write(root, "part", t("rows {top} to {bottom}, columns {left} to {right}, of {rows} × {cols}", { ...words, rows: high, cols: wide }));
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-part-step]"))) {
    const [down, across] = (button.dataset.partStep ?? "").split(",").map(Number);
    const isEnd = (down < 0 && rows[0] === 0) || (down > 0 && rows[1] === high) || (across < 0 && cols[0] === 0) || (across > 0 && cols[1] === wide);
    button.setAttribute("aria-disabled", String(isEnd));
    button.hidden = down ? high <= MOST : wide <= MOST;
  }
}

/**
 * Of this map, and of the whole tensor where all of its maps share the colours.
 * @param {HTMLElement} element
 * @param {Picture} picture
 * @param {Sheet} sheet
 */
function drawBars(element, { tensor, scale, isShared, stats }, sheet) {
  const isBoth = isShared && tensor.data.length > sheet.values.length;
  const span = range(isBoth ? tensor.data : sheet.values);
  const all = [{ name: t("shown here"), values: sheet.values }, ...(isBoth ? [{ name: t("the whole tensor"), values: tensor.data }] : [])];
  element.replaceChildren(...all.map(({ name, values }) => {
    const place = make("div");
    const own = range(values);
    const finite = values.length - unfit(values);
    valueBars(place, { values, span, scale, name });
    const said = t("{name}: {count} values, {low} to {high}", { name, count: count(finite), low: precise(own.low), high: precise(own.high) });
    const lost = t("and {count} that are not finite", { count: count(values.length - finite) });
    return make("div", {}, make("p", { className: "small soft", textContent: finite < values.length ? `${said} ${lost}` : said }), place);
  }), ...(stats ? [make("p", { className: "small soft", textContent: saidStats(stats) })] : []));
}

/** @param {Record<string, number>} stats */
function saidStats({ mean, std, zeros }) {
  return t("of all values: mean {mean}, std {std}, zeros {zeros}", { mean: precise(mean), std: precise(std), zeros: count(zeros) });
}

/** @param {ArrayLike<number>} values */
function unfit(values) {
  let found = 0;
  for (let i = 0; i < values.length; i += 1) if (values[i] - values[i] !== 0) found += 1;
  return found;
}

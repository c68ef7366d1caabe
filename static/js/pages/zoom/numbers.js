// @ts-check
// Beside a picture that is seen full size: a histogram of its values, and a table of the part that is looked at.
import { count, precise } from "../../data/format.js";
import { cellOf, nearestCell, partOf } from "../../data/sheet.js";
import { range } from "../../data/tensor.js";
import { sentences, t } from "../../text.js";
import { valueBars } from "../../views/value_bars.js";
import { markInTable, valueTable } from "../../views/value_table.js";
import { make, view, write } from "../shared/page_text.js";

/** @typedef {import("../shared/pictures.js").Picture} Picture */
/** @typedef {import("../../data/sheet.js").Sheet} Sheet */
/** @typedef {import("../../data/sheet.js").Cell} Cell */

const MOST = 32; // rows and columns of the table

/** What was drawn last, so that only what changed is drawn anew. */
export class NumbersBeside {
  #root;
  #bars;
  #table;
  /** @type {{picture: Picture, sheet: Sheet, cell: Cell} | null} */
  #seen = null;
  #largest = 0;
  #drawn = { bars: "", cell: "", part: "" };
  /** @type {Cell} */
  #corner = [0, 0]; // one cell of the part that the table shows

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#bars = /** @type {HTMLElement} */ (view(root, "histogram"));
    this.#table = /** @type {HTMLElement} */ (view(root, "table"));
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-part-step]"))) {
      button.addEventListener("click", () => {
        const [down, across] = (button.dataset.partStep ?? "").split(",").map(Number);
        this.#corner = [this.#corner[0] + down * MOST, this.#corner[1] + across * MOST];
        this.#drawPart();
      });
    }
  }

  /**
   * @param {Picture} picture
   * @param {Sheet} sheet
   * @param {Cell} cell that is looked at
   */
  show(picture, sheet, cell) {
    const isOther = picture.tensor !== this.#seen?.picture.tensor;
    this.#seen = { picture, sheet, cell };
    if (isOther) {
      this.#largest = largestOf(picture.tensor.data);
      this.#drawn = { bars: "", cell: "", part: "" };
    }
    const bars = [sheet.lead, picture.isShared, picture.scale.min, picture.scale.max].join();
    if (bars !== this.#drawn.bars) drawBars(this.#bars, picture, sheet);
    const place = [sheet.lead, cell].join(";");
    const isMoved = place !== this.#drawn.cell;
    Object.assign(this.#drawn, { bars, cell: place });
    if (!isMoved) return;
    this.#corner = [...cell];
    this.#drawPart();
  }

  #drawPart() {
    if (!this.#seen) return;
    const { picture, sheet, cell } = this.#seen;
    this.#corner = nearestCell(sheet, this.#corner);
    const [rows, cols] = [partOf(sheet.rows, this.#corner[0], MOST), partOf(sheet.cols, this.#corner[1], MOST)];
    const part = [sheet.lead, rows, cols].join(";");
    if (part !== this.#drawn.part) {
      tellPart(this.#root, sheet, rows, cols);
      drawTable(this.#table, picture, sheet, rows, cols, this.#largest);
    }
    this.#drawn.part = part;
    markInTable(this.#table, [cell[0] - rows[0], cell[1] - cols[0]]);
  }
}

/**
 * @param {HTMLElement} element
 * @param {Picture} picture
 * @param {Sheet} sheet
 * @param {[number, number]} rows
 * @param {[number, number]} cols
 * @param {number} largest
 */
function drawTable(element, { title: caption, columns, isSecret, at }, sheet, rows, cols, largest) {
  const untold = isSecret ? cellOf(sheet, at ?? null) : null;
  valueTable(element, { sheet, rows, cols, untold, largest, caption, name: columns ? (x) => columns[x] : null });
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
function drawBars(element, { tensor, scale, isShared, stats, isSecret }, sheet) {
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
    return make("div", {}, make("p", { className: "small soft", textContent: finite < values.length && !isSecret ? sentences(said, lost) : said }), place);
  }), ...(stats ? [make("p", { className: "small soft", textContent: saidStats(stats) })] : []));
}

/** @param {Record<string, number>} stats */
function saidStats({ mean, std, zeros }) {
  return t("of all values: mean {mean}, std {std}, zeros {zeros}", { mean: precise(mean), std: precise(std), zeros: count(zeros) });
}

/** @param {import("../../data/tensor.js").Tensor["data"]} values */
function largestOf(values) {
  const { low, high } = range(values);
  return Math.max(-low, high);
}

/** @param {ArrayLike<number>} values */
function unfit(values) {
  let found = 0;
  for (let i = 0; i < values.length; i += 1) if (values[i] - values[i] !== 0) found += 1;
  return found;
}

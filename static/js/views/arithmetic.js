// @ts-check
// One output element taken apart: value × weight = product, channel by channel, then what they make together.
import { textOn } from "../data/color.js";
import { number } from "../data/format.js";
import { groupTerms } from "../data/terms.js";
import { t } from "../text.js";
import { wholeOr } from "./kernel.js";
import { numberGrid, writtenIn } from "./number_grid.js";
import { roomOf } from "./room.js";
import { drawing, label } from "./svg.js";

/** @typedef {import("../data/color.js").Scale} Scale */
/** @typedef {import("../data/terms.js").Element} Element */
/** @typedef {import("../data/terms.js").Group} Group */
/** @typedef {import("../data/terms.js").Term} Term */
/**
 * @typedef {object} ArithmeticOptions
 * @property {{input: Scale, weight: Scale, product: Scale}} scales
 * @property {readonly number[]} [inputShape]
 * @property {readonly string[] | null} [names] of the channels
 * @property {number} [axes] spatial ones
 * @property {boolean} [whole] whether the input has whole numbers only
 */
/** @typedef {{field: "input" | "weight" | "product", said: string, before: string}} Column */

const WIDTH = 472;
const SIDE = 120;
const LEAST_SIDE = 102; // with three numbers a row still legible
const APART = 16;
const NAME = 24;
const SUM = 56;
const ALONE = 320;
const NARROWEST = 344;
const MOST_ROWS = 4;

/**
 * @param {HTMLElement} place
 * @param {Element} element
 * @param {ArithmeticOptions} options
 * @returns {{hasProducts: boolean}} whether each product is seen
 */
export function arithmetic(place, element, { scales, inputShape = [], names = null, axes = 2, whole = false }) {
  const groups = groupTerms(element, inputShape, axes);
  const columns = columnsOf(element.terms);
  const few = groups.length <= MOST_ROWS;
  const room = Math.max(NARROWEST, Math.min(WIDTH, roomOf(place) || (place.parentElement && roomOf(place.parentElement)) || WIDTH)); // an empty place has no width yet
  const shown = few && sideIn(room, columns) < LEAST_SIDE ? columns.filter(({ field }) => field !== "product") : columns; // on a narrow screen the products are left to their sums
  place.replaceChildren(few ? inRows(groups, shown, { scales, names, room, whole }) : inTiles(groups, shown, scales));
  return { hasProducts: shown.some(({ field }) => field === "product") };
}

/**
 * How wide each grid can be: a scrollbar beside the page takes some pixels of each.
 * @param {number} room
 * @param {Column[]} columns
 */
function sideIn(room, columns) {
  return Math.min(SIDE, Math.floor((room - NAME - SUM - APART * (columns.length - 1)) / columns.length));
}

/**
 * Only what the terms have: a layer without weights shows its values.
 * @param {Term[]} terms
 * @returns {Column[]}
 */
function columnsOf(terms) {
  /** @type {Column[]} */
  const all = [
    { field: "input", said: t("value"), before: "" },
    { field: "weight", said: t("weight"), before: "×" },
    { field: "product", said: t("product"), before: "=" },
  ];
  return all.filter(({ field }) => terms.some((term) => term[field] !== undefined));
}

/**
 * @param {Group[]} groups
 * @param {Column[]} shown
 * @param {{scales: ArithmeticOptions["scales"], names: readonly string[] | null, room: number, whole: boolean}} options
 */
function inRows(groups, shown, { scales, names, room, whole }) {
  const cols = Math.max(...groups.map((group) => group.cols));
  const side = shown.length === 1 ? ALONE : sideIn(room, shown);
  const width = Math.min(40, Math.floor(side / cols));
  const height = width >= 30 ? 24 : width;
  const numbers = shown.map(({ field }) => groups.flatMap(({ cells }) => cells.map(({ term }) => term[field] ?? NaN)));
  const allWhole = whole && numbers.every((values) => values.every((value) => Number.isInteger(value) || Number.isNaN(value)));
  const says = shown.map(({ field }, i) => writtenIn(numbers[i], width, allWhole || field === "weight" ? wholeOr : number));
  /** @type {SVGElement[]} */
  const parts = [...headings(shown, NAME, side + APART, room)];
  let top = 20;
  for (const group of groups) {
    const middle = top + (group.rows * height) / 2 + 5;
    if (names?.[group.channel]) parts.push(label(0, middle, names[group.channel], { "font-size": 14, "font-weight": 500 }));
    shown.forEach(({ field, before }, i) => {
      const left = NAME + i * (side + APART);
      if (before) parts.push(label(left - APART / 2, middle, before, { "font-size": 14, "text-anchor": "middle" }));
      parts.push(numberGrid({ rows: group.rows, cols: group.cols, width, height, left, top, cell: cellOf(group, field, scales[field], says[i]) }));
    });
    if (shown.length > 1) parts.push(label(room, middle, `Σ ${number(group.sum, allWhole ? 0 : 2)}`, { "font-size": 14, "text-anchor": "end", "font-weight": 500 }));
    top += group.rows * height + 16;
  }
  return drawing(room, top - 16, t("Values, weights and products of one output value"), ...parts);
}

/**
 * Many channels: each a small picture of colours.
 * @param {Group[]} groups
 * @param {Column[]} columns
 * @param {ArithmeticOptions["scales"]} scales
 */
function inTiles(groups, columns, scales) {
  const across = Math.ceil(Math.sqrt(groups.length / 2));
  const gap = across > 4 ? 2 : 8;
  const tile = (SIDE - gap * (across - 1)) / across;
  const cell = Math.max(1, Math.floor(tile / Math.max(...groups.map(({ rows, cols }) => Math.max(rows, cols)))));
  const down = Math.ceil(groups.length / across);
  const step = Math.max(...groups.map(({ rows }) => rows)) * cell + gap;
  const middle = 20 + (down * step) / 2;
  /** @type {SVGElement[]} */
  const parts = [...headings(columns, 0, SIDE + 56)];
  columns.forEach(({ field, before }, i) => {
    const left = i * (SIDE + 56);
    if (before) parts.push(label(left - 28, middle, before, { "font-size": 20, "text-anchor": "middle" }));
    groups.forEach((group, place) => {
      const x = left + (place % across) * (tile + gap);
      const y = 20 + Math.floor(place / across) * step;
      parts.push(numberGrid({ rows: group.rows, cols: group.cols, width: cell, height: cell, left: x, top: y, cell: cellOf(group, field, scales[field], null) }));
    });
  });
  return drawing(WIDTH, 20 + down * step - gap, t("Values, weights and products of one output value"), ...parts);
}

/**
 * @param {Column[]} columns
 * @param {number} left
 * @param {number} step from one to the next
 * @param {number} [room]
 */
function headings(columns, left, step, room = WIDTH) {
  const all = columns.map(({ said }, i) => label(left + i * step, 12, said, { "font-size": 12, class: "soft" }));
  if (columns.length > 1 && left) all.push(label(room, 12, t("sum"), { "font-size": 12, class: "soft", "text-anchor": "end" }));
  return all;
}

/**
 * @param {Group} group
 * @param {"input" | "weight" | "product"} field
 * @param {Scale} scale
 * @param {((value: number) => string) | null} say null: there is no room for numbers
 */
function cellOf(group, field, scale, say) {
  const byPlace = new Map(group.cells.map(({ y, x, term }) => [`${y},${x}`, term]));
  return (/** @type {number} */ y, /** @type {number} */ x) => {
    const term = byPlace.get(`${y},${x}`);
    if (!term) return null;
    const value = term[field] ?? NaN;
    const isEmpty = field === "input" && term.padding && !term.input_index;
    if (term.counts === false) return { rgb: null, data: { padding: "" } };
    const text = term[field] === undefined ? number(undefined) : say?.(value);
    return { rgb: isEmpty ? null : scale.rgb(value), text, strong: term.winner, data: dataOf(term, field) };
  };
}

/**
 * @param {Term} term
 * @param {"input" | "weight" | "product"} field
 * @returns {Record<string, string>}
 */
function dataOf(term, field) {
  const exact = { term: [term.input, term.weight, term.product].filter((value) => value !== undefined).join(" ") };
  if (field === "weight" && term.weight_index) return { ...exact, "weight-index": term.weight_index.join(",") };
  return field === "input" && term.input_index ? { ...exact, "input-index": term.input_index.join(",") } : exact;
}

/**
 * The largest terms, one a line.
 * @param {HTMLElement} place a table's body
 * @param {Element} element
 * @param {{scales: ArithmeticOptions["scales"], inputShape?: readonly number[], most?: number, name: (index: number[]) => string}} options
 */
export function largestTerms(place, { terms }, { scales, most = 6, name }) {
  place.replaceChildren(
    ...terms.slice(0, most).map((term) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = name(term.input_index ?? []);
      row.append(head, coloured(term.input, scales.input), sign("×"), coloured(term.weight, scales.weight), sign("="), coloured(term.product, scales.product));
      return row;
    }),
  );
}

/**
 * @param {number | null | undefined} value
 * @param {Scale} scale
 */
function coloured(value, scale) {
  const cell = document.createElement("td");
  paintCell(cell, value, scale);
  return cell;
}

/**
 * @param {HTMLElement} cell
 * @param {number | null | undefined} value
 * @param {Scale} scale
 * @param {string} [text]
 */
export function paintCell(cell, value, scale, text = number(value)) {
  const [r, g, b] = scale.rgb(value ?? NaN);
  cell.textContent = text;
  cell.style.backgroundColor = `rgb(${r} ${g} ${b})`;
  cell.style.color = textOn([r, g, b]);
}

/** @param {string} text */
function sign(text) {
  const cell = document.createElement("td");
  cell.className = "sign";
  cell.textContent = text;
  return cell;
}

// @ts-check
// A grid of numbers to type into or to drag: a kernel, a small input. Where not all numbers have room the colours are seen,
// and the number of the cell that is worked at.
import { textOn } from "../data/color.js";
import { sayBy, wrongLine } from "../form/field_error.js";
import { t } from "../text.js";
import { typedNumber, whyNoNumber } from "../data/typed.js";
import { dragged } from "./dragged.js";
import { wholeOr } from "./kernel.js";
import { writtenIn } from "./number_grid.js";
import { onOtherWidth } from "./room.js";

/**
 * @typedef {object} CellsOptions
 * @property {number} across how many stand in a row
 * @property {readonly (number | null)[]} values null where there is no one number
 * @property {import("../data/color.js").Scale} scale
 * @property {(cell: number) => string} label what a cell is, for those who do not see where it stands
 * @property {(cell: number) => Record<string, string> | null} [data] which element it is, as data attributes
 * @property {(cell: number) => boolean} [marked] it is one of those that are looked at
 * @property {(cell: number, value: number) => void} onValue while it is typed or dragged
 */

/** @typedef {(value: number) => string} Write */

const LETTERS = 10.8; // the size that widths are known for, and a little more: numbers side by side must not touch

/** @type {WeakMap<Element, CellsOptions & {write: Write}>} */
const current = new WeakMap();

/** What a cell last showed. @type {WeakMap<Element, number | null>} */
const shown = new WeakMap();

/** What is wrong with the cells of a grid, below it. @type {WeakMap<Element, HTMLElement>} */
const lines = new WeakMap();

/**
 * @param {HTMLElement} element
 * @param {CellsOptions} options
 */
export function cellEditor(element, options) {
  if (!current.has(element)) onOtherWidth(element, () => cellEditor(element, current.get(element) ?? options));
  element.classList.add("number-cells");
  element.style.setProperty("--across", String(options.across));
  while (element.children.length > options.values.length) removeLast(element);
  while (element.children.length < options.values.length) element.append(newCell(element, element.children.length));
  const write = writing(element, options);
  element.classList.toggle("crowded", !write);
  current.set(element, { ...options, write: write ?? inFull });
  options.values.forEach((_, cell) => show(element, cell));
}

/** @type {Write} */
const inFull = (value) => wholeOr(value, 2);

/**
 * @param {HTMLElement} element
 * @param {CellsOptions} options
 * @returns {Write | null} null: they have no room
 */
function writing(element, { values, across }) {
  const first = element.firstElementChild;
  if (!first || !element.clientWidth) return inFull;
  const room = (element.clientWidth / across) * (LETTERS / parseFloat(getComputedStyle(first).fontSize));
  return writtenIn(values.filter((value) => value !== null), room, wholeOr);
}

/**
 * @param {HTMLElement} element
 * @param {number} cell
 */
function show(element, cell) {
  const { values, scale, label, data, marked, write } = /** @type {CellsOptions & {write: Write}} */ (current.get(element));
  const input = /** @type {HTMLInputElement} */ (element.children[cell]);
  const value = values[cell];
  const rgb = value === null ? null : scale.rgb(value);
  input.ariaLabel = label(cell);
  if (input.title && shown.get(input) !== value) say(element, input, ""); // another number stands there now
  shown.set(input, value);
  const isWrong = Boolean(input.title);
  if (input !== document.activeElement && !isWrong) input.value = value === null ? "" : write(value);
  input.placeholder = value === null ? "…" : "";
  Object.assign(input.style, { backgroundColor: rgb ? `rgb(${rgb})` : "", color: rgb ? textOn(rgb) : "" });
  input.classList.toggle("marked", Boolean(marked?.(cell)));
  for (const name of Object.keys(input.dataset)) delete input.dataset[name];
  Object.assign(input.dataset, data?.(cell) ?? {});
}

/** @param {HTMLElement} element */
function removeLast(element) {
  const input = /** @type {HTMLInputElement} */ (element.lastElementChild);
  if (input.title) say(element, input, "");
  input.remove();
}

/**
 * @param {HTMLElement} element
 * @param {number} cell
 */
function newCell(element, cell) {
  const input = Object.assign(document.createElement("input"), { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false });
  const tell = (/** @type {number} */ value) => current.get(element)?.onValue(cell, value);
  input.onfocus = () => input.select();
  input.oninput = () => {
    const value = typedNumber(input.value);
    say(element, input, whyNoNumber(input.value));
    if (value !== null) tell(value);
  };
  input.onblur = () => void (cell < element.children.length && show(element, cell));
  input.onkeydown = (event) => move(element, event, cell);
  dragged(input, tell);
  return input;
}

/**
 * What is wrong stays as it was typed, and says so; below the grid it is said of all its cells.
 * @param {HTMLElement} element
 * @param {HTMLInputElement} input
 * @param {string} wrong
 */
function say(element, input, wrong) {
  input.title = wrong;
  const line = lines.get(element) ?? wrongLine();
  if (!lines.has(element)) element.after(line);
  lines.set(element, line);
  const cells = /** @type {HTMLInputElement[]} */ ([...element.children]).filter(({ title }) => title);
  sayBy(input, line, wrong, cells.map(({ ariaLabel, title }) => t("{name}: {what}", { name: ariaLabel ?? "", what: title })).join(t("; ")));
}

/**
 * Up and down go from cell to cell; left and right are the text's own.
 * @param {HTMLElement} element
 * @param {KeyboardEvent} event
 * @param {number} cell
 */
function move(element, event, cell) {
  const across = current.get(element)?.across ?? 1;
  const step = { ArrowUp: -across, ArrowDown: across }[event.key];
  const next = step === undefined ? null : element.children[cell + step];
  if (!next) return;
  event.preventDefault();
  /** @type {HTMLElement} */ (next).focus();
}

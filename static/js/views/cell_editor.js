// @ts-check
// A grid of numbers to type into or to drag: a kernel, a small input.
import { textOn } from "../color.js";
import { number } from "../format.js";
import { typedNumber, whyNoNumber } from "../typed.js";
import { dragged } from "./dragged.js";

/**
 * @typedef {object} CellsOptions
 * @property {number} across how many stand in a row
 * @property {readonly (number | null)[]} values null where there is no one number
 * @property {import("../color.js").Scale} scale
 * @property {(cell: number) => string} label what a cell is, for those who do not see where it stands
 * @property {(cell: number) => Record<string, string> | null} [data] which element it is, as data attributes
 * @property {(cell: number) => boolean} [marked] it is one of those that are looked at
 * @property {(cell: number, value: number) => void} onValue while it is typed or dragged
 */

/** @type {WeakMap<Element, CellsOptions>} */
const current = new WeakMap();

/** What a cell last showed. @type {WeakMap<Element, number | null>} */
const shown = new WeakMap();

/**
 * @param {HTMLElement} element
 * @param {CellsOptions} options
 */
export function cellEditor(element, options) {
  current.set(element, options);
  element.classList.add("number-cells");
  element.style.setProperty("--across", String(options.across));
  while (element.children.length > options.values.length) element.lastElementChild?.remove();
  while (element.children.length < options.values.length) element.append(newCell(element, element.children.length));
  options.values.forEach((_, cell) => show(element, cell));
}

/**
 * @param {HTMLElement} element
 * @param {number} cell
 */
function show(element, cell) {
  const { values, scale, label, data, marked } = /** @type {CellsOptions} */ (current.get(element));
  const input = /** @type {HTMLInputElement} */ (element.children[cell]);
  const value = values[cell];
  const rgb = value === null ? null : scale.rgb(value);
  if (shown.get(input) !== value) say(input, ""); // another number stands there now
  shown.set(input, value);
  const isWrong = input.getAttribute("aria-invalid") === "true";
  if (input !== document.activeElement && !isWrong) input.value = value === null ? "" : number(value, Number.isInteger(value) ? 0 : 2);
  input.placeholder = value === null ? "…" : "";
  Object.assign(input.style, { backgroundColor: rgb ? `rgb(${rgb})` : "", color: rgb ? textOn(rgb) : "" });
  input.ariaLabel = label(cell);
  input.classList.toggle("marked", Boolean(marked?.(cell)));
  for (const name of Object.keys(input.dataset)) delete input.dataset[name];
  Object.assign(input.dataset, data?.(cell) ?? {});
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
    say(input, whyNoNumber(input.value));
    if (value !== null) tell(value);
  };
  input.onblur = () => void (cell < element.children.length && show(element, cell));
  input.onkeydown = (event) => move(element, event, cell);
  dragged(input, tell);
  return input;
}

/**
 * What is wrong stays as it was typed, and says so.
 * @param {HTMLInputElement} input
 * @param {string} wrong
 */
function say(input, wrong) {
  input.setAttribute("aria-invalid", String(Boolean(wrong)));
  input.title = wrong;
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

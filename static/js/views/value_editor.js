// @ts-check
// A row of numbers that can be changed one by one: by a slider, or typed.
import { number, shortest } from "../data/format.js";
import { typedNumber, whyNoNumber } from "../data/typed.js";

/**
 * @typedef {object} EditorOptions
 * @property {readonly string[]} labels
 * @property {import("../data/tensor.js").Values} values
 * @property {import("../data/color.js").Scale} scale
 * @property {(values: Float32Array, isMoving: boolean) => void} onChange
 */

/** @type {WeakMap<Element, EditorOptions>} */
const current = new WeakMap();
const STEP = 0.1;

/**
 * @param {HTMLElement} element a list
 * @param {EditorOptions} options
 */
export function valueEditor(element, options) {
  current.set(element, options);
  const { labels, values, scale } = options;
  const reach = Math.max(8, ...Array.from(values, (value) => Math.ceil(Math.abs(value))));
  while (element.children.length > labels.length) element.lastElementChild?.remove();
  while (element.children.length < labels.length) element.append(newRow(element, element.children.length));
  [...element.children].forEach((row, i) => {
    const [name, slider, typed] = /** @type {HTMLInputElement[]} */ ([...row.children]);
    name.textContent = labels[i];
    slider.setAttribute("aria-label", labels[i]);
    typed.setAttribute("aria-label", labels[i]);
    Object.assign(slider, { min: String(-reach), max: String(reach) });
    slider.value = String(values[i]);
    slider.style.setProperty("--share", `${((values[i] + reach) / (2 * reach)) * 100}%`);
    slider.style.setProperty("--value", scale.css(values[i]));
    if (typed !== document.activeElement) show(typed, values[i]);
  });
}

/**
 * As all numbers are written, but in one piece, so that it can be typed on.
 * @param {HTMLInputElement} typed
 * @param {number} value
 */
function show(typed, value) {
  typed.value = short(value);
  say(typed, "");
}

/** @param {number} value */
function short(value) {
  return number(value).replaceAll("\u202f", "");
}

/**
 * @param {HTMLInputElement} typed
 * @param {string} wrong what is wrong with it, empty when nothing is
 */
function say(typed, wrong) {
  typed.title = wrong;
  typed.setAttribute("aria-invalid", String(Boolean(wrong)));
}

/**
 * @param {HTMLElement} element
 * @param {number} index
 */
function newRow(element, index) {
  const row = document.createElement("li");
  const name = document.createElement("span");
  const slider = Object.assign(document.createElement("input"), { type: "range", step: String(STEP) });
  const typed = Object.assign(document.createElement("input"), { type: "text", autocomplete: "off", spellcheck: false });
  let isMoving = false;
  const send = (/** @type {HTMLInputElement} */ control) => {
    say(control, whyNoNumber(control.value));
    change(typedNumber(control.value));
  };
  const change = (/** @type {number | null} */ value) => {
    const options = current.get(element);
    if (!options || value === null) return;
    const values = Float32Array.from(options.values);
    values[index] = value;
    options.onChange(values, isMoving);
    isMoving = true;
  };
  for (const control of [slider, typed]) {
    control.addEventListener("input", () => send(control));
    control.addEventListener("change", () => (isMoving = false));
  }
  typed.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const held = current.get(element)?.values[index] ?? NaN;
    const value = typed.value === short(held) ? held : typedNumber(typed.value); // what is shown has lost digits
    if (!step || value === null) return;
    event.preventDefault();
    const next = shortest(value + step * STEP);
    typed.value = String(next).replace("-", "\u2212");
    say(typed, "");
    change(next);
  });
  typed.addEventListener("blur", () => show(typed, current.get(element)?.values[index] ?? NaN));
  row.append(name, slider, typed);
  return row;
}

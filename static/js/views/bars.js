// @ts-check
// One bar for each class: name, bar from a common zero, number.
import { number } from "../data/format.js";

/**
 * @typedef {object} BarsOptions
 * @property {readonly string[]} labels
 * @property {ArrayLike<number>} values
 * @property {import("../data/color.js").Scale} scale
 * @property {number} [chosen]
 * @property {{low: number, high: number}} [span] of the bars; those that are compared share one
 * @property {(value: number) => string} [format]
 * @property {((row: number) => void) | null} [onHover]
 * @property {((row: number) => void) | null} [onPick]
 */

/**
 * @param {HTMLElement} element
 * @param {BarsOptions} options
 */
export function bars(element, { labels, values, scale, chosen = -1, span, format = number, onHover = null, onPick = null }) {
  const numbers = Array.from(values);
  const finite = numbers.filter(Number.isFinite);
  const low = Math.min(0, span?.low ?? Math.min(...finite));
  const high = Math.max(0, span?.high ?? Math.max(...finite));
  const share = 100 / (high - low || 1);
  element.classList.add("bars");
  const rows = fitRows(element, labels.length);
  rows.forEach((row, i) => {
    const [name, plot, value] = /** @type {HTMLElement[]} */ ([...row.children]);
    name.textContent = labels[i];
    value.textContent = format(numbers[i]);
    plot.style.setProperty("--zero", `${-low * share}%`);
    const bar = /** @type {HTMLElement} */ (plot.firstElementChild);
    const length = Number.isFinite(numbers[i]) ? numbers[i] : 0;
    bar.style.left = `${(Math.min(0, length) - low) * share}%`;
    bar.style.width = `${Math.abs(length) * share}%`;
    bar.style.backgroundColor = scale.css(numbers[i]);
    row.setAttribute("aria-pressed", String(i === chosen));
    row.onclick = onPick && (() => onPick(i));
    row.onpointerenter = onHover && (() => onHover(i));
  });
}

/**
 * @param {HTMLElement} element
 * @param {number} count
 */
function fitRows(element, count) {
  while (element.children.length > count) element.lastElementChild?.remove();
  while (element.children.length < count) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.append(piece("name"), piece("plot"), piece("value"));
    button.children[1].append(piece("bar"));
    item.append(button);
    element.append(item);
  }
  return [...element.querySelectorAll("button")];
}

/** @param {string} name */
function piece(name) {
  const span = document.createElement("span");
  span.className = name;
  return span;
}

// @ts-check
// What classes are given now, a bar each, beside a mark for what they were given before.
import { t } from "../text.js";

/** @typedef {{index: number, name: string, before: number, now: number | null}} Compared now: null while it is not known */

/**
 * @param {HTMLElement} element a list
 * @param {readonly Compared[]} rows
 * @param {{chosen: number, scale: import("../data/color.js").Scale, span: {low: number, high: number}, format: (value: number) => string, onPick: (index: number) => void}} options span: of the bars
 */
export function comparedBars(element, rows, { chosen, scale, span, format, onPick }) {
  while (element.children.length > rows.length) element.lastElementChild?.remove();
  while (element.children.length < rows.length) element.append(line());
  const [low, high] = [Math.min(0, span.low), Math.max(0, span.high)];
  const place = (/** @type {number} */ value) => (100 * (Math.max(low, Math.min(high, value)) - low)) / (high - low || 1);
  rows.forEach(({ index, name, before, now }, i) => {
    const button = /** @type {HTMLButtonElement} */ (element.children[i].firstElementChild);
    const [title, plot, value] = /** @type {HTMLElement[]} */ ([...button.children]);
    title.textContent = name;
    title.title = name;
    const shown = now ?? before;
    value.textContent = format(shown);
    const [bar, mark] = /** @type {HTMLElement[]} */ ([...plot.children]);
    const [zero, end] = [place(0), place(shown)];
    plot.style.setProperty("--zero", `${zero}%`);
    Object.assign(bar.style, { left: `${Math.min(zero, end)}%`, width: `${Math.abs(end - zero)}%`, backgroundColor: scale.css(shown) });
    mark.style.left = `${place(before)}%`;
    mark.title = t("with nothing covered {value}", { value: format(before) });
    button.setAttribute("aria-pressed", String(index === chosen));
    button.dataset.class = String(index);
    button.onclick = () => onPick(index);
  });
}

function line() {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  for (const name of ["name", "plot", "value"]) button.append(Object.assign(document.createElement("span"), { className: name }));
  for (const name of ["bar", "before"]) button.children[1].append(Object.assign(document.createElement("span"), { className: name }));
  item.append(button);
  return item;
}

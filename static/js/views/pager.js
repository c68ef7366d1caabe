// @ts-check
// Pages of many things: the ones before, the further ones, and one that is asked for by its number.
import { count } from "../data/format.js";
import { t } from "../text.js";

/**
 * @param {HTMLElement} element
 * @param {object} options
 * @param {number} options.page
 * @param {number} options.pages with one page there is nothing to turn
 * @param {string} options.name of the things
 * @param {number} options.last number that can be asked for
 * @param {(page: number) => void} options.onTurn
 * @param {(number: number) => void} options.onFind
 */
export function pager(element, { page, pages, name, last, onTurn, onFind }) {
  element.hidden = pages < 2;
  element.classList.add("pages");
  if (element.hidden) return;
  const held = document.activeElement instanceof HTMLElement && element.contains(document.activeElement) ? document.activeElement.dataset.turn : undefined;
  const said = Object.assign(document.createElement("span"), { textContent: `${page + 1}/${count(pages)}` });
  element.replaceChildren(turner("‹", t("{name} before", { name }), page > 0, () => onTurn(page - 1)), said, turner("›", t("further {name}", { name }), page < pages - 1, () => onTurn(page + 1)), finder(name, last, onFind));
  if (held) /** @type {HTMLElement | null} */ (element.querySelector(`[data-turn="${held}"]`))?.focus();
}

/**
 * @param {string} textContent
 * @param {string} title
 * @param {boolean} isThere
 * @param {() => void} turn
 */
function turner(textContent, title, isThere, turn) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent, title, ariaLabel: title, ariaDisabled: String(!isThere), onclick: () => isThere && turn() });
  button.dataset.turn = textContent;
  return button;
}

/**
 * @param {string} name
 * @param {number} last
 * @param {(number: number) => void} onFind
 */
function finder(name, last, onFind) {
  const field = Object.assign(document.createElement("input"), { type: "number", min: "0", max: String(last), placeholder: `0–${last}`, ariaLabel: t("{name}: go to number", { name }) });
  field.onchange = () => field.value !== "" && onFind(Math.max(0, Math.min(last, Math.round(Number(field.value)))));
  return field;
}

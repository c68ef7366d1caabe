// @ts-check
// Tensors of a link: numbers that stand in it, or the ref of more than it can carry.
import { t } from "../text.js";

const PREFIX = "ref:";

/** @param {string} ref @returns {string} as it stands in a link */
export function asHeld(ref) {
  return PREFIX + ref;
}

/** @param {string} [text] */
export function isHeld(text = "") {
  return text.startsWith(PREFIX);
}

/** @param {string} [text] @returns {string} empty where the text has the numbers themselves */
export function refOf(text = "") {
  return isHeld(text) ? text.slice(PREFIX.length) : "";
}

/**
 * A field of numbers that are held elsewhere says so; what is typed takes their place.
 * @param {HTMLElement} field
 * @param {string} value
 * @returns {string} what the control shows
 */
export function shownValue(field, value) {
  const control = /** @type {HTMLInputElement | null} */ (field.querySelector("input.v"));
  if (field.dataset.kind !== "numbers" || !control) return value;
  field.dataset.empty ??= control.placeholder;
  control.placeholder = isHeld(value) ? t("own numbers") : field.dataset.empty;
  return isHeld(value) ? "" : value;
}

/**
 * A tensor that is typed goes as a JSON list, and always: the service has no default for it.
 * @param {{dataset: DOMStringMap}} field
 * @param {Record<string, string>} state
 * @returns {[string, string][]} nothing where there is nothing typed
 */
export function asList({ dataset: { field = "", default: value = "", kind } }, state) {
  const said = state[field] || value;
  return kind === "numbers" && said && !isHeld(said) ? [[field, `[${said.replace(/[[\]]/g, "")}]`]] : [];
}

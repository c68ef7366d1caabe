// @ts-check
// A stage of a network found by its name or its operator; asked again, the next one.
import { t } from "../text.js";
import { write } from "./page_text.js";

/**
 * @param {HTMLElement} root
 * @param {readonly {name: string, operator: string | null, layer: string | null}[]} stages
 * @param {(number: number, focus: boolean) => void} onFind
 */
export function mountFind(root, stages, onFind) {
  const form = /** @type {HTMLFormElement} */ (root.querySelector("[data-find]"));
  const field = /** @type {HTMLInputElement} */ (form.querySelector("input"));
  let asked = "";
  let place = 0;
  const find = (/** @type {boolean} */ isEnter) => {
    const text = field.value.trim().toLowerCase();
    const found = stages.flatMap(({ name, operator, layer }, number) => ([name, operator, layer].some((said) => said?.toLowerCase().includes(text)) ? [number] : []));
    place = text === asked && isEnter ? (place + 1) % Math.max(1, found.length) : 0;
    asked = text;
    write(root, "found", !text ? "" : found.length ? t("{place} of {count}", { place: place + 1, count: found.length }) : t("no stage is called so"));
    if (text && found.length) onFind(found[place], false);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find(true);
  });
  field.addEventListener("input", () => find(false));
}

// @ts-check
// A stage of a network found by its name or its operator, and one of its maps by a number behind it. What is typed is
// looked for at once; Enter stays at what was found, and another Enter goes on to the next.
import { t } from "../../text.js";
import { write } from "../shared/page_text.js";

/** @typedef {{name: string, operator: string | null, layer: string | null, shape: number[]}} Stage */

/**
 * @param {HTMLElement} root
 * @param {readonly Stage[]} stages
 * @param {(number: number | null, map: number | null, isEnter: boolean) => void} onFind null: nothing is called so
 */
export function mountFind(root, stages, onFind) {
  const form = /** @type {HTMLFormElement} */ (root.querySelector("[data-find]"));
  const field = /** @type {HTMLInputElement} */ (form.querySelector("input"));
  let asked = "";
  let place = 0;
  let isTaken = false;
  const find = (/** @type {boolean} */ isEnter) => {
    const text = field.value.trim().toLowerCase();
    const { found, map } = search(stages, text);
    const isSame = text === asked;
    place = isSame && isEnter && isTaken && map === null ? (place + 1) % Math.max(1, found.length) : isSame ? place : 0;
    isTaken = isEnter;
    asked = text;
    write(root, "found", !text ? "" : found.length ? t("{place} of {count}", { place: place + 1, count: found.length }) : t("no stage is called so"));
    onFind(text && found.length ? found[place] : null, map, isEnter);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find(true);
  });
  field.addEventListener("input", () => find(false));
}

/**
 * @param {readonly Stage[]} stages
 * @param {string} text
 * @returns {{found: number[], map: number | null}}
 */
export function search(stages, text) {
  const named = stagesNamed(stages, text);
  const [, name = "", map = ""] = /^(.*\S)\s+(\d+)$/.exec(text) ?? [];
  if (named.length || !name) return { found: named, map: null };
  return { found: stagesNamed(stages, name).filter((number) => Number(map) < (stages[number].shape[1] ?? 0)), map: Number(map) };
}

/**
 * Those that are called so come before those whose name has it in it.
 * @param {readonly Stage[]} stages
 * @param {string} text
 */
function stagesNamed(stages, text) {
  const found = stages.flatMap(({ name, operator, layer }, number) => ([name, operator, layer].some((said) => said?.toLowerCase().includes(text)) ? [number] : []));
  const exact = found.filter((number) => stages[number].name.toLowerCase() === text);
  return [...exact, ...found.filter((number) => !exact.includes(number))];
}

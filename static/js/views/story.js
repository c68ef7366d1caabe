// @ts-check
// One stage of a followed number, said in the sentences that the template wrote beside it.
import { fill, t } from "../text.js";

/** @typedef {Record<string, string | number>} Fields */

/**
 * Fills the sentence of `data-NAME` into the element of `[data-NAME-text]`; the strong field stands out. A variant takes
 * another sentence for the same place, where there is one.
 * @param {HTMLElement} stage
 * @param {string} name
 * @param {Fields} fields
 * @param {{strong?: string, variant?: string}} [options]
 */
export function say(stage, name, fields, { strong = "", variant = "" } = {}) {
  const target = stage.querySelector(`[data-${name}-text]`);
  if (!target) return;
  const pieces = (stage.dataset[name + variant] ?? stage.dataset[name] ?? "").split(strong ? `{${strong}}` : "\0");
  target.replaceChildren(...pieces.flatMap((piece, i) => (i ? [emphasised(String(fields[strong])), fill(piece, fields)] : [fill(piece, fields)])));
}

/** @param {string} text */
function emphasised(text) {
  const element = document.createElement("b");
  element.className = "followed";
  element.textContent = text;
  return element;
}

/**
 * All that the stages say, as one account for those who hear the page.
 * @param {readonly HTMLElement[]} stages
 */
export function account(stages) {
  return stages
    .map((stage) => ["h2", "[data-says-text]", "[data-result-text]"].map((query) => stage.querySelector(query)?.textContent?.trim()).join(" "))
    .join(t(". "));
}

// @ts-check
// What is wrong, above a network.
import { saidWrong } from "../shared/page_text.js";

/** @param {unknown} error */
export function complain(error) {
  problem(saidWrong(error));
}

/** @param {string} message none: nothing is wrong */
export function problem(message) {
  const place = /** @type {HTMLElement} */ (document.querySelector("[data-problem]"));
  place.textContent = message;
  place.hidden = !message;
}

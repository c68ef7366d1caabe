// @ts-check
// The violet line: from the window to its values, from the sum to its place in the output.
import { thread } from "../../views/thread.js";

const APART = 6;
const FAR = 100;

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountThread(root) {
  const line = /** @type {SVGSVGElement | null} */ (root.querySelector(".thread"));
  const wide = matchMedia("(min-width: 901px)");
  const draw = () => {
    if (!line) return;
    const window = root.querySelector("[data-view=in-lens] .frame");
    const terms = root.querySelector("[data-part=arithmetic] .terms:not([hidden]) svg");
    const sum = root.querySelector("[data-part=arithmetic] .output .frame");
    const place = root.querySelector("[data-view=out-lens] .frame");
    thread(line, wide.matches ? [...toValues(window, terms), null, ...toOutput(sum, place)] : []);
  };
  addEventListener("resize", draw);
  return { explain: () => requestAnimationFrame(draw) };
}

/**
 * From the lens's edge, as high as the window: the line does not run over the numbers beside it.
 * @param {Element | null} window
 * @param {Element | null} terms
 */
function toValues(window, terms) {
  const lens = window?.closest("svg")?.getBoundingClientRect();
  if (!window || !terms || !lens?.width) return [];
  const from = window.getBoundingClientRect();
  const to = terms.getBoundingClientRect();
  return to.left < lens.right ? [] : [{ ...heightOf(from), left: lens.right, right: lens.right }, { ...heightOf(to), left: to.left - APART, right: to.left }];
}

/**
 * To the lens's edge, as high as the pixel: the line does not run over the numbers beside it.
 * @param {Element | null} sum
 * @param {Element | null} place
 */
function toOutput(sum, place) {
  const lens = place?.closest("svg")?.getBoundingClientRect();
  if (!sum || !place || !lens) return [];
  const from = sum.getBoundingClientRect();
  const gap = lens.left - from.right;
  return gap < 0 || gap > FAR ? [] : [from, { ...heightOf(place.getBoundingClientRect()), left: lens.left - 2, right: lens.left }];
}

/** @param {DOMRect} box */
function heightOf({ top, bottom }) {
  return { top, bottom };
}

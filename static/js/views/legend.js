// @ts-check
// A strip of a scale's colours with its numbers under it.
import { paint } from "../color.js";
import { precise } from "../format.js";
import { t } from "../text.js";

const STEPS = 256;

/**
 * @param {HTMLElement} element
 * @param {import("../color.js").Scale} scale
 * @param {{label?: string, format?: (value: number) => string}} [options] label: what is measured; without one, signed scales show their zero
 */
export function legend(element, scale, { label = "", format = precise } = {}) {
  const { min, max } = scale;
  const [low, middle, high] = legendTexts(scale, { label, format });
  const canvas = document.createElement("canvas");
  canvas.width = STEPS;
  canvas.height = 1;
  const values = Float32Array.from({ length: STEPS }, (_, i) => min + ((max - min) * i) / (STEPS - 1));
  const pixels = new Uint8ClampedArray(/** @type {ArrayBuffer} */ (paint(values, scale).buffer));
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, STEPS, 1), 0, 0);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", t("Colours from {low} to {high}", { low, high }));
  element.classList.add("legend");
  element.replaceChildren(canvas, numbers([low, middle, high]));
}

/**
 * What stands under the strip: the ends of the scale, and between them what is measured, or zero.
 * @param {import("../color.js").Scale} scale
 * @param {{label?: string, format?: (value: number) => string}} [options]
 */
export function legendTexts({ min, max, clipped }, { label = "", format = precise } = {}) {
  return [(clipped.low ? "≤ " : "") + format(min), label || (min < 0 ? format(0) : ""), (clipped.high ? "≥ " : "") + format(max)];
}

/** @param {string[]} texts */
function numbers(texts) {
  const line = document.createElement("p");
  for (const text of texts) {
    const span = document.createElement("span");
    span.textContent = text;
    line.append(span);
  }
  return line;
}

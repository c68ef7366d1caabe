// @ts-check
// A strip of a scale's colours with its numbers under it.
import { paint } from "../data/color.js";
import { number, precise } from "../data/format.js";
import { t } from "../text.js";

/**
 * @typedef {object} LegendOptions
 * @property {string} [label] what is measured; without one, signed scales show their zero
 * @property {(value: number) => string} [format]
 * @property {boolean} [whole] what is coloured are whole numbers only, written without decimals
 */

const STEPS = 256;

/** The colours that a strip has: they are the same whatever its ends are. @type {WeakMap<Element, Uint32Array>} */
const painted = new WeakMap();

/**
 * @param {HTMLElement} element
 * @param {import("../data/color.js").Scale} scale
 * @param {LegendOptions} [options]
 */
export function legend(element, scale, options = {}) {
  const texts = legendTexts(scale, options);
  if (!element.querySelector("canvas")) element.replaceChildren(strip(), numbers());
  const canvas = /** @type {HTMLCanvasElement} */ (element.querySelector("canvas"));
  if (painted.get(canvas) !== scale.lut) paintStrip(canvas, scale);
  canvas.setAttribute("aria-label", t("Colours from {low} to {high}", { low: texts[0], high: texts[2] }));
  element.classList.add("legend");
  element.querySelectorAll("span").forEach((span, i) => {
    if (span.textContent !== texts[i]) span.textContent = texts[i];
  });
}

function strip() {
  const canvas = Object.assign(document.createElement("canvas"), { width: STEPS, height: 1 });
  canvas.setAttribute("role", "img");
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("../data/color.js").Scale} scale
 */
function paintStrip(canvas, scale) {
  const { min, max, lut } = scale;
  const values = Float32Array.from({ length: STEPS }, (_, i) => min + ((max - min) * i) / (STEPS - 1));
  const pixels = new Uint8ClampedArray(/** @type {ArrayBuffer} */ (paint(values, scale).buffer));
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, STEPS, 1), 0, 0);
  painted.set(canvas, lut);
}

/**
 * What stands under the strip: the ends of the scale, and between them what is measured, or zero.
 * @param {import("../data/color.js").Scale} scale
 * @param {LegendOptions} [options]
 */
export function legendTexts({ min, max, clipped }, { label = "", format = precise, whole = false } = {}) {
  const write = whole && Number.isInteger(min) && Number.isInteger(max) ? (/** @type {number} */ value) => number(value, 0) : format;
  return [(clipped.low ? "≤ " : "") + write(min), label || (min < 0 ? write(0) : ""), (clipped.high ? "≥ " : "") + write(max)];
}

function numbers() {
  const line = document.createElement("p");
  for (let i = 0; i < 3; i += 1) line.append(document.createElement("span"));
  return line;
}

// @ts-check
// Colour scales for data. They do not change with the theme: a value keeps its colour everywhere.
import { d3 } from "../d3.js";

/** @typedef {[number, number, number]} RGB */
/** @typedef {{min: number, max: number, low?: number, high?: number, signed?: boolean}} Span */
/**
 * @typedef {object} Scale
 * @property {number} min
 * @property {number} max
 * @property {{low: boolean, high: boolean}} clipped values lie beyond that end
 * @property {Uint32Array} lut the colours as canvas pixels
 * @property {(value: number) => RGB} rgb
 * @property {(value: number) => string} css
 */

const STEPS = 1024;
const MISSING = 0xff7c8780; // not a number: a grey that no scale has

/**
 * @param {Span} span
 * @param {(share: number) => string} interpolate
 * @returns {Scale}
 */
function makeScale({ min, max, low = min, high = max }, interpolate) {
  const lut = lookup(interpolate);
  const perUnit = max > min ? (STEPS - 1) / (max - min) : 0;
  /** @param {number} value */
  const place = (value) => Math.max(0, Math.min(STEPS - 1, Math.round((value - min) * perUnit)));
  /** @param {number} value @returns {RGB} */
  const rgb = (value) => {
    const pixel = Number.isNaN(value) ? MISSING : lut[place(value)];
    return [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  };
  return { min, max, clipped: { low: low < min, high: high > max }, lut, rgb, css: (value) => `rgb(${rgb(value)})` };
}

/** @type {Map<Function, Uint32Array>} */
const tables = new Map();

/** @param {(share: number) => string} interpolate */
function lookup(interpolate) {
  let table = tables.get(interpolate);
  if (!table) {
    table = Uint32Array.from({ length: STEPS }, (_, i) => {
      const { r, g, b } = d3.rgb(interpolate(i / (STEPS - 1)));
      return (255 << 24) | (b << 16) | (g << 8) | r;
    });
    tables.set(interpolate, table);
  }
  return table;
}

/** @param {number} share */
const diverging = (share) => d3.interpolateRdBu(1 - share);
/** @param {number} share */
const warmHalf = (share) => d3.interpolateRdBu(0.5 - share / 2);
/** @param {number} share */
const earthy = (share) => d3.interpolateBrBG(0.1 + 0.8 * share);
/** @param {number} share */
const grey = (share) => `rgb(${new Array(3).fill(Math.round(share * 255))})`;

/**
 * Blue through a pale zero to red; data that cannot be negative get the warm half, so a positive number keeps its colour.
 * @param {Span} span as `range` of tensor.js gives it
 */
export function valueScale(span) {
  const signed = span.signed ?? span.min < 0;
  if (!signed) return makeScale({ ...span, min: 0 }, warmHalf);
  const extent = Math.max(-span.min, span.max);
  return makeScale({ low: span.min, high: span.max, ...span, min: -extent, max: extent }, diverging);
}

/**
 * Brown through pale to green: a weight is never taken for a value.
 * @param {Span} span
 */
export function weightScale(span) {
  const extent = Math.max(Math.abs(span.min), Math.abs(span.max)) || 1;
  return makeScale({ low: span.min, high: span.max, ...span, min: -extent, max: extent }, earthy);
}

/**
 * Black to white, for the channels of a picture.
 * @param {Span} [span]
 */
export function greyScale(span = { min: 0, max: 1 }) {
  return makeScale(span, grey);
}

/**
 * Black or white, whichever reads better on the colour; one of the two is always above 4.5 : 1.
 * @param {RGB} rgb
 */
export function textOn(rgb) {
  return contrast(luminance(rgb), 0) >= contrast(luminance(rgb), 1) ? "#000" : "#fff";
}

/** @param {RGB} rgb the relative luminance of WCAG 2 */
export function luminance([r, g, b]) {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** @param {number} level */
function linear(level) {
  const share = level / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/**
 * @param {number} one
 * @param {number} other
 */
export function contrast(one, other) {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/**
 * The values as canvas pixels, one lookup each.
 * @param {ArrayLike<number>} values
 * @param {Scale} scale
 * @param {Uint32Array} [pixels]
 */
export function paint(values, { lut, min, max }, pixels = new Uint32Array(values.length)) {
  const perUnit = max > min ? (STEPS - 1) / (max - min) : 0;
  for (let i = 0; i < values.length; i += 1) {
    const place = (values[i] - min) * perUnit + 0.5;
    pixels[i] = place >= 0 ? lut[place < STEPS ? place | 0 : STEPS - 1] : place < 0 ? lut[0] : MISSING;
  }
  return pixels;
}

/**
 * Three planes as red, green and blue of one picture, a single plane as grey.
 * @param {{shape: number[], data: ArrayLike<number>}} tensor
 * @param {{n?: number, min?: number, max?: number}} [options] min and max: the values of black and white
 */
export function paintPicture({ shape, data }, { n = 0, min = 0, max = 1 } = {}) {
  const size = shape[shape.length - 1] * shape[shape.length - 2];
  const channels = shape[shape.length - 3] ?? 1;
  const start = n * channels * size;
  const apart = channels >= 3 ? size : 0;
  const pixels = new Uint8ClampedArray(size * 4);
  const factor = 255 / (max - min);
  for (let i = 0; i < size; i += 1) {
    for (let c = 0; c < 3; c += 1) pixels[4 * i + c] = (data[start + c * apart + i] - min) * factor;
    pixels[4 * i + 3] = 255;
  }
  return new Uint32Array(pixels.buffer);
}

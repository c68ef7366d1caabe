// @ts-check
// Cells of a tensor drawn by lot: the same seed draws the same ones. Plain data.
import { indexAt } from "./tensor.js";

/** @typedef {import("./terms.js").Element} Element */

/**
 * Numbers in [0, 1), as mulberry32 makes them.
 * @param {number} seed
 */
export function lot(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * As many different cells as there are, up to a number of them, in the order in which they are drawn.
 * @param {readonly number[]} shape
 * @param {number} seed
 * @param {number} most
 * @returns {number[][]}
 */
export function drawCells(shape, seed, most) {
  const size = shape.reduce((a, b) => a * b, 1);
  const draw = lot(seed);
  const places = new Set();
  while (places.size < Math.min(most, size)) {
    let place = Math.floor(draw() * size);
    while (places.has(place)) place = (place + 1) % size;
    places.add(place);
  }
  return [...places].map((place) => indexAt(shape, place));
}

/**
 * The elements that a reader learns most from come first: made of real numbers that are not all nothing, mostly in
 * sight of the input, with a value other than zero. Among equals the order stays.
 * @param {Element[]} elements
 */
export function tellingFirst(elements) {
  return elements.map((element) => ({ element, rank: rankOf(element) })).filter(({ rank }) => rank < 4).sort((a, b) => a.rank - b.rank).map(({ element }) => element);
}

/** @param {Element} element */
function rankOf({ value, terms }) {
  if (value === null || !Number.isFinite(value)) return 4;
  const real = terms.filter(({ input, padding }) => input && !padding).length;
  const outside = terms.filter(({ padding }) => padding).length;
  return (real ? 0 : 2) + (value === 0 || outside * 2 > terms.length ? 1 : 0);
}

// @ts-check
// What an element touches, as it is drawn: strided boxes of a tensor put onto the planes that are shown. Plain data.
import { indexAt } from "./tensor.js";

/** @typedef {{start: number, stop: number, step: number}} Span */
/** @typedef {Span[]} Box one span an axis */

const MOST_CELLS = 8192;

/**
 * How many cells boxes have. A cell that two of them share counts twice.
 * @param {Box[]} boxes
 */
export function countCells(boxes) {
  return boxes.reduce((total, box) => total + box.reduce((product, span) => product * length(span), 1), 0);
}

/** @param {Span} span */
function length({ start, stop, step }) {
  return Math.max(0, Math.ceil((stop - start) / step));
}

/**
 * The cell in the middle of the first box: of an even number the earlier one.
 * @param {Box[]} boxes
 * @returns {number[] | null}
 */
export function middleOf([box]) {
  return box ? box.map((span) => span.start + span.step * ((length(span) - 1) >> 1)) : null;
}

/**
 * The same elements in a tensor of another shape that has the same numbers in the same order.
 * @param {Box[]} boxes
 * @param {readonly number[]} from
 * @param {readonly number[]} to
 * @returns {Box[]}
 */
export function reshaped(boxes, from, to) {
  const [a, b] = [withoutOnes(from), withoutOnes(to)];
  if (String(a) === String(b)) return boxes.map((box) => Array.from({ length: to.length }, (_, axis) => box[axis - to.length + from.length] ?? { start: 0, stop: 1, step: 1 }));
  return boxes.flatMap((box) => cellsOf(box)).slice(0, MOST_CELLS).map((cell) => indexAt(to, offsetOf(from, cell)).map((i) => ({ start: i, stop: i + 1, step: 1 })));
}

/** @param {readonly number[]} shape */
function withoutOnes(shape) {
  const first = shape.findIndex((size) => size !== 1);
  return first < 0 ? [] : shape.slice(first);
}

/**
 * @param {Box} box
 * @returns {number[][]}
 */
function cellsOf(box) {
  return box.reduce((cells, span) => cells.flatMap((cell) => Array.from({ length: length(span) }, (_, i) => [...cell, span.start + i * span.step])).slice(0, MOST_CELLS), /** @type {number[][]} */ ([[]]));
}

/**
 * @param {readonly number[]} shape
 * @param {readonly number[]} index
 */
function offsetOf(shape, index) {
  return index.reduce((offset, place, axis) => offset * shape[axis] + place, 0);
}

/**
 * An index of one shape as one of another that has the same numbers in the same order.
 * @param {readonly number[]} index
 * @param {readonly number[]} from
 * @param {readonly number[]} to
 */
export function reindexed(index, from, to) {
  return indexAt(to, offsetOf(from, index));
}

/**
 * The rows and columns of the boxes on one plane.
 * @param {Box[]} boxes
 * @param {{n: number, map: number, depth: number, axes: number}} plane
 * @returns {{y: Span, x: Span}[]}
 */
export function onPlane(boxes, { n, map, depth, axes }) {
  const whole = { start: 0, stop: 1, step: 1 };
  return boxes.flatMap((box) => {
    const outer = box.slice(0, Math.max(0, box.length - axes));
    const wanted = [n, map].slice(2 - outer.length);
    const places = box.slice(outer.length);
    const isHere = outer.every((span, axis) => has(span, wanted[axis] ?? 0)) && (axes < 3 || has(places[0], depth));
    if (!isHere || !places.length) return [];
    return [{ y: places.at(-2) ?? whole, x: places.at(-1) ?? whole }];
  });
}

/**
 * @param {Span} span
 * @param {number} place
 */
function has({ start, stop, step }, place) {
  return place >= start && place < stop && (place - start) % step === 0;
}

/**
 * Every (row, column) of some spans that lies in a window.
 * @param {{y: Span, x: Span}[]} found
 * @param {{start: number[], stop: number[]}} window
 * @returns {[number, number][]}
 */
export function cellsIn(found, { start, stop }) {
  /** @type {[number, number][]} */
  const cells = [];
  for (const { y, x } of found) {
    for (let row = firstFrom(y, start[0]); row < Math.min(y.stop, stop[0]); row += y.step) {
      for (let col = firstFrom(x, start[1]); col < Math.min(x.stop, stop[1]); col += x.step) cells.push([row, col]);
    }
  }
  return cells;
}

/**
 * @param {Span} span
 * @param {number} least
 */
function firstFrom({ start, step }, least) {
  return start >= least ? start : start + Math.ceil((least - start) / step) * step;
}

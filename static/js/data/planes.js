// @ts-check
// What a stage of a network made, as maps that can be drawn: whatever its rank, and one sample of it. Plain data.
import { indexAt, offset } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {{maps: number, height: number, width: number, isRow: boolean, count: number}} Laid isRow: numbers that have no place in a picture, laid out row by row */

/** @typedef {"strip" | "square"} Form of a row of numbers that is broken into lines: high and narrow, or about as high as wide */

const MOST_ROWS = 104;
const FEW = 16; // stay in one column

/**
 * @param {readonly number[]} shape
 * @param {Form} [form]
 * @returns {Laid}
 */
export function laidOut(shape, form = "strip") {
  const count = shape.reduce((all, size) => all * size, 1);
  const isRow = shape.length < 3 || shape.slice(2).every((size) => size === 1);
  if (isRow) {
    const most = form === "strip" ? MOST_ROWS : Math.max(FEW, Math.ceil(Math.sqrt(count)));
    const width = Math.max(1, Math.ceil(count / most));
    return { maps: 1, height: Math.max(1, Math.ceil(count / width)), width, isRow, count };
  }
  const [height, width] = shape.slice(-2);
  return { maps: count / (height * width || 1), height, width, isRow, count };
}

/**
 * The same numbers as (1, maps, height, width); what is missing from a last row is not a number.
 * @param {Tensor} tensor
 * @param {Form} [form]
 * @returns {Tensor}
 */
export function asMaps(tensor, form) {
  const { maps, height, width, count } = laidOut(tensor.shape, form);
  const size = maps * height * width;
  const data = size === count ? tensor.data : Float32Array.from({ length: size }, (_, i) => (i < count ? tensor.data[i] : NaN));
  return { ...tensor, shape: [1, maps, height, width], data };
}

/**
 * Where an element of the maps is in the tensor; null where nothing is.
 * @param {readonly number[]} shape of the tensor
 * @param {readonly number[]} at map, row, column at the end
 * @param {Form} [form]
 */
export function inTensor(shape, at, form) {
  const { maps, height, width, count } = laidOut(shape, form);
  const place = offset([maps, height, width], at.slice(-3));
  return place < count ? indexAt(shape, place) : null;
}

/**
 * Where an element of the tensor is on its maps.
 * @param {readonly number[]} shape
 * @param {readonly number[]} at
 * @param {Form} [form]
 * @returns {[map: number, y: number, x: number]}
 */
export function onMaps(shape, at, form) {
  const { maps, height, width } = laidOut(shape, form);
  const [map, y, x] = indexAt([maps, height, width], offset(shape, at));
  return [map, y, x];
}

/**
 * Whether an index lies within a shape.
 * @param {readonly number[]} shape
 * @param {readonly number[]} at
 */
export function isWithin(shape, at) {
  return at.length === shape.length && at.every((index, axis) => Number.isInteger(index) && index >= 0 && index < shape[axis]);
}

// @ts-check
// The terms of one output element, put in the order in which a reader looks at them. Plain data.
import { indexAt } from "./tensor.js";

/** @typedef {{input_index: number[] | null, input: number | null, weight_index?: number[], weight?: number | null, product?: number | null, padding?: boolean, counts?: boolean, winner?: boolean, square?: number | null, divided?: number | null, shifted?: number, exp?: number, share?: number, log?: number, tensor?: string}} Term divided: by the temperature, and log: where it comes out, of the share; counts: false where padding has no part in the number; tensor: that it is of, where several meet */
/** @typedef {{at: number[], value: number | null, combine: string, terms: Term[], terms_total: number, winner_index?: number[] | null, bias?: number | null, window?: {start: number[], stop: number[]} | null, [fact: string]: any}} Element */
/** @typedef {{y: number, x: number, term: Term}} Cell */
/** @typedef {{channel: number, slice: number, rows: number, cols: number, cells: Cell[], sum: number | undefined}} Group sum: undefined while it is to be predicted */

/**
 * The terms by channel, each with its place in the window: the weight's own index where there are weights of a kernel,
 * else the order of the input's rows and columns.
 * @param {Element} element
 * @param {readonly number[]} [inputShape] puts an input that was laid out in one row back into its channels
 * @param {number} [axes] spatial ones; of three the first parts a channel into slices
 * @returns {Group[]} in the channels' order
 */
export function groupTerms({ terms }, inputShape = [], axes = 2) {
  /** @type {Map<string, {channel: number, slice: number, cells: Cell[]}>} */
  const groups = new Map();
  const inOrder = axes === 1 ? null : orderedPlaces(terms);
  terms.forEach((term, i) => {
    const index = inOrder ? inOrder[i] : placeOf(term, inputShape, axes);
    const channel = index.at(-axes - 1) ?? (axes === 1 ? (terms.find(({ input_index }) => input_index)?.input_index?.at(-2) ?? 0) : 0);
    const slice = axes === 3 ? (index.at(-3) ?? 0) : 0;
    const key = `${channel},${slice}`;
    if (!groups.has(key)) groups.set(key, { channel, slice, cells: [] });
    groups.get(key)?.cells.push({ y: axes === 1 ? 0 : (index.at(-2) ?? 0), x: axes === 1 ? i : (index.at(-1) ?? 0), term });
  });
  return [...groups.values()].sort((a, b) => a.channel - b.channel || a.slice - b.slice).map(({ channel, slice, cells }) => ({ ...arranged(channel, cells), slice }));
}

/**
 * A weight that has as many axes as the input lies in the window as it does in the kernel; another is told by its input.
 * @param {Term} term
 * @param {readonly number[]} inputShape
 * @param {number} axes
 */
function placeOf({ input_index: place, weight_index: kernel }, inputShape, axes) {
  if (kernel && kernel.length > 2 && kernel.length === axes + 2) return [place?.at(-axes - 1) ?? kernel[1], ...kernel.slice(2)];
  if (!place) return kernel ?? [];
  const isRow = place.length === 2 && inputShape.length > 2;
  return isRow ? indexAt(inputShape.slice(1), place[1]) : place;
}

/**
 * Padding has no index. Where it has no weight either, only the order of the terms tells where it lies: row by row, in
 * rows of the one length that agrees with the terms that do have an index; of several, the one nearest to a square.
 * @param {Term[]} terms
 * @returns {number[][] | null} null: every term tells its own place
 */
function orderedPlaces(terms) {
  if (terms.every(({ input_index, weight_index }) => input_index || weight_index)) return null;
  const channel = terms.find(({ input_index }) => input_index)?.input_index?.at(-3) ?? 0;
  const lengths = terms.map((_, i) => i + 1).filter((length) => terms.length % length === 0 && agrees(terms, length));
  const skew = (/** @type {number} */ length) => Math.abs(Math.log((length * length) / terms.length));
  const [width = terms.length] = lengths.sort((a, b) => skew(a) - skew(b));
  return terms.map((_, i) => [channel, Math.floor(i / width), i % width]);
}

/**
 * @param {Term[]} terms
 * @param {number} width
 */
function agrees(terms, width) {
  /** @type {Map<string, number>} */
  const found = new Map();
  return terms.every(({ input_index: index }, i) => {
    const axes = [`y${Math.floor(i / width)}`, `x${i % width}`];
    return !index || axes.every((key, axis) => {
      const value = index.at(axis - 2) ?? 0;
      if (!found.has(key)) found.set(key, value);
      return found.get(key) === value;
    });
  });
}

/**
 * Cells that are apart (a dilated window) move together; their order stays.
 * @param {number} channel
 * @param {Cell[]} cells
 * @returns {Omit<Group, "slice">}
 */
function arranged(channel, cells) {
  const ys = ranks(cells.map(({ y }) => y));
  const xs = ranks(cells.map(({ x }) => x));
  const placed = cells.map(({ y, x, term }) => ({ y: ys.get(y) ?? 0, x: xs.get(x) ?? 0, term }));
  return { channel, rows: ys.size, cols: xs.size, cells: placed, sum: sumOf(cells) };
}

/** @param {number[]} values */
function ranks(values) {
  return new Map([...new Set(values)].sort((a, b) => a - b).map((value, rank) => [value, rank]));
}

/** @param {Cell[]} cells */
function sumOf(cells) {
  if (cells.some(({ term }) => "product" in term && term.product === undefined)) return undefined;
  return cells.reduce((sum, { term }) => sum + (term.product ?? term.input ?? 0), 0);
}

/**
 * Where the cell lies that a maximum is, also when the list of terms was cut before it.
 * @param {Element} element
 */
export function winnerOf({ terms, winner_index: beyond }) {
  return terms.find(({ winner }) => winner)?.input_index ?? beyond ?? null;
}

/**
 * Whether values meet weights, so that there are products, told or not.
 * @param {Element} element
 */
export function isWeighted(element) {
  return !isCopy(element) && element.terms.some((term) => "product" in term);
}

/**
 * Whether one value is passed on as it is: its factor is 1 and nobody's weight.
 * @param {Element} element
 */
export function isCopy({ terms, combine, bias = null }) {
  const [term, ...others] = terms;
  return combine === "sum" && bias === null && others.length === 0 && term?.weight === 1 && !term.weight_index;
}

/**
 * The running sum after each term, from 0: as the eye adds them up.
 * @param {Group[]} groups
 * @returns {{from: number, to: number, channel: number}[]}
 */
export function runningSum(groups) {
  let to = 0;
  return groups.flatMap(({ cells, channel }) =>
    [...cells].sort((a, b) => a.y - b.y || a.x - b.x).map(({ term }) => {
      const from = to;
      to += term.product ?? term.input ?? 0;
      return { from, to, channel };
    }),
  );
}

/**
 * Where a lens of whole pixels stands: about the middle of what is looked at, inside what there is.
 * @param {{size: number[], middle: number[], window?: {start: number[], stop: number[]} | null, cells?: number, width?: number}} look
 *   size: of the plane (height, width); window: what must be seen, it may lie outside the plane (its padding)
 * @returns {{start: number[], rows: number, cols: number, zoom: number}}
 */
export function lensRegion({ size, middle, window = null, cells = 7, width = 224 }) {
  const spans = window ? window.stop.map((stop, axis) => stop - (window.start[axis] ?? 0)) : [1, 1];
  const most = Math.max(cells, ...spans);
  const first = size.map((_, axis) => Math.min(0, window?.start[axis] ?? 0));
  const end = size.map((length, axis) => Math.max(length, window?.stop[axis] ?? 0));
  const counts = size.map((_, axis) => Math.min(most, end[axis] - first[axis]));
  const start = size.map((_, axis) => {
    const about = window ? Math.floor((window.start[axis] + window.stop[axis] - counts[axis]) / 2) : middle[axis] - (counts[axis] >> 1);
    return Math.max(first[axis], Math.min(end[axis] - counts[axis], about));
  });
  return { start, rows: counts[0], cols: counts[1], zoom: Math.max(1, Math.floor(width / most)) };
}

/**
 * A small plane in a lens that need not move: all of it, with the padding that the windows reach. Null where so many
 * cells leave no room for their numbers.
 * @param {{size: number[], window: {start: number[], stop: number[]}, padding: number[], most: number, width?: number}} look
 *   padding: all begins, then all ends
 * @returns {{start: number[], rows: number, cols: number, zoom: number} | null}
 */
export function wholeRegion({ size, window, padding, most, width = 224 }) {
  const start = size.map((_, axis) => Math.min(0 - padding[axis], window.start[axis]));
  const [rows, cols] = size.map((length, axis) => Math.max(length + padding[size.length + axis], window.stop[axis]) - start[axis]);
  const longest = Math.max(rows, cols);
  return longest > most ? null : { start, rows, cols, zoom: Math.floor(width / longest) };
}

/**
 * The spatial window as two axes, whatever it had.
 * @param {{start: number[], stop: number[]} | null | undefined} window
 */
export function flatWindow(window) {
  if (!window?.start?.length) return null;
  const two = (/** @type {number[]} */ list, /** @type {number} */ other) => (list.length > 1 ? list.slice(-2) : [other, list[0]]);
  return { start: two(window.start, 0), stop: two(window.stop, 1) };
}

/**
 * The cells that a window reads, where it leaves others between them; null where it reads all.
 * @param {{start: number[], stop: number[]}} window
 * @param {number[]} step down and across
 * @returns {number[][] | null}
 */
export function cellsApart({ start: [top, left], stop: [bottom, right] }, [down, across]) {
  if (Math.max(down, across) < 2) return null;
  const cells = [];
  for (let y = top; y < bottom; y += down) for (let x = left; x < right; x += across) cells.push([y, x]);
  return cells;
}

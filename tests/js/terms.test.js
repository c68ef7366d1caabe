// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { cellsApart, flatWindow, groupTerms, isCopy, isWeighted, lensRegion, runningSum, wholeRegion } from "../../static/js/data/terms.js";

/** @param {Partial<import("../../static/js/data/terms.js").Term>[]} terms @returns {any} */
const element = (terms) => ({ at: [0, 0, 0, 0], value: 0, combine: "sum", terms, terms_total: terms.length });

test("terms of a kernel lie as the kernel does, a channel each", () => {
  const groups = groupTerms(element([
    { input_index: [0, 1, 4, 4], weight_index: [0, 1, 0, 0], product: 1 },
    { input_index: null, weight_index: [0, 0, 0, 0], product: 0, padding: true },
    { input_index: [0, 0, 4, 6], weight_index: [0, 0, 0, 1], product: 2 },
  ]));
  assert.deepEqual(groups.map(({ channel, rows, cols, sum }) => ({ channel, rows, cols, sum })), [
    { channel: 0, rows: 1, cols: 2, sum: 2 },
    { channel: 1, rows: 1, cols: 1, sum: 1 },
  ]);
});

test("a window with gaps is drawn without them", () => {
  const [group] = groupTerms(element([{ input_index: [0, 0, 2, 2], input: 1 }, { input_index: [0, 0, 2, 5], input: 2 }, { input_index: [0, 0, 5, 5], input: 3 }]));
  assert.deepEqual(group.cells.map(({ y, x }) => [y, x]), [[0, 0], [0, 1], [1, 1]]);
  assert.equal(group.sum, 6);
});

test("an input that was laid out in one row finds its channels again", () => {
  const groups = groupTerms(element([{ input_index: [0, 5], weight_index: [3, 5], product: 1 }]), [1, 2, 2, 2]);
  assert.equal(groups[0].channel, 1);
});

test("padding without a weight lies where its turn comes", () => {
  const pad = { input_index: null, input: 0, padding: true };
  const [group] = groupTerms(element([pad, pad, pad, pad, { input_index: [0, 2, 0, 0], input: 1 }, { input_index: [0, 2, 0, 1], input: 2 }, pad, { input_index: [0, 2, 1, 0], input: 3 }, { input_index: [0, 2, 1, 1], input: 4 }]));
  assert.deepEqual([group.channel, group.rows, group.cols], [2, 3, 3]);
  assert.deepEqual(group.cells.filter(({ term }) => term.input_index).map(({ y, x }) => [y, x]), [[1, 1], [1, 2], [2, 1], [2, 2]]);
});

test("the running sum ends at the sum", () => {
  const groups = groupTerms(element([{ input_index: [0, 0, 0, 1], product: 2 }, { input_index: [0, 0, 0, 0], product: -0.5 }]));
  assert.deepEqual(runningSum(groups).map(({ to }) => to), [-0.5, 1.5]);
});

test("a lens stays inside the plane, but shows the padding that a window needs", () => {
  assert.deepEqual(lensRegion({ size: [224, 224], middle: [0, 223] }), { start: [0, 217], rows: 7, cols: 7, zoom: 32 });
  assert.deepEqual(lensRegion({ size: [224, 224], middle: [0, 0], window: { start: [-1, 99], stop: [2, 102] } }), { start: [-1, 97], rows: 7, cols: 7, zoom: 32 });
  assert.deepEqual(lensRegion({ size: [5, 3], middle: [2, 1], window: { start: [-1, -1], stop: [2, 2] } }), { start: [-1, -1], rows: 6, cols: 4, zoom: 32 });
  assert.equal(lensRegion({ size: [64, 64], middle: [9, 9], window: { start: [0, 0], stop: [14, 14] } }).zoom, 16);
});

test("a window of one axis is a row", () => {
  assert.deepEqual(flatWindow({ start: [4], stop: [6] }), { start: [0, 4], stop: [1, 6] });
  assert.equal(flatWindow(null), null);
});

test("the kernel of a signal is one row, that of a volume a grid a slice", () => {
  const [row] = groupTerms(element([{ input_index: [0, 0, 8], weight_index: [0, 0, 0], product: 1 }, { input_index: null, weight_index: [0, 0, 1], product: 2 }]), [], 1);
  assert.deepEqual([row.rows, row.cols, row.sum], [1, 2, 3]);
  const slices = groupTerms(element([{ input_index: [0, 0, 1, 1, 1], weight_index: [0, 0, 1, 0, 0], product: 1 }, { input_index: [0, 0, 0, 1, 1], weight_index: [0, 0, 0, 0, 0], product: 2 }]), [], 3);
  assert.deepEqual(slices.map(({ channel, slice, sum }) => [channel, slice, sum]), [[0, 0, 2], [0, 1, 1]]);
});

test("padding at the end of a signal's window stays at the end", () => {
  const [row] = groupTerms(element([{ input_index: [0, 3, 40], input: 5 }, { input_index: null, input: 0, padding: true }]), [], 1);
  assert.deepEqual([row.channel, row.cells.map(({ x, term }) => [x, term.input])], [3, [[0, 5], [1, 0]]]);
});

test("a number that is passed on meets no weight", () => {
  const moved = element([{ input_index: [0, 3], input: 2, weight: 1, product: 2 }]);
  assert.deepEqual([isCopy(moved), isWeighted(moved)], [true, false]);
  const weighed = element([{ input_index: [0, 3], input: 2, weight: 1, weight_index: [0, 3], product: 2 }]);
  assert.deepEqual([isCopy(weighed), isWeighted(weighed)], [false, true]);
  assert.equal(isCopy({ ...moved, bias: 0 }), false);
  assert.equal(isCopy(element([])), false);
});

test("a window that is spread reads some of its cells, one that is not all of them", () => {
  const window = { start: [-1, 2], stop: [2, 7] };
  assert.equal(cellsApart(window, [1, 1]), null);
  assert.deepEqual(cellsApart(window, [2, 4]), [[-1, 2], [-1, 6], [1, 2], [1, 6]]);
});

test("a small plane stands in a lens with all of its padding, as long as that has room", () => {
  const window = { start: [-1, -1], stop: [2, 2] };
  assert.deepEqual(wholeRegion({ size: [3, 4], window, padding: [1, 1, 1, 2], most: 8 }), { start: [-1, -1], rows: 5, cols: 7, zoom: 32 });
  assert.deepEqual(wholeRegion({ size: [3, 3], window: { start: [2, 2], stop: [5, 5] }, padding: [0, 0, 0, 0], most: 8 }), { start: [0, 0], rows: 5, cols: 5, zoom: 44 });
  assert.equal(wholeRegion({ size: [7, 7], window, padding: [1, 1, 1, 1], most: 8 }), null);
});

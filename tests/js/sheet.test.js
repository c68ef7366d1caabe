// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { cellOf, clearBetween, decimalsFor, exact, indexOf, isBetween, nearestCell, partOf, sheetOf, stepped, tiledSheet, toCsv, valueOn } from "../../static/js/data/sheet.js";

/** @param {number[]} shape */
const counted = (shape) => ({ shape, dtype: "float32", data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i) });

test("a sheet is the last two axes, whatever the rank", () => {
  const sheet = sheetOf(counted([2, 3, 4, 5]), [1, 2]);
  assert.deepEqual([sheet.rows, sheet.cols, valueOn(sheet, [3, 1])], [4, 5, 5 * 20 + 16]);
  assert.deepEqual(indexOf(sheet, [3, 1]), [1, 2, 3, 1]);
  assert.deepEqual(cellOf(sheet, [1, 2, 3, 1]), [3, 1]);
  assert.equal(cellOf(sheet, [1, 1, 3, 1]), null, "it lies on another sheet");
  assert.equal(cellOf(sheet, [1, 2, -1, 1]), null, "it lies in the padding");
});

test("a row and a single number are sheets too", () => {
  const row = sheetOf(counted([4]));
  assert.deepEqual([row.rows, row.cols, indexOf(row, [0, 3]), cellOf(row, [3])], [1, 4, [3], [0, 3]]);
  const one = sheetOf(counted([]));
  assert.deepEqual([one.rows, one.cols, indexOf(one, [0, 0])], [1, 1, []]);
});

test("a sheet that is not there is the last one, one that is not said the first", () => {
  assert.deepEqual(sheetOf(counted([2, 3, 4, 5]), [7, -1]).lead, [1, 0]);
  assert.deepEqual(sheetOf(counted([2, 3, 4, 5])).lead, [0, 0]);
});

test("numbers are as short as they can be and read back as the same float32", () => {
  assert.equal(exact(Math.fround(0.1)), "0.1");
  assert.equal(exact(Math.fround(1 / 3)), "0.33333334");
  assert.deepEqual([NaN, Infinity, -Infinity, -0].map(exact), ["nan", "inf", "-inf", "-0"]);
  assert.equal(exact(16777216), "16777216");
  let bits = 12345;
  const word = new Uint32Array(1);
  const float = new Float32Array(word.buffer);
  for (let i = 0; i < 20000; i += 1) {
    bits = (Math.imul(bits, 1664525) + 1013904223) >>> 0;
    word[0] = bits;
    if (!Number.isNaN(float[0])) assert.ok(Object.is(Math.fround(Number(exact(float[0]).replace("inf", "Infinity"))), float[0]), exact(float[0]));
  }
});

test("a line for each row, and nothing else", () => {
  assert.equal(toCsv(sheetOf({ shape: [2, 2], dtype: "float32", data: Float32Array.of(0.1, -2, NaN, 3e-9) })), "0.1,-2\nnan,3e-9\n");
});

test("a table has as many decimals as its largest number leaves room for", () => {
  assert.deepEqual([0, 0.003, 3.5, 812, 1e7, Infinity].map(decimalsFor), [4, 7, 4, 2, 0, 4]);
});

test("the part of a long axis moves in whole steps and stays inside", () => {
  assert.deepEqual(partOf(224, 101, 32), [96, 128]);
  assert.deepEqual(partOf(100, 99, 32), [68, 100]);
  assert.deepEqual(partOf(7, 3, 32), [0, 7]);
});

test("sheets beside each other know whose every cell is", () => {
  const tensor = counted([2, 5, 3, 4]);
  const sheet = tiledSheet(tensor, [1, 2], 1);
  const { tiles, rows, cols } = sheet;
  assert.ok(tiles);
  assert.deepEqual([rows, cols], [Math.ceil(5 / tiles.across) * 4 - 1, tiles.across * 5 - 1]);
  let found = 0;
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < cols; x += 1) {
      const isGap = isBetween(sheet, [y, x]);
      assert.equal(isGap, Number.isNaN(valueOn(sheet, [y, x])));
      assert.equal(isBetween(sheet, nearestCell(sheet, [y, x])), false);
      if (isGap) continue;
      found += 1;
      const at = indexOf(sheet, [y, x]);
      assert.equal(valueOn(sheet, [y, x]), tensor.data[at.reduce((sum, i, axis) => sum * tensor.shape[axis] + i, 0)]);
      assert.deepEqual(cellOf(sheet, at), [y, x]);
      assert.equal(at[0], 1);
    }
  }
  assert.equal(found, 5 * 3 * 4);
  assert.equal(cellOf(sheet, [0, 0, 0, 0]), null, "of the other sample");
  const pixels = new Uint32Array(rows * cols).fill(7);
  clearBetween(sheet, pixels);
  pixels.forEach((pixel, i) => assert.equal(pixel === 0, isBetween(sheet, [Math.floor(i / cols), i % cols])));
});

test("a step leads over the gap, and back", () => {
  const sheet = tiledSheet(counted([1, 4, 2, 2]), [0, 0], 1);
  assert.deepEqual(stepped(sheet, [0, 1], [0, 1]), [0, 3]);
  assert.deepEqual(stepped(sheet, [0, 3], [0, -1]), [0, 1]);
  assert.deepEqual(stepped(sheet, [0, 0], [0, -1]), [0, 0]);
  assert.deepEqual(stepped(sheet, [0, 0], [0, 10]), [0, sheet.cols - 1]);
});

test("of very many maps as many are shown as can be drawn", () => {
  const shape = [1, 3, 4096, 4096];
  const sheet = tiledSheet({ shape, dtype: "float32", data: new Float32Array(0) }, [0, 0], 1);
  assert.equal(sheet.tiles?.count, 1);
});

// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { folded } from "../../static/js/data/fold.js";

const row = (/** @type {number} */ count) => ({ shape: [1, count], dtype: "float32", data: Float32Array.from({ length: count }, (_, i) => i) });

test("a row is folded into lines, and nothing stands where it ends", () => {
  const { shape, data } = folded(row(7), 3, 64);
  assert.deepEqual(shape, [1, 1, 3, 3]);
  assert.deepEqual([...data.slice(0, 7)], [0, 1, 2, 3, 4, 5, 6]);
  assert.ok(data.slice(7).every(Number.isNaN));
});

test("a short row is one line, a long one ends at the last that there is room for", () => {
  assert.deepEqual(folded(row(4), 10, 64).shape, [1, 1, 1, 4]);
  const { shape, data } = folded(row(100), 10, 2);
  assert.deepEqual(shape, [1, 1, 2, 10]);
  assert.equal(data.length, 20);
});

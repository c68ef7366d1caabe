import assert from "node:assert/strict";
import test from "node:test";
import { cellsOf, readBias, resized, withCell } from "../../static/js/data/weights.js";

/** @type {import("../../static/js/data/tensor.js").Tensor} */
const weight = { shape: [2, 2, 1, 3], data: Float32Array.from([1, 2, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9]), dtype: "float32" };

test("a cell changes in one channel or in all", () => {
  assert.deepEqual([...withCell(weight, { map: 0, channel: null, cell: 1 }, 8).data].slice(0, 6), [1, 8, 3, 1, 8, 3]);
  assert.deepEqual([...withCell(weight, { map: 1, channel: 1, cell: 0 }, 0).data].slice(6), [4, 5, 6, 0, 8, 9]);
  assert.equal(weight.data[1], 2);
});

test("cells of all channels are numbers only where they agree", () => {
  assert.deepEqual(cellsOf(weight, { map: 0, channel: null }), [1, 2, 3]);
  assert.deepEqual(cellsOf(weight, { map: 1, channel: null }), [null, null, null]);
  assert.deepEqual(cellsOf(weight, { map: 1, channel: 0 }), [4, 5, 6]);
});

test("a kernel of another size keeps its middle", () => {
  const one = { shape: [1, 1, 3, 3], data: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]), dtype: "float32" };
  const larger = resized(one, [5, 5]);
  assert.deepEqual([...larger.data].slice(5, 15), [0, 1, 2, 3, 0, 0, 4, 5, 6, 0]);
  assert.deepEqual([...resized(larger, [3, 3]).data], [...one.data]);
  assert.deepEqual([...resized(one, [1, 1]).data], [5]);
  assert.deepEqual(resized(one, [4, 4]).shape, [1, 1, 4, 4]);
});

test("a bias of zeros is none", () => {
  assert.equal(readBias("0 0"), null);
  assert.equal(readBias(""), null);
  assert.deepEqual(readBias("0.5 0")?.shape, [2]);
});

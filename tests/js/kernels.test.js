import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelPlace, kernelsOf, kernelSums } from "../../static/js/data/kernels.js";

/** @param {number[]} shape */
function counted(shape) {
  const length = shape.reduce((all, one) => all * one, 1);
  return { shape, dtype: "float32", data: Float32Array.from({ length }, (_, i) => i) };
}

test("each map has a kernel for each map before it", () => {
  const weight = counted([3, 2, 1, 2]);
  const laid = { axes: ["out", "in"], links: { groups: 1, first: 0, maps: 3 }, before: 2 };
  assert.equal(kernelPlace(weight, laid, 1, 2), 5);
  const { first, kernels } = kernelsOf(weight, laid, 2);
  assert.equal(first, 0);
  assert.deepEqual([kernels.shape, [...kernels.data]], [[1, 2, 1, 2], [8, 9, 10, 11]]);
});

test("in groups only those of the same group", () => {
  const weight = counted([4, 1, 1, 1]);
  const laid = { axes: ["out", "in"], links: { groups: 2, first: 0, maps: 4 }, before: 2 };
  assert.deepEqual([kernelPlace(weight, laid, 1, 3), kernelPlace(weight, laid, 0, 3)], [3, -1]);
  assert.equal(kernelsOf(weight, laid, 3).first, 1);
});

test("laid out the other way round it is the same kernel", () => {
  const weight = counted([4, 3, 1, 1]); // (in, out / groups): two groups of two and three
  const laid = { axes: ["in", "out"], links: { groups: 2, first: 0, maps: 6 }, before: 4 };
  assert.equal(kernelPlace(weight, laid, 1, 2), 5);
  assert.equal(kernelPlace(weight, laid, 3, 4), 10);
  assert.equal(kernelPlace(weight, laid, 0, 4), -1);
  const { first, kernels } = kernelsOf(weight, laid, 4);
  assert.deepEqual([first, [...kernels.data]], [2, [7, 10]]);
});

test("a kernel has a sum and a size", () => {
  const weight = { shape: [1, 2, 1, 2], dtype: "float32", data: Float32Array.from([1, -3, 2, 2]) };
  const { sums, sizes } = kernelSums(weight);
  assert.deepEqual([[...sums], [...sizes]], [[-2, 4], [2, 2]]);
});

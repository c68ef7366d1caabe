// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { asPlanes, boxAround, fullIndex, planeIndex, slicesOf, spatialAxes, weightPlanes } from "../../static/js/data/axes.js";

/** @param {number[]} shape */
const counted = (shape) => ({ shape, dtype: "float32", data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i) });

test("the layer says how many axes are spatial, else the rank does", () => {
  assert.equal(spatialAxes({ spatial_dims: 1 }, 4), 1);
  assert.equal(spatialAxes({}, 3), 2);
  assert.equal(spatialAxes({}, 5), 3);
  assert.equal(spatialAxes({}, 3, true), 1);
  assert.equal(spatialAxes({}, 2, true), 1);
});

test("a signal is a row of every channel", () => {
  assert.deepEqual(asPlanes(counted([2, 3, 5]), 1, 0).shape, [2, 3, 1, 5]);
  assert.deepEqual(asPlanes(counted([4, 3]), 1, 0).shape, [1, 4, 1, 3]);
});

test("a volume is cut at one depth in every channel", () => {
  const volume = counted([1, 2, 3, 2, 2]);
  const cut = asPlanes(volume, 3, 1);
  assert.deepEqual(cut.shape, [1, 2, 2, 2]);
  assert.deepEqual([...cut.data], [4, 5, 6, 7, 16, 17, 18, 19]);
  assert.deepEqual([...slicesOf(volume, 0, 1).data], Array.from({ length: 12 }, (_, i) => 12 + i));
  assert.deepEqual(slicesOf(volume, 0, 1).shape, [1, 3, 2, 2]);
});

test("what is not of that many axes stays as it is", () => {
  const picture = counted([1, 1, 2, 2]);
  assert.equal(asPlanes(picture, 2, 0), picture);
  assert.equal(asPlanes(counted([1, 8]), 3, 0).shape.length, 2);
});

test("an index goes to the planes and back", () => {
  assert.deepEqual(planeIndex([0, 2, 7], 1), [0, 2, 0, 7]);
  assert.deepEqual(fullIndex([0, 2, 0, 7], 1, 0), [0, 2, 7]);
  assert.deepEqual(planeIndex([0, 1, 4, 2, 3], 3), [0, 1, 2, 3]);
  assert.deepEqual(fullIndex([0, 1, 2, 3], 3, 4), [0, 1, 4, 2, 3]);
  assert.deepEqual(planeIndex([0, 9], 3), [0, 9]);
});

test("kernels lie in a row, slice by slice", () => {
  assert.deepEqual(weightPlanes(counted([4, 2, 3]), 1).shape, [4, 2, 1, 3]);
  assert.deepEqual(weightPlanes(counted([4, 2, 3, 5, 5]), 3).shape, [4, 6, 5, 5]);
  assert.deepEqual(weightPlanes(counted([4, 2, 5, 5]), 2).shape, [4, 2, 5, 5]);
});

test("a box goes around all places that are there", () => {
  assert.deepEqual(boxAround([[0, 0, 3, 4], null, [0, 0, 5, 2]]), { start: [3, 2], stop: [6, 5] });
  assert.equal(boxAround([null]), null);
});

// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { centredStart, histogram } from "../../static/js/data/histogram.js";
import { isRow, pickElement, placeOf, samePlace } from "../../static/js/data/pick.js";

const map = { shape: [1, 4, 10, 20], data: [] };

test("the element of the link, as far as it is there", () => {
  assert.deepEqual(pickElement(map, "0,2,3,4"), [0, 2, 3, 4]);
  assert.deepEqual(pickElement(map, "0,9,3,4"), [0, 3, 3, 4]);
  assert.deepEqual(pickElement(map, "0,1,50,4"), [0, 1, 5, 10]);
  assert.deepEqual(pickElement({ shape: [1, 4, 1, 1], data: [1, 2, 3, 4] }, "0,2"), [0, 2, 0, 0]);
  for (const text of ["", "1,2", "a,b,c,d", "0,0,-1,0"]) assert.deepEqual(pickElement(map, text), [0, 0, 5, 10]);
});

test("of a row, the largest", () => {
  assert.deepEqual(pickElement({ shape: [1, 3], data: [1, 5, 2] }), [0, 1]);
  assert.deepEqual(pickElement({ shape: [], data: [4] }), []);
  assert.ok(isRow([1, 10]) && isRow([3]) && !isRow([2, 3]) && !isRow([]) && !isRow([1, 100]));
  assert.deepEqual(placeOf([0, 3]), { n: 0, map: 0, y: 0, x: 3 });
});

test("values are counted in their bins, those beyond apart", () => {
  const { counts, beyond } = histogram([-1, -0.9, 0, 0.99, 1, 7, NaN], -1, 1, 4);
  assert.deepEqual([...counts], [2, 0, 1, 2]);
  assert.equal(beyond, 2);
});

test("an axis has its curve in the middle and zero on it", () => {
  assert.equal(centredStart(-1, 1, 4), -2);
  assert.equal(centredStart(0, 3.5, 4.5), -0.5);
  assert.ok(centredStart(-9, -8, 4) + 4 >= 0.5);
});

test("the same place in another output lies as far down and across", () => {
  assert.deepEqual(samePlace([0, 1, 101, 78], [1, 4, 224, 224], [1, 4, 112, 112]), [0, 1, 50, 39]);
  assert.deepEqual(samePlace([0, 3, 5, 5], [1, 4, 6, 6], [1, 2, 6, 6]), [0, 1, 5, 5]);
  assert.deepEqual(samePlace([0, 0, 63], [1, 1, 64], [1, 1, 128], 1), [0, 0, 126]);
  assert.deepEqual(samePlace([0, 2], [1, 4], [1, 2, 2, 2]), [0, 0, 0, 1]);
});

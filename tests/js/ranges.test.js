// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { ends, onlyValue, settled } from "../../static/js/form/ranges.js";

test("a slider ends where the next step would be invalid, and never beyond its own end", () => {
  assert.deepEqual(ends([1, 11], { min: 1, max: 7 }), [1, 7]);
  assert.deepEqual(ends([1, 11], { min: 1, max: 2147483647 }), [1, 11]);
  assert.deepEqual(ends([0, 4], { min: 2, max: 3 }), [2, 3]);
  assert.deepEqual(ends([1, 4], { values: [1, 3] }), [1, 3]);
  assert.deepEqual(ends([1, 4], null), [1, 4]);
});

test("a range far from the slider leaves it where it is", () => {
  assert.deepEqual(ends([1, 4], { min: 9, max: 20 }), [4, 4]);
  assert.deepEqual(ends([-4, 3], { min: -9, max: -6 }), [-4, -4]);
});

test("one valid value is no choice", () => {
  assert.equal(onlyValue({ values: [1] }), 1);
  assert.equal(onlyValue({ values: [false] }), false);
  assert.equal(onlyValue({ min: 3, max: 3 }), 3);
  assert.equal(onlyValue({ min: 1, max: 3 }), null);
  assert.equal(onlyValue(null), null);
});

test("a slider goes on to the next value that can be", () => {
  const values = [1, 2, 4, 8];
  assert.equal(settled(3, 2, values), 4);
  assert.equal(settled(3, 4, values), 2);
  assert.equal(settled(5, 8, values), 4);
  assert.equal(settled(8, 1, values), 8);
  assert.equal(settled(9, 8, values), 8);
  assert.equal(settled(0, 1, values), 1);
});

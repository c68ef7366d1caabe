import assert from "node:assert/strict";
import { test } from "node:test";
import { mapsBehind } from "../../static/js/data/flattened.js";

/**
 * @param {string} name
 * @param {string} source
 * @param {number[]} given
 * @param {number[]} shape
 */
function stage(name, source, given, shape, more = {}) {
  return { name, input: { shape: given }, shape, sources: { input: source }, tensors: {}, cost: { macs: 0 }, ...more };
}

const pool = stage("pool", "input", [1, 4, 6, 6], [1, 4, 3, 2]);
const flat = stage("flat", "pool", [1, 4, 3, 2], [1, 24]);
const drop = stage("drop", "flat", [1, 24], [1, 24]);
const dense = stage("dense", "drop", [1, 24], [1, 5], { tensors: { weight: "w" }, cost: { macs: 120 } });

test("a row is followed back to the maps that it was", () => {
  assert.deepEqual(mapsBehind([pool, flat, drop, dense], 3), [4, 3, 2]);
  const direct = { ...dense, input: { shape: [1, 4, 3, 2] }, sources: { input: "pool" } };
  assert.deepEqual(mapsBehind([pool, direct], 1), [4, 3, 2]);
  const itself = { ...dense, sources: { input: "pool" } }; // flattens by itself
  assert.deepEqual(mapsBehind([pool, itself], 1), [4, 3, 2]);
});

test("not beyond a stage that weighs, nor to single numbers", () => {
  const second = { ...dense, name: "second", input: { shape: [1, 5] }, sources: { input: "dense" } };
  assert.equal(mapsBehind([pool, flat, drop, dense, second], 4), null);
  const mean = stage("mean", "input", [1, 24, 7, 7], [1, 24, 1, 1]);
  const row = stage("flat", "mean", [1, 24, 1, 1], [1, 24]);
  assert.equal(mapsBehind([mean, row, { ...dense, sources: { input: "flat" } }], 2), null);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import "./setup.js";
import { valueScale } from "../../static/js/data/color.js";
import { scalesOf, spanOf } from "../../static/js/data/map_scales.js";

const maps = { shape: [1, 2, 1, 2], dtype: "float32", data: Float32Array.from([0, 1, -4, 2]) };
const stats = [{ min: -4, max: 2, mean: 0, std: 10 }, { min: 0, max: 30, mean: 1, std: 3 }];

test("a map, a stage or all stages share their colours", () => {
  assert.deepEqual([0, 1].map((map) => scalesOf("map", maps)(map).max), [1, 4]);
  assert.deepEqual([0, 1].map((map) => scalesOf("stage", maps)(map).max).map(Math.round), [4, 4]);
  assert.deepEqual([0, 1].map((map) => scalesOf("all", maps, valueScale(spanOf(stats)))(map).max), [10, 10]);
});

test("the network's span has no room for the rarest numbers, and says so", () => {
  assert.deepEqual(spanOf(stats), { min: -10, max: 10, signed: true, low: -4, high: 30 });
  assert.deepEqual(spanOf([{ min: null, max: null, mean: null, std: null }]), { min: 0, max: 1, signed: false, low: 0, high: 0 });
  const { clipped } = valueScale(spanOf(stats));
  assert.deepEqual(clipped, { low: false, high: true });
});

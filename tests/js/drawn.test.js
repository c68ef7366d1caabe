// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawnTensor } from "../../static/js/data/drawn.js";

test("numbers are drawn anew for another seed, and again for the same", () => {
  const drawn = drawnTensor([2, 500], 3);
  assert.deepEqual(drawn.shape, [2, 500]);
  assert.deepEqual(drawn, drawnTensor([2, 500], 3));
  assert.notDeepEqual(drawn.data, drawnTensor([2, 500], 4).data);
  assert.ok(drawn.data.every((value) => Math.abs(value) <= 1));
  assert.ok(Math.abs(Array.from(drawn.data).reduce((sum, value) => sum + value, 0) / 1000) < 0.1);
});

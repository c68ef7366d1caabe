import assert from "node:assert/strict";
import { test } from "node:test";
import "./setup.js";
import { scaleOf } from "../../static/js/pages/lab/scales.js";

test("the same numbers in another shape are not looked through again", () => {
  const tensor = { shape: [1, 4], dtype: "float32", data: Float32Array.from([1, -2, 3, 0]) };
  assert.equal(scaleOf({ ...tensor, shape: [1, 1, 2, 2] }), scaleOf(tensor));
  assert.notEqual(scaleOf({ ...tensor, data: tensor.data.slice() }), scaleOf(tensor));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, toForm } from "../../static/js/service/api.js";
import { fromNpy } from "../../static/js/data/tensor.js";

test("what is empty is left to its default", () => {
  const form = toForm({ input: null }, { stride: 2, padding: [1, 2], groups: null, dilation: undefined, kernel: "", log: false });
  assert.deepEqual([...form], [
    ["stride", "2"],
    ["padding", "1,2"],
    ["log", "false"],
  ]);
});

test("a held tensor is named by its ref, numbers go as .npy, a picture as it is", async () => {
  const numbers = { shape: [2], data: Float32Array.of(1, -2), dtype: "float32" };
  const picture = new Blob(["x"], { type: "image/png" });
  const form = toForm({ input: { ref: "abc" }, weight: numbers, bias: picture });
  assert.equal(form.get("input"), "ref:abc");
  const weight = /** @type {File} */ (form.get("weight"));
  assert.equal(weight.name, "weight.npy");
  assert.deepEqual(fromNpy(await weight.arrayBuffer()), numbers);
  assert.equal(/** @type {File} */ (form.get("bias")).name, "bias.png");
});

test("a problem says what is wrong, and where", () => {
  const problem = new Problem({ type: "/problems/tensor-gone", status: 404, detail: "it is gone", errors: [{ loc: ["input"], msg: "gone" }] });
  assert.equal(problem.detail, "it is gone");
  assert.equal(problem.isTensorGone, true);
  assert.equal(problem.errors[0].loc[0], "input");
  assert.equal(new Problem({ status: 502 }).message, "HTTP 502");
});

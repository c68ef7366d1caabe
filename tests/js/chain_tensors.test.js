import "./setup.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatChain, readChain, shapeIn, toPlanned, toSpecs } from "../../static/js/data/chain.js";
import { formatRef, formatTensor, formParams, isOfChain, readRef, refsOfChain, withChainRef } from "../../static/js/data/chain_tensors.js";

const tensor = (/** @type {number[]} */ shape, /** @type {number[]} */ values) => ({ shape, data: Float32Array.from(values), dtype: "float32" });
const REF = formatRef("ref:a-b_C", [6, 1, 5, 5]);
/** @type {import("../../static/js/data/chain.js").Link[]} */
const CHAIN = [
  { layer: "conv", params: { padding: "2", weights: "custom", weight: REF, bias: "[0.5,-1]" } },
  { layer: "dense", params: { weights: "custom", weight: formatTensor(tensor([2, 3], [1, 0.1, -2.5, 3, 1e-7, 0])) } },
];

test("tensors stand in a link as they were given", () => {
  const link = formatChain(CHAIN);
  assert.deepEqual(readChain(link), CHAIN);
  assert.ok(!/[\s*]/.test(CHAIN.map(({ params }) => params.weight).join("")), "nothing in them needs an escape");
  assert.deepEqual(readRef(REF), { ref: "a-b_C", shape: [6, 1, 5, 5] });
  assert.equal(readRef("[1,2]"), null);
  assert.equal(readRef(undefined), null);
});

test("what is sent are refs and numbers, what is planned are shapes", () => {
  assert.deepEqual(toSpecs(CHAIN), [
    { layer: "conv", padding: 2, weight: { ref: "a-b_C" }, bias: [0.5, -1] },
    { layer: "dense", weight: { shape: [2, 3], data: [1, 0.1, -2.5, 3, 1e-7, 0] } },
  ]);
  assert.deepEqual(toPlanned(CHAIN, () => ["weight", "bias"]), [
    { layer: "conv", padding: 2, weight: { shape: [6, 1, 5, 5] }, bias: { shape: [2] } },
    { layer: "dense", weight: { shape: [2, 3] } },
  ]);
  assert.deepEqual(formParams(CHAIN[0].params), { padding: "2", weight: "ref:a-b_C", bias: "[0.5,-1]" });
});

test("the shape of whatever stands for a tensor", () => {
  assert.deepEqual(shapeIn("[[1,2],[3,4],[5,6]]"), [3, 2]);
  assert.deepEqual(shapeIn("1,2,3"), [3]);
  assert.deepEqual(shapeIn("ref:x:"), []);
  assert.equal(shapeIn("red"), null);
});

test("refs of a chain are found, changed and taken out by name", () => {
  const link = formatChain(CHAIN);
  assert.deepEqual(refsOfChain(link), [{ name: "layers.0.weight", ref: "a-b_C" }]);
  assert.deepEqual(refsOfChain(), []);
  const other = withChainRef(link, "layers.0.weight", "ref:new");
  assert.deepEqual(refsOfChain(other), [{ name: "layers.0.weight", ref: "new" }]);
  assert.deepEqual(readChain(other)[0].params.weight, "ref:new:6,1,5,5");
  assert.equal("weight" in readChain(withChainRef(link, "layers.0.weight", null))[0].params, false);
  assert.ok(isOfChain("layers.0.weight"));
  assert.ok(!isOfChain("weight"));
});

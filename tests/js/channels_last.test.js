import assert from "node:assert/strict";
import { test } from "node:test";
import { elementFirst, featuresFirst, first, knownFirst, last, lastOf, tensorFirst, tensorLast } from "../../static/js/data/channels_last.js";
import { mapsBehind } from "../../static/js/data/flattened.js";
import { valueAt } from "../../static/js/data/tensor.js";

/**
 * @param {string} name
 * @param {string} source
 * @param {number[]} given
 * @param {number[]} shape
 */
function stage(name, source, given, shape, isLast = false) {
  return { name, input: { shape: given }, shape, channels_last: isLast, sources: { input: source }, tensors: {}, cost: { macs: 0 } };
}

const known = {
  input: { shape: [1, 4, 5, 3], channels_last: true },
  stages: [
    stage("scaled", "input", [1, 4, 5, 3], [1, 4, 5, 3], true),
    stage("turned", "scaled", [1, 4, 5, 3], [1, 3, 4, 5]),
    stage("back", "turned", [1, 3, 4, 5], [1, 4, 5, 3], true),
    stage("flat", "back", [1, 4, 5, 3], [1, 60]),
    { ...stage("dense", "flat", [1, 60], [1, 2]), tensors: { weight: "w" }, cost: { macs: 120 } },
  ],
};
const isLast = lastOf(known.stages, true);

test("a shape and an index go there and back", () => {
  assert.deepEqual(first([1, 4, 5, 3]), [1, 3, 4, 5]);
  assert.deepEqual(last(first([0, 2, 4, 1])), [0, 2, 4, 1]);
});

test("every number of a tensor stands where its index says", () => {
  const tensor = { shape: [2, 2, 3, 2], data: Float32Array.from({ length: 24 }, (_, i) => i), dtype: "float32" };
  const made = tensorFirst(tensor);
  assert.deepEqual(made.shape, [2, 2, 2, 3]);
  for (const [n, y, x, c] of [[0, 0, 0, 0], [0, 1, 2, 1], [1, 0, 2, 0], [1, 1, 1, 1]]) assert.equal(valueAt(made, [n, c, y, x]), valueAt(tensor, [n, y, x, c]));
  assert.deepEqual(tensorLast(made), tensor);
});

test("shapes are turned where the channels come last, those of what is taken too", () => {
  const { input, stages } = knownFirst(known);
  assert.deepEqual(input.shape, [1, 3, 4, 5]);
  assert.deepEqual(stages.map(({ shape }) => shape), [[1, 3, 4, 5], [1, 3, 4, 5], [1, 3, 4, 5], [1, 60], [1, 2]]);
  assert.deepEqual(stages.map((one) => one.input.shape), [[1, 3, 4, 5], [1, 3, 4, 5], [1, 3, 4, 5], [1, 3, 4, 5], [1, 60]]);
  assert.deepEqual(known.input.shape, [1, 4, 5, 3]);
});

test("a network with channels first stays as it is", () => {
  const other = { input: { shape: [1, 3, 4, 5], channels_last: false }, stages: [stage("conv", "input", [1, 3, 4, 5], [1, 2, 4, 5])] };
  assert.deepEqual(knownFirst(other), other);
});

test("a number's place and those of its terms are turned by where each stands", () => {
  const terms = [{ tensor: "input", input_index: [0, 3, 4, 2] }];
  assert.deepEqual(elementFirst({ at: [0, 3, 4, 2], terms }, 0, known.stages, isLast), { at: [0, 2, 3, 4], terms: [{ tensor: "input", input_index: [0, 2, 3, 4] }] });
  assert.deepEqual(elementFirst({ at: [0, 2, 3, 4], terms: [{ input_index: [0, 3, 4, 2] }] }, 1, known.stages, isLast), { at: [0, 2, 3, 4], terms: [{ input_index: [0, 2, 3, 4] }] });
  const own = { at: [0, 3, 4, 2], terms: [{ input_index: [0, 2, 3, 4] }] };
  assert.deepEqual(elementFirst(own, 2, known.stages, isLast), { at: [0, 2, 3, 4], terms: own.terms });
  assert.deepEqual(elementFirst({ at: [0, 1], terms: [{ input_index: null }] }, 3, known.stages, isLast), { at: [0, 1], terms: [{ input_index: null }] });
});

test("features that stand in such maps too", () => {
  const features = [{ stage: 2, at: [0, 3, 4, 2] }, { stage: 1, at: [0, 2, 3, 4] }, { stage: -1, at: [0, 3, 4, 2] }];
  assert.deepEqual(featuresFirst({ features }, isLast).features.map(({ at }) => at), [[0, 2, 3, 4], [0, 2, 3, 4], [0, 2, 3, 4]]);
});

test("a row of channels beside each other has no maps in one piece, unless there is one", () => {
  assert.equal(mapsBehind(knownFirst(known).stages, 4), null);
  const grey = {
    input: { shape: [1, 4, 5, 1], channels_last: true },
    stages: [stage("flat", "input", [1, 4, 5, 1], [1, 20]), { ...stage("dense", "flat", [1, 20], [1, 2]), tensors: { weight: "w" } }],
  };
  assert.deepEqual(mapsBehind(knownFirst(grey).stages, 1), [1, 4, 5]);
});

// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { formatChain, fromSpecs, readChain, toPlanned, toSpecs } from "../../static/js/data/chain.js";
import { formParams } from "../../static/js/data/chain_tensors.js";
import { CHAIN_INPUT, firstJoin, formatJoin, joinsIn, readJoin, rejoined } from "../../static/js/data/joins.js";

/** @param {string} layer @param {Record<string, string>} params */
const link = (layer, params = {}) => ({ layer, params });

test("a join is a word in the link and comes back", () => {
  for (const number of [CHAIN_INPUT, 0, 12]) assert.equal(readJoin(formatJoin(number)), number);
  for (const text of ["", "3", "@", "@-1", "@x", "input", "@1.5"]) assert.equal(readJoin(text), null, text);
  const chain = [link("one"), link("two", { other: "@0", input: "@input" })];
  assert.deepEqual(readChain(formatChain(chain)), chain);
});

test("the service is told which stage it is, and tells it", () => {
  const specs = [{ layer: "one" }, { layer: "two", other: { stage: 0 }, input: { stage: "input" } }];
  const chain = fromSpecs(specs);
  assert.deepEqual(chain[1].params, { other: "@0", input: "@input" });
  assert.deepEqual(toSpecs(chain), specs);
  assert.deepEqual(toPlanned(chain, () => ["other"]), specs);
  assert.deepEqual(joinsIn(chain[1].params), [["other", 0], ["input", CHAIN_INPUT]]);
  assert.deepEqual(formParams({ ...chain[1].params, size: "2" }), { size: "2" }, "a layer alone is not told of others");
});

const CHAIN = [link("a"), link("b"), link("c"), link("d", { other: "@1" })];

test("what meets keeps meeting, wherever it comes to stand", () => {
  assert.equal(rejoined([CHAIN[1], CHAIN[0], CHAIN[2], CHAIN[3]], [1, 0, 2, 3])[3].params.other, "@0");
  assert.equal(rejoined([link("new"), ...CHAIN], [-1, 0, 1, 2, 3])[4].params.other, "@2");
  assert.deepEqual(rejoined(CHAIN, [0, 1, 2, 3]), CHAIN);
});

test("what stood before stands in for what is gone", () => {
  assert.equal(rejoined([CHAIN[0], CHAIN[2], CHAIN[3]], [0, 2, 3])[2].params.other, "@0");
  assert.equal(rejoined([CHAIN[2], CHAIN[3]], [2, 3])[1].params.other, "@input");
});

test("what would come after it is met no more", () => {
  const chain = [link("a"), link("b", { other: "@0" })];
  assert.equal(rejoined([chain[1], chain[0]], [1, 0])[0].params.other, "@input");
  const four = [CHAIN[0], CHAIN[3], CHAIN[1], CHAIN[2]];
  assert.equal(rejoined(four, [0, 3, 1, 2])[1].params.other, "@0");
});

test("an input that the layer before gives needs no word", () => {
  const chain = [link("a"), link("b"), link("c", { input: "@0" })];
  assert.equal(rejoined([chain[0], chain[2]], [0, 2])[1].params.input, "");
  assert.equal(rejoined(chain, [0, 1, 2])[2].params.input, "@0");
});

test("a new one meets what has the shape that comes to it", () => {
  assert.equal(firstJoin([[1, 3, 8, 8], [1, 4, 8, 8], [1, 4, 8, 8], [1, 4, 8, 8]]), 1);
  assert.equal(firstJoin([[1, 3, 8, 8], [1, 3, 8, 8]]), CHAIN_INPUT);
  assert.equal(firstJoin([[1, 3, 8, 8], [1, 4, 8, 8]]), CHAIN_INPUT, "nothing fits");
  assert.equal(firstJoin([[1, 3, 8, 8]]), CHAIN_INPUT);
});

// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { formatChain, fromSpecs, readChain, toPlanned, toSpecs, withChanged, withInserted, withMoved, withNeeded, without } from "../../static/js/data/chain.js";

/** @param {string} layer @param {Record<string, string>} params */
const link = (layer, params = {}) => ({ layer, params });
const CHAIN = [link("one", { size: "5", padding: "1,2", scale: "-0.5", mode: "same" }), link("two"), link("one", { size: "" })];

test("a chain is a text without escapes, and comes back", () => {
  const text = formatChain(CHAIN);
  assert.equal(text, "one size:5 padding:1,2 scale:-0.5 mode:same*two*one size:");
  assert.deepEqual(readChain(text), CHAIN);
  const query = new URLSearchParams({ layers: text });
  assert.deepEqual(readChain(query.get("layers") ?? ""), CHAIN);
});

test("any value comes back", () => {
  for (const value of ["1 2", "a*b", "50%", "%20", "a:b:c", "\u2212 \t", "[0.25]"]) {
    assert.deepEqual(readChain(formatChain([link("one", { size: value })])), [link("one", { size: value })], value);
  }
});

test("what is no layer is left out", () => {
  assert.deepEqual(readChain(""), []);
  assert.deepEqual(readChain("**one*<b>*two a b:c :d <i>:e"), [link("one"), link("two", { b: "c" })]);
});

test("what is sent is what the text means", () => {
  const params = { size: "5", padding: "1,2", scale: "-0.5", mode: "same", flag: "true", names: "a,b", weight: "[0.25, 1]", emptied: "", weights: "filters" };
  const values = { size: 5, padding: [1, 2], scale: -0.5, mode: "same", flag: true, names: ["a", "b"] };
  assert.deepEqual(toSpecs([link("one", params)]), [{ layer: "one", ...values, weight: [0.25, 1] }]);
  assert.deepEqual(toSpecs([link("one", { padding: "[1, 2]" })]), toSpecs([link("one", { padding: "1,2" })]));
  assert.deepEqual(toPlanned([link("one", params)], () => ["weight"]), [{ layer: "one", ...values, weight: { shape: [2] } }]);
});

test("a named chain is one like any other", () => {
  const specs = [{ layer: "one", size: 5, padding: [1, 2], mode: "same", flag: false }, { layer: "two" }];
  assert.deepEqual(toSpecs(fromSpecs(specs)), specs);
});

test("layers come, go and change places", () => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => link(name));
  assert.deepEqual(withInserted([a, b], 1, c), [a, c, b]);
  assert.deepEqual(without([a, b, c], 1), [a, c]);
  assert.deepEqual(withMoved([a, b, c, d], 0, 2), [b, c, a, d]);
  assert.deepEqual(withMoved([a, b, c, d], 3, 1), [a, d, b, c]);
  assert.deepEqual(withChanged([a, b], 0, d), [d, b]);
});

test("what a layer cannot be without is there where a link leaves it out", () => {
  const needed = { bent: { selector: "function", default: "plain", tags: { learned: { weight: "[0.25]" } } } };
  assert.deepEqual(withNeeded(link("bent", { function: "learned" }), needed).params, { weight: "[0.25]", function: "learned" });
  assert.deepEqual(withNeeded(link("bent", { function: "learned", weight: "[1]" }), needed).params, { weight: "[1]", function: "learned" });
  assert.deepEqual(withNeeded(link("bent"), needed).params, {});
  assert.deepEqual(withNeeded(link("other", { function: "learned" }), needed).params, { function: "learned" });
});

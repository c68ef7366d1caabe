import assert from "node:assert/strict";
import test from "node:test";
import { difference } from "../../static/js/data/difference.js";
import { digitsOfDifference } from "../../static/js/data/format.js";
import { formatSetting, isOwnOf, otherOf, patchTo, readSetting, saidOf } from "../../static/js/data/setting.js";

/** @typedef {import("../../static/js/data/setting.js").Setting} Setting */

test("a setting comes back from its text", () => {
  /** @type {Setting[]} */
  const settings = [
    { layer: "one", params: { size: "2,3", mode: "same" } },
    { layer: "one", params: { weight: "[1,2]" } },
    { layer: "one", params: { stride: "2" }, weights: "custom", weight: '{"shape":[1,1,1,2],"data":[1,-2]}', bias: "0.5" },
    { layer: "one", params: {}, weights: "network", model: "small" },
  ];
  for (const setting of settings) assert.deepEqual(readSetting(formatSetting(setting)), setting);
  const [{ layer, params: { size, mode } }] = settings;
  assert.equal(formatSetting({ layer, params: { mode, size } }), formatSetting({ layer, params: { size, mode } }));
});

test("a text that is no setting gives none", () => {
  for (const text of ["", "size=2", "layer=../plan", "layer=one&model=../x", "layer=one&weights=custom"]) assert.equal(readSetting(text), null, text);
});

const own = { setting: { layer: "one", params: { mode: "p", p: "3", size: "2" } }, used: { mode: "p", p: 3, size: [2, 2], stride: [2, 2], free: null } };

test("the other half of a pair takes over what it is told to", () => {
  const same = { title: "", a: { mode: "q" }, b: { set: { mode: "r" }, share: ["size", "stride"] } };
  assert.deepEqual(otherOf(same, own, 3), { layer: "one", params: { size: "2", mode: "r" } });
  const all = { title: "", a: { size: "4" }, b: { set: { p: "5" } } };
  assert.deepEqual(otherOf(all, own, 3), { layer: "one", params: { mode: "p", p: "5", size: "4" } });
  const another = { title: "", b: { layer: "two", set: { k: "x" }, share: ["stride", "free", "none"], otherwise: { none: "1" }, perChannel: "groups" } };
  assert.deepEqual(otherOf(another, own, 3), { layer: "two", params: { none: "1", stride: "2,2", groups: "3", k: "x" } });
});

test("weights go along unless the pair brings others", () => {
  const typed = { setting: { layer: "one", params: {}, weights: "custom", weight: "1 2" }, used: {} };
  assert.deepEqual(otherOf({ title: "", b: { set: { s: "2" } } }, typed, 1), { layer: "one", params: { s: "2" }, weights: "custom", weight: "1 2" });
  assert.deepEqual(otherOf({ title: "", a: { weights: "named" }, b: { set: { s: "2" } } }, typed, 1), { layer: "one", params: { s: "2" }, weights: "named" });
});

test("a pair knows its own half", () => {
  assert.equal(isOwnOf({ title: "", a: { stride: "2", mode: "p" }, b: {} }, own), true);
  assert.equal(isOwnOf({ title: "", a: { mode: "q" }, b: {} }, own), false);
  assert.equal(isOwnOf({ title: "", a: { weights: "named" }, b: {} }, own), false);
});

test("what was said on one side only is emptied, or back at its default with other weights", () => {
  assert.deepEqual(patchTo(own.setting, { layer: "one", params: { mode: "q" } }), { mode: "q", p: "", size: "", weights: null });
  const typed = { layer: "one", params: { mode: "q" }, weights: "custom", weight: "1 2" };
  assert.deepEqual(patchTo(own.setting, typed), { mode: "q", p: null, size: null, weights: "custom", weight: "1 2", bias: null });
  assert.deepEqual(patchTo(typed, own.setting), { mode: "p", p: "3", size: "2", weights: null, weight: null, bias: null });
});

test("what tells the sides apart is said, and what was set", () => {
  const other = { setting: { layer: "one", params: { mode: "p" } }, used: { mode: "p", p: 2, size: [2, 2], stride: [1, 2] } };
  assert.deepEqual(saidOf(other, own), [
    { name: "mode", value: "p", differs: false },
    { name: "p", value: "2", differs: true },
    { name: "size", value: "2", differs: false },
    { name: "stride", value: "1,2", differs: true },
  ]);
});

test("a shape is said in full: of two equal sizes one alone is another shape", () => {
  const of = (/** @type {number[]} */ ...shape) => ({ setting: { layer: "one", params: { normalized_shape: String(shape) } }, used: { normalized_shape: shape } });
  assert.deepEqual(saidOf(of(4, 4), of(4)), [{ name: "normalized_shape", value: "4,4", differs: true }]);
});

/** @param {number[]} values */
const row = (...values) => ({ shape: [1, values.length], data: Float32Array.from(values), dtype: "float32" });

test("a difference knows its largest, its mean and its place", () => {
  const found = difference(row(1, 5, -2, NaN), row(2, 1, 2, 0));
  assert.deepEqual([...(found?.tensor.data ?? [])], [-1, 4, -4, NaN]);
  assert.deepEqual([found?.largest, found?.mean, found?.at, found?.skipped], [4, 3, [0, 1], 1]);
  assert.equal(difference(row(1, 2), row(1, 2, 3)), null);
});

test("a subtraction has the decimals that it needs to add up as it is written", () => {
  assert.equal(digitsOfDifference(1.5, 1.25), 2);
  assert.equal(digitsOfDifference(9, 4.375), 3); // 9.00 − 4.38 is not 4.63
  assert.equal(digitsOfDifference(0.5, 0.4968), 4);
  assert.equal(digitsOfDifference(0, 0, 3), 3);
  assert.equal(digitsOfDifference(1, 1 + 1e-9), 6);
  assert.equal(digitsOfDifference(1, NaN), 6);
});

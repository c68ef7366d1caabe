import assert from "node:assert/strict";
import { test } from "node:test";
import { asHeld, asList, isHeld, refOf } from "../../static/js/service/held.js";

test("a link names what it does not carry", () => {
  assert.equal(refOf(asHeld("abc")), "abc");
  assert.deepEqual(["ref:x", "0.5 1", "", undefined].map(isHeld), [true, false, false, false]);
  assert.equal(refOf("0.5 1"), "");
});

test("numbers that are typed are sent, those that are held are named elsewhere", () => {
  const own = { field: "running_mean", kind: "numbers", default: "" };
  /** @param {Record<string, string>} state */
  const asked = (state, more = {}) => asList({ dataset: { ...own, ...more } }, state);
  assert.deepEqual(asked({ running_mean: "[1,2]" }), [["running_mean", "[1,2]"]]);
  assert.deepEqual(asked({ running_mean: "ref:x" }), []);
  assert.deepEqual(asked({}), []);
  assert.deepEqual(asked({}, { default: "0.25" }), [["running_mean", "[0.25]"]]);
  assert.deepEqual(asked({ running_mean: "3" }, { kind: "number" }), []);
});

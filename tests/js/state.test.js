import assert from "node:assert/strict";
import { test } from "node:test";
import { formatState, parseState } from "../../static/js/state.js";
import { fill, t } from "../../static/js/text.js";

test("the query is laid over the defaults", () => {
  assert.deepEqual(parseState("?stride=2", { stride: "1", padding: "1" }), { stride: "2", padding: "1" });
});

test("defaults are left out of the query, an emptied default is not", () => {
  assert.equal(formatState({ stride: "1", padding: "2" }, { stride: "1", padding: "1" }), "?padding=2");
  assert.equal(formatState({ kernel: "" }, { kernel: "box" }), "?kernel=");
  assert.equal(formatState({ kernel: "box", at: "" }, { kernel: "box" }), "");
});

test("a state survives the way through the query", () => {
  const state = { at: "0,1,2,3", sample: "a b&c" };
  assert.equal(formatState({ at: "0,1,2,3" }), "?at=0,1,2,3");
  assert.deepEqual(parseState(formatState(state)), state);
});

test("a message without a translation stands for itself, with its places filled", () => {
  assert.equal(t("{count} of {total}", { count: 1, total: 2 }), "1 of 2");
  assert.equal(fill("{gone}", {}), "{gone}");
});

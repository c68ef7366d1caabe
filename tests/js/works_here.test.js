import assert from "node:assert/strict";
import { test } from "node:test";
import { saidHere } from "../../static/js/form/works_here.js";

const RULE = "the rule";

test("below what there is at all, only what works is said", () => {
  assert.equal(saidHere(RULE, 0, { min: 1, max: 2147483647 }, 1), "at least 1 works here, not 0");
  assert.equal(saidHere(RULE, -1, { min: 0, max: 4 }, 0), "from 0 to 4 works here, not −1");
});

test("a rule that is broken keeps its numbers, and what works stands beside it", () => {
  assert.equal(saidHere(RULE, 9, { min: 1, max: 4 }, 1), "the rule; here 1 to 4 works");
  assert.equal(saidHere(RULE, 1, { min: 3, max: 2147483647 }, 1), "the rule; here at least 3 works");
  assert.equal(saidHere(RULE, 2, { values: [1, 3] }, 1), "the rule; here 1, 3 work");
  assert.equal(saidHere(RULE, 2, { values: [[4], [3, 4]] }, 1), "the rule; here [4], [3, 4] work");
});

test("what is not known, or is no choice, is not said", () => {
  for (const valid of [null, { min: 2, max: 2 }, { values: [1] }, { min: null, max: null }]) assert.equal(saidHere(RULE, 9, valid, 1), RULE);
  assert.equal(saidHere(RULE, 3, { min: 1, max: 4 }, 1), RULE);
});

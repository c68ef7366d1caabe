import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNumbers } from "../../static/js/data/numbers.js";
import { ordinary, typedNumber, whyNoNumber } from "../../static/js/data/typed.js";

test("a number is typed with a comma or a point and either minus", () => {
  assert.deepEqual(["−1,5", "2.25", " 3 ", "", "x", "1e999"].map(typedNumber), [-1.5, 2.25, 3, null, null, null]);
});

test("a number that float32 does not hold is none, and why is said", () => {
  assert.deepEqual(["3.4e38", "-1e40"].map(typedNumber), [3.4e38, null]);
  assert.equal(whyNoNumber("3.4e38"), "");
  assert.match(whyNoNumber("1e40"), /“1e40” is too large for float32/);
  assert.match(whyNoNumber("1e999"), /too large/);
  assert.match(whyNoNumber("nan"), /“nan” is not a number/);
  assert.equal(whyNoNumber(" "), "type a number");
  for (const text of ["1 2\n3 1e40", "[[1, 1e40]]"]) assert.throws(() => parseNumbers(text), /“1e\+?40” is too large for float32/);
});

test("what a Chinese keyboard types is read as the ordinary characters", () => {
  assert.equal(ordinary("－１．５，　＋２；３、４。５"), "-1.5, +2;3,4.5");
  assert.deepEqual(["２", "－0.65", "－１．５", "１，５", "1。5", "１ｅ３"].map(typedNumber), [2, -0.65, -1.5, 1.5, 1.5, 1000]);
  assert.deepEqual([...parseNumbers("1，2，3").data], [1, 2, 3]);
  assert.deepEqual(parseNumbers("１　２\n３、－４").shape, [2, 2]);
  assert.deepEqual([...parseNumbers("1，5；2，5").data], [1.5, 2.5]);
  assert.deepEqual(parseNumbers("［［1，2］］").shape, [1, 2]);
});

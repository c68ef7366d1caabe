import assert from "node:assert/strict";
import { test } from "node:test";
import { allDigits, bytes, count, milliseconds, number, percent, precise, shape, si } from "../../static/js/data/format.js";

test("numbers have a real minus, two decimals and thin spaces", () => {
  assert.equal(number(-1.234), "−1.23");
  assert.equal(number(1234567.5, 1), "1\u202f234\u202f567.5");
  assert.equal(count(8192), "8\u202f192");
});

test("what rounds to zero has no sign", () => {
  assert.equal(number(-0.001), "0.00");
  assert.equal(number(-0), "0.00");
});

test("what is no finite number says so", () => {
  assert.deepEqual([null, NaN, Infinity, -Infinity].map((value) => number(value)), ["NaN", "NaN", "∞", "−∞"]);
});

test("precise shows small and huge numbers", () => {
  assert.equal(precise(0), "0.00");
  assert.equal(precise(0.0123), "0.012");
  assert.equal(precise(-0.00001234), "−1.23·10⁻⁵");
  assert.equal(precise(3.4e38), "3.40·10³⁸");
});

test("shapes are written with a times sign", () => {
  assert.equal(shape([1, 3, 224, 224]), "1 × 3 × 224 × 224");
  assert.equal(shape([]), "1");
});

test("a share that is nearly nothing is still something", () => {
  assert.equal(percent(0.39), "39.0\u00a0%");
  assert.equal(percent(0.0001), "<\u00a00.1\u00a0%");
  assert.equal(percent(0), "0.0\u00a0%");
  assert.equal(percent(0.6149, 0), "61\u00a0%");
});

test("prefixes keep three digits", () => {
  assert.equal(si(5420000), "5.42\u00a0M");
  assert.equal(si(614400), "614\u00a0k");
  assert.equal(si(5120), "5.12\u00a0k");
  assert.equal(si(608), "608");
  assert.equal(si(999999), "1.00\u00a0M");
  assert.equal(bytes(602112), "588\u00a0KiB");
  assert.equal(bytes(12), "12\u00a0B");
  assert.equal(milliseconds(0.045), "45\u00a0µs");
  assert.equal(milliseconds(0.0034), "3.4\u00a0µs");
  assert.equal(milliseconds(0.45), "0.45\u00a0ms");
});

test("all digits are as many as the float32 needs", () => {
  assert.equal(allDigits(Math.fround(0.1)), "0.1");
  assert.equal(allDigits(Math.fround(-1 / 3)), "−0.33333334");
  assert.equal(allDigits(3), "3");
  assert.equal(allDigits(Math.fround(-1.5e-8)), "−1.5·10⁻⁸");
  assert.equal(allDigits(0), "0");
  assert.equal(allDigits(null), "NaN");
  for (const value of [Math.PI, 123456.789].map(Math.fround)) assert.equal(Math.fround(Number(allDigits(value))), value);
});

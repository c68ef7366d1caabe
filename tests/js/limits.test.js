// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { most, points, within } from "../../static/js/limits.js";
import { parseNumbers } from "../../static/js/data/numbers.js";

// The page as the service sends it, of which only this is read.
const page = { getElementById: (/** @type {string} */ id) => (id === "limits" ? { textContent: '{"terms": 100, "curve_points": 50, "elements": 3}' } : null) };
Object.assign(globalThis, { document: page });

test("as much as is wanted, or as the service gives", () => {
  assert.equal(most("terms", 64), 64);
  assert.equal(most("terms", 1100), 100);
  assert.equal(most("terms"), 100);
  assert.equal(most("explained", 24), 24); // of what is not told there is no end
});

test("odd points stay odd: one of them is the middle", () => {
  assert.deepEqual([25, 40, 51, 281].map(points), [25, 40, 49, 49]);
});

test("no explanation asks for more terms than are given", () => {
  assert.deepEqual(within(1100), { limit: 100 });
  assert.deepEqual(within(64), { limit: 64 });
  assert.deepEqual(within(undefined), {});
});

test("numbers that no tensor can have are said before they are sent", () => {
  assert.equal(parseNumbers("1 2 3").data.length, 3);
  assert.throws(() => parseNumbers("1 2 3 4"), /4 numbers are more than the 3 that a tensor can have here/);
});

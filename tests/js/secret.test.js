import assert from "node:assert/strict";
import { test } from "node:test";
import { drawCells, tellingFirst } from "../../static/js/data/cells.js";
import { judge, withoutResult, withoutValue } from "../../static/js/data/secret.js";

test("a guess is right within a hundredth, or within one percent of a large number", () => {
  assert.deepEqual([1.01, 0.98, -1].map((guess) => judge(guess, 1).isRight), [true, false, false]);
  assert.deepEqual([198, 202, 197].map((guess) => judge(guess, 200).isRight), [true, true, false]);
  assert.equal(judge(0.25, 0.5).difference, -0.25);
  assert.equal(judge(1, NaN).isRight, false);
});

test("an element to be predicted keeps what it is made of", () => {
  const terms = [{ input_index: [0], input: 2, weight: 3, product: 6, share: 0.5, log: -0.7, winner: true }];
  const element = { at: [0], value: 7, combine: "sum", terms, terms_total: 1, winner_index: [0], bias: 1, formula: { latex: "y", latex_numbers: "y = 7" } };
  const hidden = JSON.parse(JSON.stringify(withoutResult(element)));
  assert.deepEqual(hidden, { at: [0], combine: "sum", terms: [{ input_index: [0], input: 2, weight: 3 }], terms_total: 1, bias: 1, formula: { latex: "y" } });
  assert.ok("product" in withoutResult(element).terms[0]);
  assert.equal(element.terms[0].product, 6);
});

test("a tensor to be predicted lacks one number", () => {
  const tensor = { shape: [3], dtype: "float32", data: Float32Array.of(1, 2, 3) };
  assert.deepEqual([...withoutValue(tensor, 1).data], [1, NaN, 3]);
  assert.deepEqual([...tensor.data], [1, 2, 3]);
});

test("the same seed draws the same cells, each once and inside", () => {
  const cells = drawCells([1, 2, 5, 7], 11, 24);
  assert.deepEqual(cells, drawCells([1, 2, 5, 7], 11, 24));
  assert.notDeepEqual(cells, drawCells([1, 2, 5, 7], 12, 24));
  assert.equal(new Set(cells.map(String)).size, 24);
  assert.ok(cells.every(([n, c, y, x]) => n === 0 && c < 2 && y < 5 && x < 7));
  assert.equal(drawCells([2, 3], 1, 24).length, 6);
});

test("cells made of padding or of nothing come last, not finite ones not at all", () => {
  /** @type {(at: number, value: number | null, ...terms: [number, boolean?][]) => import("../../static/js/data/terms.js").Element} */
  const made = (at, value, ...terms) => ({ at: [at], value, combine: "sum", terms_total: terms.length, terms: terms.map(([input, padding = false]) => ({ input_index: null, input, padding })) });
  const elements = [made(0, 0, [0], [0]), made(1, 5, [5], [0, true], [0, true]), made(2, null, [1]), made(3, 2, [1], [1]), made(4, 0, [0, true])];
  assert.deepEqual(tellingFirst(elements).map(({ at }) => at[0]), [3, 1, 0, 4]);
});

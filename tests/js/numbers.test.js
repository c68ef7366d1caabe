// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatNumbers, parseNumbers } from "../../static/js/data/numbers.js";

/** @param {string} text */
const parsed = (text) => {
  const { shape, data } = parseNumbers(text);
  return { shape, data: [...data] };
};

test("rows of numbers, however they are set apart", () => {
  assert.deepEqual(parsed("1 2 3\n4, 5; 6\n"), { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] });
  assert.deepEqual(parsed("−1.5\t2e1"), { shape: [1, 2], data: [-1.5, 20] });
});

test("JSON lists keep their shape, objects say it", () => {
  assert.deepEqual(parsed("[[[1, 2]], [[3, 4]]]"), { shape: [2, 1, 2], data: [1, 2, 3, 4] });
  assert.deepEqual(parsed('{"shape": [2, 2], "data": [[1, 2], [3, 4]]}'), { shape: [2, 2], data: [1, 2, 3, 4] });
  assert.deepEqual(parsed('{"data": [1, 2]}'), { shape: [1, 2], data: [1, 2] });
});

test("what is wrong is said with its place", () => {
  assert.throws(() => parseNumbers("1 2\n3"), /row 1 is 1 long, row 0 is 2 long/);
  assert.throws(() => parseNumbers("1 two"), /row 0, column 1: “two”/);
  assert.throws(() => parseNumbers("[[1, 2], [3]]"), /must be as long/);
  assert.throws(() => parseNumbers("[1, null]"), /“null”/);
  assert.throws(() => parseNumbers('{"shape": [3], "data": [1, 2]}'), /2 numbers do not fill the shape 3/);
  assert.throws(() => parseNumbers("[1,"), /not JSON/);
  assert.throws(() => parseNumbers(" "), /at least one/);
});

test("numbers written for a link are read back the same", () => {
  for (const text of ["1 -2\n0.5 4", "[[[1, 2]], [[3, 4]]]", "7"]) {
    const tensor = parseNumbers(text);
    assert.deepEqual(parseNumbers(formatNumbers(tensor)), tensor);
  }
});

test("a spreadsheet's semicolons leave the comma to be the point", () => {
  assert.deepEqual([...parseNumbers("1,5;2\n3;−4,25").data], [1.5, 2, 3, -4.25]);
  assert.deepEqual([...parseNumbers("1,5\n2,3").data], [1, 5, 2, 3]);
  assert.deepEqual([...parseNumbers("1\t2\n3\t4").data], [1, 2, 3, 4]);
  assert.throws(() => parseNumbers("1;2\n3;x"), /row 1, column 1/);
});

test("what stands in a link is the same float32", () => {
  const data = Float32Array.from([1 / 3, -2e-9 / 7, 1e30 / 3, 16777217, 0.1]);
  assert.deepEqual(parseNumbers(formatNumbers({ shape: [1, 1, 1, 5], data, dtype: "float32" })).data, data);
  assert.deepEqual(parseNumbers(formatNumbers({ shape: [1, 5], data, dtype: "float32" })).data, data);
});

test("a row of one axis keeps its shape", () => {
  const tensor = { shape: [3], data: Float32Array.from([1, 2, 3]), dtype: "float32" };
  assert.deepEqual(parseNumbers(formatNumbers(tensor)), tensor);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { addsUp, digitsOfSum, number } from "../../static/js/data/format.js";
import { evenly, writtenIn } from "../../static/js/views/number_grid.js";
import { writtenParts } from "../../static/js/views/sum.js";

const scale = /** @type {any} */ ({ rgb: () => [0, 0, 0] });
const minus = "\u2212";

test("a grid writes all its numbers or none", () => {
  const [narrow, wide] = [24, 40]; // a kernel of five and of three
  assert.deepEqual([0.1, -0.13].map((value) => writtenIn([0.1, -0.13], wide)?.(value)), ["0.10", `${minus}0.13`]);
  assert.deepEqual([0.1, -0.13, 0].map((value) => writtenIn([0.1, -0.13, 0], narrow)?.(value)), [".10", `${minus}.13`, ".00"]);
  assert.deepEqual([0.25, -1.5].map((value) => writtenIn([0.25, -1.5], narrow)?.(value)), ["0.3", `${minus}1.5`]);
  assert.equal(writtenIn([0.01, -1.5], narrow), null); // 0.0 would be false
  assert.equal(writtenIn([0.1, -1234.5], narrow), null);
  for (let i = 0; i < 200; i += 1) {
    const values = Array.from({ length: 25 }, (_, j) => Math.sin(i * 31 + j) * 10 ** (i % 4));
    const say = writtenIn(values, narrow);
    if (!say) continue;
    for (const text of values.map(say)) assert.ok(text && text.length * 5.6 <= narrow);
    for (const value of values) assert.ok(Math.abs(Number(say(value).replace(minus, "-")) - value) <= 0.0501);
  }
});

test("a written sum adds up, or says that it does about", () => {
  const sum = (/** @type {number[]} */ terms, width = 96) => {
    const total = terms.reduce((all, term) => all + term, 0);
    return writtenParts([...terms.map((value) => ({ said: "", value, scale })), { said: "", value: total, scale, before: "=", isOutput: true }], width);
  };
  assert.deepEqual(sum([1.5152, -0.0047]), { texts: ["1.5152", `${minus}0.0047`, "1.5105"], digits: 4, isClose: false });
  assert.deepEqual(sum([1.5, 0.25]).texts, ["1.50", "0.25", "1.75"]);
  assert.deepEqual(sum([1.5, 0]).texts, ["1.50", "0.00", "1.50"]);
  for (let i = 0; i < 300; i += 1) {
    const { texts, isClose } = sum([Math.sin(i), Math.cos(3 * i), Math.sin(7 * i) / 50], i % 2 ? 96 : 30);
    const [output, ...terms] = texts.map((text) => Number(text.replace(minus, "-"))).reverse();
    const isFalse = Math.abs(terms.reduce((all, term) => all + term, 0) - output) > 1e-9;
    assert.equal(isFalse, isClose, texts.join(" "));
    assert.ok(i % 2 === 0 || terms.every((term) => term !== 0), texts.join(" "));
  }
});

test("what is no sum, or has no number, is written with two decimals", () => {
  const facts = [{ said: "x", value: 1.234, scale }, { said: "mean", value: 1, scale: null, before: minus }, { said: "y", value: undefined, scale, before: "=", isOutput: true }];
  assert.deepEqual(writtenParts(facts, 96), { texts: ["1.23", "1.00", "?"], digits: 2, isClose: false });
  assert.ok(!addsUp([1.518, -0.0047], 1.5133, 2) && addsUp([1.5, 0.25], 1.75, 2));
  assert.equal(digitsOfSum([1, -1e-9], 1 - 1e-9, { most: 4 }), 4);
  assert.equal(number(undefined), "?");
});

test("the cells of one grid have as many decimals", () => {
  /** @param {number[]} values @param {number} zoom */
  const said = (values, zoom) => {
    const text = (/** @type {number} */ _, /** @type {number} */ x, /** @type {number} */ digits = values[x] >= 10 ? 0 : 1) => values[x].toFixed(digits);
    const written = evenly(text, { start: [0, -1], rows: 1, cols: values.length + 1, zoom }, [1, values.length]);
    return values.map((_, x) => written(0, x));
  };
  assert.deepEqual(said([9, 20, 21], 32), ["9.0", "20.0", "21.0"]);
  assert.deepEqual(said([9, 120.5, 1234.5], 32), ["9", "121", "1235"]);
  assert.deepEqual(said([0.3, 1234.5], 32), ["0.3", "1235"]);
  assert.deepEqual(said([0, 1234.5], 32), ["0", "1235"]);
});

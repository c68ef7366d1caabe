import assert from "node:assert/strict";
import { test } from "node:test";
import { findClass, namesOf } from "../../static/js/data/class_names.js";
import { pageOf, sides } from "../../static/js/data/contributions.js";
import { changeAs, givenTo, saidAs, sizeAs } from "../../static/js/data/gives.js";
import { bands, begins, boxOf, cellAt, equalLimits, isChanged, isSameWork, leastStep, limitsOf, openingStep, squares, strongest, within } from "../../static/js/data/occlusion.js";

test("squares begin at every step, and the last one reaches the end", () => {
  assert.deepEqual(begins(9, 4, 4), [0, 4, 5]);
  assert.deepEqual(begins(8, 4, 4), [0, 4]);
  assert.deepEqual(begins(8, 8, 3), [0]);
  assert.deepEqual(begins(5, 9, 2), [0]);
  assert.equal(squares([9, 8], 4, 4), 6);
});

test("each pixel belongs to the square whose middle is nearest", () => {
  const first = begins(11, 4, 3);
  const limits = limitsOf(first, 4, 11);
  assert.deepEqual(first, [0, 3, 6, 7]);
  for (let pixel = 0; pixel < 11; pixel += 1) {
    const away = first.map((start) => Math.abs(start + 2 - (pixel + 0.5)));
    const found = cellAt(limits, pixel + 0.5);
    assert.equal(away[found], Math.min(...away), `pixel ${pixel}`);
  }
  assert.equal(cellAt(limits, 11), 3);
  assert.equal(cellAt(limits, -1), 0);
  assert.deepEqual(equalLimits(4, 32), [0, 8, 16, 24, 32]);
});

test("a square stays in the picture, and is no larger than it", () => {
  assert.deepEqual(within([-3, 30], 7, [28, 28]), [0, 21]);
  assert.deepEqual(within([3.6, 4.4], 7, [28, 28]), [4, 4]);
  assert.deepEqual(boxOf([21, 0], 9, [28, 6]), { start: [21, 0], stop: [28, 6] });
});

test("rows are asked for in bands, and no step asks for too much", () => {
  assert.deepEqual(bands([0, 3, 6, 9, 12], 5, 10), [[0, 3], [6, 9], [12]]);
  assert.deepEqual(bands([0, 3], 5, 0.2), [[0], [3]]);
  assert.deepEqual(bands([], 5, 10), []);
  const step = leastStep([28, 28], 7, { most: 100, longest: 100 });
  assert.ok(squares([28, 28], 7, step) <= 100);
  assert.ok(squares([28, 28], 7, step - 1) > 100);
  assert.equal(openingStep([28, 28], 7, 1e5), 3);
  assert.equal(openingStep([224, 224], 56, 4e8), 56);
});

test("the square that takes most is found among those that are known", () => {
  assert.deepEqual(strongest([[0.1, null], [NaN, 0.3], [0.2, -1]]), [1, 1]);
  assert.deepEqual(strongest([[null]]), [0, 0]);
  const one = { run: {}, chosen: 1, side: 7, step: 3, value: 0 };
  assert.ok(isSameWork(one, { ...one }));
  for (const other of [{ run: {} }, { chosen: 2 }, { side: 6 }, { step: 2 }, { value: 1 }]) assert.ok(!isSameWork(one, { ...one, ...other }));
});

const feature = (/** @type {number} */ index, /** @type {number | null} */ product) => ({ index, product, input: 1, weight: product, stage: 0, at: [0, index], mean: false });

test("features are put in order, and what is not shown is still in the sum", () => {
  const features = [feature(0, 0.5), feature(1, -2), feature(2, 1), feature(3, null), feature(4, -0.25)];
  const made = { features, bias: 3, score: 4, rest: { count: 2, sum: 0.75 } };
  const indices = (/** @type {import("../../static/js/data/contributions.js").Order} */ order) => pageOf(made, order, 0, 5).shown.map(({ index }) => index);
  assert.deepEqual(indices("size"), [1, 2, 0, 4, 3]);
  assert.deepEqual(indices("for"), [2, 0, 3, 4, 1]);
  assert.deepEqual(indices("against"), [1, 4, 3, 0, 2]);
  assert.deepEqual(indices("index"), [0, 1, 2, 3, 4]);
  for (const page of [0, 1, 2]) {
    const { shown, others } = pageOf(made, "size", page, 2);
    const sum = shown.reduce((all, { product }) => all + (product ?? 0), 0) + others.sum;
    assert.equal(sum, 0);
    assert.equal(shown.length + others.count, 7);
  }
  assert.deepEqual([pageOf(made, "size", 9, 2).page, pageOf(made, "size", 9, 2).pages], [2, 3]);
  assert.deepEqual(sides(features), { gained: 1.5, lost: 2.25, gaining: 2, losing: 2 });
});

test("a class is found by name, number, beginning and part", () => {
  const names = namesOf(["crane", "house finch", "finch", "crane"], 5);
  assert.deepEqual(names, ["crane (0)", "house finch", "finch", "crane (3)", "4"]);
  assert.equal(findClass(names, " Finch "), 2);
  assert.equal(findClass(names, "3"), 3);
  assert.equal(findClass(names, "cr"), 0);
  assert.equal(findClass(names, "use f"), 1);
  assert.equal(findClass(names, "owl"), -1);
  assert.equal(findClass(names, "  "), -1);
  assert.equal(findClass(namesOf(["7", "1"], 2), "1"), 1);
});

test("only what is a probability is written as a share", () => {
  assert.equal(saidAs("probabilities")(0.5), "50.0\u00a0%");
  assert.equal(saidAs("scores")(0.5), "0.50");
  assert.equal(sizeAs("probabilities")(0.123), "12.3 points");
  assert.equal(sizeAs("probabilities")(0.0002), "under 0.1 points");
  assert.equal(sizeAs("probabilities")(0), "0.0 points");
  assert.equal(sizeAs("scores")(1.5), "1.50");
  assert.equal(givenTo({ score: 0 }), 0);
  assert.equal(givenTo({ probability: 0.25 }), 0.25);
});

test("the least stride is never above the square where each place can be covered once", () => {
  const size = [224, 224];
  assert.equal(leastStep(size, 56, { most: 5, longest: 20 }), 56); // a heavy network
  for (const side of [1, 2, 7, 56, 223, 224]) {
    for (const longest of [0, 1, 5, 400, 1024]) {
      const step = leastStep(size, side, { most: Math.min(longest, 100), longest });
      const once = squares(size, side, side);
      if (once <= longest) assert.ok(step <= side, `${side} ${longest} ${step}`);
      else assert.ok(step > side || side === 224, `${side} ${longest} ${step}`);
      if (longest >= 4) assert.ok(squares(size, side, step) <= longest);
    }
  }
});

test("where no square changes anything, none is the strongest", () => {
  assert.ok(!isChanged([0, null, NaN, -0], 0));
  assert.ok(!isChanged([0.0004, -0.0004], 0.0005));
  assert.ok(isChanged([0.0004, -0.0006], 0.0005));
  assert.ok(isChanged([0, 1e-9], 0));
});

test("a change is the difference of the two numbers as they are written", () => {
  for (let i = 0; i < 400; i += 1) {
    const [one, other] = [Math.abs(Math.sin(i * 12.9898)), Math.abs(Math.sin(i * 78.233))];
    const shown = (/** @type {string} */ text) => Number(text.replace(/[^\d.]/g, ""));
    const written = Math.abs(shown(saidAs("probabilities")(one)) - shown(saidAs("probabilities")(other)));
    assert.ok(Math.abs(shown(changeAs("probabilities")(one, other)) - written) < 1e-6, `${one} ${other}`);
  }
  assert.equal(changeAs("probabilities")(0.9984, 0.99951), "0.2 points"); // 99.8 % and 100.0 %
  assert.equal(changeAs("probabilities")(0.50001, 0.50002), "under 0.1 points");
  assert.equal(changeAs("scores")(1.518, 1.552), "0.030"); // 1.52 and 1.55
  assert.equal(changeAs("scores")(0.0012, 0.0034), "0.0022");
});

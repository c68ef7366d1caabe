// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { range } from "../../static/js/data/tensor.js";

/**
 * Numbers that tell how often they are looked at.
 * @param {number} length
 */
function counted(length) {
  let looks = 0;
  const data = new Proxy(Array.from({ length }, (_, i) => i - 10), {
    get(target, name) {
      if (typeof name === "string" && /^\d+$/.test(name)) looks += 1;
      return Reflect.get(target, name);
    },
  });
  return { data, looks: () => looks };
}

test("many numbers are looked through once for each quantile", () => {
  const { data, looks } = counted(5000);
  const [whole, most] = [range(data), range(data, { quantile: 0.9 })];
  const before = looks();
  assert.deepEqual([range(data), range(data, { quantile: 0.9 })], [whole, most]);
  assert.equal(looks(), before);
  assert.deepEqual([whole.low, whole.high, whole.max], [-10, 4989, 4989]);
  assert.ok(most.max < 4600 && most.max > 4400);
});

test("of few numbers, which a control may change, nothing is kept", () => {
  const data = [1, 2, 3];
  assert.equal(range(data).high, 3);
  data[0] = 9;
  assert.equal(range(data).high, 9);
});

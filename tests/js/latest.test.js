// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { latest } from "../../static/js/service/latest.js";

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test("of many calls the first and the newest are done", async () => {
  /** @type {number[]} */
  const done = [];
  const run = latest(async (/** @type {number} */ value) => {
    await wait(5);
    done.push(value);
  });
  await Promise.all([run(1), run(2), run(3), run(4)]);
  assert.deepEqual(done, [1, 4]);
});

test("a slow job is given up for a newer one", async () => {
  /** @type {number[]} */
  const done = [];
  const run = latest(async (/** @type {number} */ value, signal) => {
    await wait(20);
    signal.throwIfAborted();
    done.push(value);
  }, { patience: 0 });
  const first = run(1);
  await wait(5);
  await Promise.all([first, run(2)]);
  assert.deepEqual(done, [2]);
});

test("where every job is slow, every other one is done", async () => {
  /** @type {number[]} */
  const done = [];
  const run = latest(async (/** @type {number} */ value, signal) => {
    await wait(20);
    signal.throwIfAborted();
    done.push(value);
  }, { patience: 0 });
  const last = Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(async (value) => {
    await wait(value * 10);
    await run(value);
  }));
  await last;
  assert.ok(done.length > 2, String(done));
  assert.equal(done.at(-1), 8);
});

test("an error reaches the caller and does not stop the next", async () => {
  const run = latest(async (/** @type {number} */ value) => {
    if (value < 0) throw new Error("negative");
  });
  await assert.rejects(run(-1), /negative/);
  await run(1);
});

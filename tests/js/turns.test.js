import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "../../static/js/service/api.js";
import { Turns, patiently } from "../../static/js/service/turns.js";

const rest = () => new Promise((done) => setTimeout(done, 5));

test("one question at a time, and what is last waits for those that follow on another", async () => {
  const turns = new Turns();
  let [now, most] = [0, 0];
  /** @type {string[]} */
  const done = [];
  const ask = (/** @type {string} */ name, isLast = false) => turns.take(async () => {
    most = Math.max(most, (now += 1));
    await rest();
    now -= 1;
    done.push(name);
  }, { isLast });
  const chained = ask("contributions").then(() => ask("class map"));
  await Promise.all([ask("occlude", true), chained, ask("predict"), ask("occlude more", true)]);
  assert.deepEqual(done, ["contributions", "predict", "class map", "occlude", "occlude more"]);
  assert.equal(most, 1);
});

test("a turn can be passed on while its answer is still on the way", async () => {
  const turns = new Turns();
  /** @type {string[]} */
  const done = [];
  const ask = (/** @type {string} */ name, passes = false) => turns.take(async (pass) => {
    done.push(`${name} asked`);
    if (passes) pass();
    if (passes) pass(); // is passed once
    await rest();
    await rest();
    done.push(`${name} here`);
  });
  await Promise.all([ask("maps", true), ask("number"), ask("other")]);
  assert.deepEqual(done, ["maps asked", "number asked", "maps here", "number here", "other asked", "other here"]);
});

test("a question that fails, or is given up while it waits, leaves the way free", async () => {
  const turns = new Turns();
  const controller = new AbortController();
  let asked = 0;
  const first = turns.take(async () => { await rest(); throw new Error("no"); });
  const second = turns.take(async () => { asked += 1; }, { signal: controller.signal });
  controller.abort();
  await assert.rejects(first, /no/);
  await assert.rejects(second, { name: "AbortError" });
  assert.equal(asked, 0);
  assert.equal(await turns.take(async () => 7), 7);
});

test("a busy service is asked again after as long as it says, and not for ever", async () => {
  /** @type {number[]} */
  const pauses = [];
  const pause = async (/** @type {number} */ seconds) => { pauses.push(seconds); };
  const busy = (/** @type {number} */ times) => {
    let left = times;
    return async () => { if (left-- > 0) throw new Problem({ status: 503, retryAfter: 2 }); return "answer"; };
  };
  assert.equal(await patiently(busy(3), { pause }), "answer");
  assert.deepEqual(pauses, [2, 2, 2]);
  await assert.rejects(patiently(busy(99), { pause }), { status: 503 });
  assert.ok(pauses.length < 20);
  await assert.rejects(patiently(async () => { throw new Problem({ status: 422 }); }, { pause }), { status: 422 });
  const controller = new AbortController();
  await assert.rejects(patiently(busy(1), { signal: controller.signal, pause: async () => controller.abort() }), { name: "AbortError" });
});

// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Once } from "../../static/js/service/once.js";

const settled = () => new Promise((done) => setTimeout(done));

/** A store, and what was made for it. */
function watched() {
  const once = new Once();
  /** @type {string[]} */
  const made = [];
  return { once, made, ask: (/** @type {string} */ key, answer = /** @type {any} */ (key)) => once.ask(key, async () => (made.push(key), answer)) };
}

test("the same is asked for once, until all is forgotten", async () => {
  const { once, made, ask } = watched();
  assert.deepEqual(await Promise.all([ask("a"), ask("a"), ask("b")]), ["a", "a", "b"]);
  once.forget();
  await ask("a");
  assert.deepEqual(made, ["a", "b", "a"]);
});

test("what failed is asked for again", async () => {
  const once = new Once();
  await assert.rejects(once.ask("a", async () => { throw new Error("no"); }), /no/);
  assert.equal(await once.ask("a", async () => 7), 7);
});

test("of very many only those wanted last are kept", async () => {
  const { made, ask } = watched();
  await ask("first");
  await ask("second");
  for (let i = 0; i < 98; i += 1) await ask(String(i));
  await ask("first"); // wanted again: the second is now the oldest
  await ask("one more");
  made.length = 0;
  await ask("first");
  await ask("second");
  assert.deepEqual(made, ["second"]);
});

test("large tensors leave no room for others, but the newest stays whatever it takes", async () => {
  const { made, ask } = watched();
  const large = () => ({ ref: "r", tensor: { shape: [1], dtype: "float32", data: { byteLength: 100 * 1024 * 1024 } } });
  await ask("one", large());
  await ask("other", large());
  await settled();
  made.length = 0;
  await ask("other");
  await ask("one");
  assert.deepEqual(made, ["one"]);
});

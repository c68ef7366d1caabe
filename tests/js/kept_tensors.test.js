import assert from "node:assert/strict";
import test from "node:test";
import { tooMany } from "../../static/js/service/kept_tensors.js";

const MIB = 1024 * 1024;

test("what was kept longest makes room", () => {
  const kept = [3, 1, 2].map((at) => ({ ref: `r${at}`, at, bytes: new ArrayBuffer(20 * MIB) }));
  assert.deepEqual(tooMany(kept, 1 * MIB), []);
  assert.deepEqual(tooMany(kept, 10 * MIB), ["r1"]);
  assert.deepEqual(tooMany(kept, 60 * MIB), ["r3", "r2", "r1"]);
});

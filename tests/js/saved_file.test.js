import assert from "node:assert/strict";
import { test } from "node:test";
import { fromSaved, isSaved, toSaved } from "../../static/js/data/saved_file.js";

const tensor = { shape: [2, 20_000], dtype: "float32", data: Float32Array.from({ length: 40_000 }, (_, i) => Math.fround(i / 7) - 100) };
const saved = { layer: "a-layer", language: "zh", state: { at: "0,1", stride: "2" }, tensors: { input: tensor } };

test("a page and its tensors survive the way through a file", () => {
  const text = toSaved(saved);
  assert.ok(isSaved(text));
  assert.deepEqual(fromSaved(text), saved);
});

test("numbers in JSON are no such file", () => {
  for (const text of ["[[1, 2]]", '{"shape": [1], "data": [1]}', "1 2 3"]) assert.equal(isSaved(text), false);
});

test("a damaged file is told, not opened", () => {
  const text = toSaved(saved);
  const base64 = JSON.parse(text).tensors.input;
  const damaged = [
    text.slice(0, -40),
    text.replace(base64, base64.slice(0, -400)),
    text.replace(base64, "%%%"),
    text.replace('"zh"', "7"),
    text.replace('"0,1"', "[0]"),
    text.replace('"0,1"', `"${"1".repeat(30_000)}"`),
    '{"layerlab": 1}',
  ];
  for (const one of damaged) assert.throws(() => fromSaved(one), /damaged/, one.slice(0, 60));
  assert.throws(() => fromSaved(text.replace('"layerlab":1', '"layerlab":2')), /newer/);
});

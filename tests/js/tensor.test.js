import assert from "node:assert/strict";
import { test } from "node:test";
import { channels, fromNpy, fromSafetensors, indexAt, offset, plane, range, toNpy, valueAt } from "../../static/js/data/tensor.js";

/** @param {number[]} shape @param {number[]} values */
const tensor = (shape, values) => ({ shape, data: Float32Array.from(values), dtype: "float32" });

test("what is written as .npy is read back", () => {
  const written = tensor([2, 3], [0, -1.5, 2, 3, 4, 5]);
  assert.deepEqual(fromNpy(toNpy(written)), written);
  assert.deepEqual(fromNpy(toNpy(tensor([], [7]))), tensor([], [7]));
  assert.deepEqual(fromNpy(toNpy(tensor([1], [7]))), tensor([1], [7]));
});

test("the header of an .npy file ends on a multiple of 64", () => {
  assert.equal((toNpy(tensor([3], [1, 2, 3])).byteLength - 12) % 64, 0);
});

test("what is no .npy file is refused", () => {
  assert.throws(() => fromNpy(new ArrayBuffer(64)), /not an \.npy/);
});

test("safetensors give every tensor and the metadata", () => {
  const entries = {
    __metadata__: { layerlab: JSON.stringify({ layer: "x" }) },
    output: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
    indices: { dtype: "I64", shape: [1], data_offsets: [8, 16] },
  };
  const header = new TextEncoder().encode(JSON.stringify(entries));
  const buffer = new ArrayBuffer(8 + header.length + 16);
  const view = new DataView(buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  new Uint8Array(buffer).set(header, 8);
  view.setFloat32(8 + header.length, 1.5, true);
  view.setBigInt64(8 + header.length + 8, 42n, true);
  const { metadata, tensors } = fromSafetensors(buffer);
  assert.deepEqual(metadata, { layer: "x" });
  assert.deepEqual([...tensors.output.data], [1.5, 0]);
  assert.deepEqual([...tensors.indices.data], [42]);
});

test("a plane is a view of the last two axes", () => {
  const maps = tensor([1, 2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual([...plane(maps, 0, 1).data], [4, 5, 6, 7]);
  assert.equal(channels(maps), 2);
  const row = plane(tensor([3], [7, 8, 9]));
  assert.deepEqual([row.width, row.height, ...row.data], [3, 1, 7, 8, 9]);
});

test("an index and its place are the same thing", () => {
  const shape = [1, 8, 4, 4];
  assert.equal(offset(shape, [0, 5, 2, 1]), 89);
  assert.deepEqual(indexAt(shape, 89), [0, 5, 2, 1]);
  assert.equal(valueAt(tensor([2, 2], [1, 2, 3, 4]), [1, 0]), 3);
});

test("a range is symmetric for signed data and starts at zero for the rest", () => {
  assert.deepEqual(range([-1, 0, 3]), { min: -3, max: 3, signed: true, low: -1, high: 3 });
  assert.deepEqual(range([0, 2]), { min: 0, max: 2, signed: false, low: 0, high: 2 });
  assert.deepEqual(range([0, 0]), { min: 0, max: 1, signed: false, low: 0, high: 0 });
  assert.deepEqual(range([NaN, 1, Infinity]), { min: 0, max: 1, signed: false, low: 1, high: 1 });
});

test("a quantile leaves rare extremes out of the scale", () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => (i === 999 ? 100 : i / 1000));
  const { max, high } = range(values, { quantile: 0.99 });
  assert.equal(high, 100);
  assert.ok(max >= 0.99 && max < 1.05, String(max));
});

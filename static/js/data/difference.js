// @ts-check
// One tensor less another, element by element. Plain data.
import { indexAt } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {{tensor: Tensor, largest: number, mean: number, at: number[], skipped: number}} Difference largest and mean: of the sizes; at: the first place of the largest; skipped: places without a finite difference, which count in neither */

/**
 * @param {Tensor} a
 * @param {Tensor} b
 * @returns {Difference | null} null where the shapes are not the same
 */
export function difference(a, b) {
  if (String(a.shape) !== String(b.shape)) return null;
  const data = new Float32Array(a.data.length);
  let [largest, total, place, skipped] = [0, 0, 0, 0];
  for (let i = 0; i < data.length; i += 1) {
    data[i] = a.data[i] - b.data[i];
    const size = Math.abs(data[i]);
    if (!(size < Infinity)) {
      skipped += 1;
      continue;
    }
    total += size;
    if (size > largest) [largest, place] = [size, i];
  }
  const counted = data.length - skipped;
  return { tensor: { shape: a.shape, data, dtype: "float32" }, largest, mean: counted ? total / counted : 0, at: indexAt(a.shape, place), skipped };
}

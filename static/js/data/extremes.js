// @ts-check
// Between which numbers data lie.

/** @typedef {import("./tensor.js").Values} Values */
/** @typedef {{min: number, max: number, signed: boolean, low: number, high: number}} Range min and max span the colours, low and high are the true extremes */

const MANY = 4096;

/** @type {WeakMap<object, Map<number, Range>>} by the data, which are never changed in place, and the quantile */
const ranges = new WeakMap();

/**
 * What a colour scale should span. Signed data: symmetric about zero; else from zero. A quantile below 1 leaves the
 * rarest extremes out, so that a few of them do not wash out the rest. Of many numbers it is looked for once: a pointer
 * asks for the same at each of its movements.
 * @param {Values | readonly number[]} data
 * @param {{quantile?: number}} [options]
 * @returns {Range}
 */
export function range(data, { quantile = 1 } = {}) {
  if (data.length < MANY) return looked(data, quantile);
  const known = ranges.get(data) ?? new Map();
  ranges.set(data, known);
  const found = known.get(quantile) ?? looked(data, quantile);
  known.set(quantile, found);
  return found;
}

/**
 * @param {Values | readonly number[]} data
 * @param {number} quantile
 * @returns {Range}
 */
function looked(data, quantile) {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < data.length; i += 1) {
    const value = data[i];
    if (value - value !== 0) continue; // NaN and the infinities have no place on a scale
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { min: 0, max: 1, signed: false, low: 0, high: 0 };
  const extreme = Math.max(-low, high);
  const extent = quantile < 1 ? quantileOfSize(data, quantile, extreme) : extreme;
  return { min: low < 0 ? -extent : 0, max: extent || 1, signed: low < 0, low, high };
}

const BINS = 4096;

/**
 * The size |v| below which the share `quantile` of all values lies, to one bin's width: one pass, no sorting.
 * @param {Values | readonly number[]} data
 * @param {number} quantile
 * @param {number} extreme
 */
function quantileOfSize(data, quantile, extreme) {
  if (!extreme) return extreme;
  const counts = new Uint32Array(BINS + 1);
  const perUnit = BINS / extreme;
  let finite = 0;
  for (let i = 0; i < data.length; i += 1) {
    const size = Math.abs(data[i]);
    if (size <= extreme) {
      counts[(size * perUnit) | 0] += 1;
      finite += 1;
    }
  }
  let bin = 0;
  for (let seen = counts[0]; seen < quantile * finite && bin < BINS; seen += counts[bin]) bin += 1;
  return Math.min(extreme, (bin + 1) / perUnit);
}

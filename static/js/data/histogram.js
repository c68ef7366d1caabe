// @ts-check
// Counts of values in even bins. Plain data.

/**
 * Values beyond the ends, and those that are no numbers, are only counted.
 * @param {ArrayLike<number>} values
 * @param {number} start
 * @param {number} stop
 * @param {number} bins
 * @returns {{counts: Uint32Array, beyond: number, width: number}} beyond: how many lay outside
 */
export function histogram(values, start, stop, bins) {
  const counts = new Uint32Array(bins);
  const perUnit = bins / (stop - start);
  let beyond = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (value >= start && value <= stop) counts[Math.min(bins - 1, Math.floor((value - start) * perUnit))] += 1;
    else beyond += 1;
  }
  return { counts, beyond, width: (stop - start) / bins };
}

/**
 * Where a vertical axis of a given length stands so that a curve is in its middle, at half units.
 * @param {number} low
 * @param {number} high
 * @param {number} length
 */
export function centredStart(low, high, length) {
  const start = Math.round(low + high - length) / 2;
  return Math.max(Math.min(start, -0.5), 0.5 - length);
}

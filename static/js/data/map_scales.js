// @ts-check
// What shares one range of colours in a network: one map, the maps of a stage, or all stages. Plain data.
import { valueScale } from "./color.js";
import { plane, range } from "./tensor.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("./color.js").Scale} Scale */
/** @typedef {{min: number | null, max: number | null, mean: number | null, std: number | null}} Stats of a stage */

const QUANTILE = 0.99;
const SPREADS = 3; // about the mean, there is little beyond

/**
 * @param {string} sharing `map`, `stage`, `all`
 * @param {Tensor} maps (1, maps, height, width)
 * @param {Scale | null} [shared] of all stages together
 * @returns {(map: number) => Scale}
 */
export function scalesOf(sharing, maps, shared = null) {
  if (sharing === "map") return (map) => valueScale(range(plane(maps, 0, map).data));
  const whole = (sharing === "all" && shared) || valueScale(range(maps.data, { quantile: QUANTILE }));
  return () => whole;
}

/**
 * What all stages span. A few numbers far out do not wash out the rest: a stage spans three spreads about its mean at most.
 * @param {readonly Stats[]} stats
 */
export function spanOf(stats) {
  const [low, high] = [Math.min(0, ...stats.map(({ min }) => min ?? 0)), Math.max(0, ...stats.map(({ max }) => max ?? 0))];
  const extents = stats.map(({ min, max, mean, std }) => Math.min(Math.max(-(min ?? 0), max ?? 0), Math.abs(mean ?? 0) + SPREADS * (std ?? 0)));
  const extent = Math.max(0, ...extents);
  return { min: low < 0 ? -extent : 0, max: extent || 1, signed: low < 0, low, high };
}

// @ts-check
// What each feature adds to a score: put in order, some of them shown, the rest as one sum. Plain data.

/** @typedef {{index: number, input: number | null, weight: number | null, product: number | null, stage: number, at: number[], mean: boolean}} Feature */
/** @typedef {"size" | "for" | "against" | "index"} Order */
/** @typedef {{features: Feature[], bias: number, score: number | null, rest: {count: number, sum: number}}} Made the rest: what the service left out */

/** @param {Feature} feature */
const added = ({ product }) => product ?? 0;

/** @type {Record<Order, (one: Feature, other: Feature) => number>} */
const ORDERS = {
  size: (one, other) => Math.abs(added(other)) - Math.abs(added(one)),
  for: (one, other) => added(other) - added(one),
  against: (one, other) => added(one) - added(other),
  index: (one, other) => one.index - other.index,
};

/**
 * One page of the features, and what all others add together.
 * @param {Made} made
 * @param {Order} order
 * @param {number} page
 * @param {number} each
 * @returns {{shown: Feature[], others: {count: number, sum: number}, pages: number, page: number}}
 */
export function pageOf({ features, rest }, order, page, each) {
  const sorted = [...features].sort((one, other) => ORDERS[order](one, other) || one.index - other.index);
  const pages = Math.max(1, Math.ceil(sorted.length / each));
  const kept = Math.max(0, Math.min(pages - 1, page));
  const shown = sorted.slice(kept * each, (kept + 1) * each);
  const sum = [...sorted.slice(0, kept * each), ...sorted.slice((kept + 1) * each)].reduce((all, feature) => all + added(feature), rest.sum);
  return { shown, others: { count: features.length + rest.count - shown.length, sum }, pages, page: kept };
}

/**
 * All that speaks for the class and all that speaks against it.
 * @param {readonly Feature[]} features
 */
export function sides(features) {
  const sumOf = (/** @type {number} */ sign) => features.reduce((all, feature) => all + Math.max(0, sign * added(feature)), 0);
  const countOf = (/** @type {number} */ sign) => features.filter((feature) => sign * added(feature) > 0).length;
  return { gained: sumOf(1), lost: sumOf(-1), gaining: countOf(1), losing: countOf(-1) };
}

// @ts-check
// What a request may ask for, as the service is set: it stands in every page, under the names of GET /api/v1/limits.

/** @typedef {"terms" | "explained" | "explained_terms" | "curve_points" | "curve_far" | "curves" | "elements"} Limit */

/** @type {Record<string, number> | undefined} */
let told;

/** @returns {Record<string, number>} */
function readLimits() {
  const block = globalThis.document?.getElementById("limits");
  return block?.textContent ? JSON.parse(block.textContent) : {};
}

/**
 * As much as is wanted, or as much as there may be.
 * @param {Limit} name
 * @param {number} [wanted]
 */
export function most(name, wanted = Infinity) {
  told ??= readLimits();
  return Math.min(wanted, told[name] ?? Infinity);
}

/**
 * So many points of a curve, or fewer; where they are odd the one in the middle stays.
 * @param {number} wanted
 */
export function points(wanted) {
  const found = most("curve_points", wanted);
  return found < wanted && found % 2 === 0 && wanted % 2 ? Math.max(2, found - 1) : found;
}

/**
 * No more terms of an explanation than the service lists; how many there are it tells beside them.
 * @param {import("./service/api.js").Param} limit
 */
export function within(limit) {
  return limit ? { limit: most("terms", Number(limit)) } : {};
}

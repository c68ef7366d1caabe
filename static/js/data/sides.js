// @ts-check
// A size with a number for each axis, a padding with one for each side. Plain data; the list is written "3,5".

/**
 * The numbers of a list, null for what is none: one number, "same".
 * @param {string} value
 * @returns {number[] | null}
 */
export function listOf(value) {
  const words = value.split(",").map((word) => word.trim());
  return words.length > 1 && words.every((word) => /^-?\d+$/.test(word)) ? words.map(Number) : null;
}

/**
 * The value with a number for each axis or side, or with one for all again.
 * @param {string} value as it stands in the field
 * @param {{kind: string, axes: number, used: readonly (number | string)[]}} field used: what the service took for it
 */
export function turned(value, { kind, axes, used }) {
  const list = listOf(value);
  if (list) return String(list[0]);
  const count = kind === "sizes" ? axes : 2 * axes;
  if (used.length === count) return used.join(",");
  const each = used.length === axes && kind === "padding" ? [...used, ...used] : new Array(count).fill(used[0] ?? 0);
  return each.join(",");
}

/**
 * @param {string} value
 * @param {number} index
 * @param {number} number
 */
export function withSide(value, index, number) {
  return (listOf(value) ?? []).map((old, i) => (i === index ? number : old)).join(",");
}

const AXES = ["depth", "height", "width"];
const BEGINS = ["front", "top", "left"];
const ENDS = ["back", "bottom", "right"];

/**
 * What each number of a list is for. Padding has all begins, then all ends; sides go from the last axis, two by two.
 * @param {string} kind
 * @param {number} count
 * @param {number} axes
 * @returns {string[]}
 */
export function sideNames(kind, count, axes) {
  if (axes === 1) return count === 1 ? ["length"] : ["begin", "end"];
  const [own, begins, ends] = [AXES, BEGINS, ENDS].map((names) => names.slice(-axes));
  if (kind === "sides") return begins.map((begin, i) => [begin, ends[i]]).reverse().flat().slice(0, count);
  return count === axes ? own : [...begins, ...ends];
}

// @ts-check
// A layer with all that was set on it, as text, so that it can stand in a link beside the page's own. Plain data.

/** @typedef {import("../state.js").State} State */
/** @typedef {{layer: string, params: Record<string, string>, weights?: string, model?: string, weight?: string, bias?: string}} Setting weights: where they come from; model: the network that they are taken from; weight and bias: the visitor's own */
/**
 * @typedef {object} Pair two settings that a page offers beside each other
 * @property {string} title
 * @property {Record<string, string>} [a] what the page changes of its own
 * @property {Other} b
 * @property {boolean} [flat] only for pictures
 */
/** @typedef {{layer?: string, set?: Record<string, string>, share?: string[], otherwise?: Record<string, string>, perChannel?: string, weights?: string}} Other share: parameters taken over from the page's own layer, all without it; otherwise: what stands for those that it has not; perChannel: the parameter that gets the number of channels */
/** @typedef {{setting: Setting, used: Record<string, any>}} Side used: the parameters as the service took them */

export const OWN = "custom";
const SHAPES = new Set(["normalized_shape"]); // one number of which says another shape
const NAME = /^[\w-]+$/;

/**
 * @param {string} [text] a query
 * @returns {Setting | null} null where there is none
 */
export function readSetting(text = "") {
  const { layer = "", weights, model, ...rest } = Object.fromEntries(new URLSearchParams(text));
  if (!NAME.test(layer) || (model !== undefined && !NAME.test(model))) return null;
  if (weights !== OWN) return { layer, params: rest, ...(weights && { weights }), ...(model && { model }) };
  const { weight = "", bias, ...params } = rest;
  return weight ? { layer, params, weights, weight, ...(bias && { bias }) } : null;
}

/**
 * Two settings that are the same have the same text.
 * @param {Setting} setting
 * @returns {string}
 */
export function formatSetting({ layer, params, ...source }) {
  const sorted = Object.fromEntries(Object.entries(params).sort(([one], [other]) => (one < other ? -1 : 1)));
  const said = Object.entries({ layer, ...source, ...sorted }).filter(([, value]) => value !== undefined && value !== "");
  return new URLSearchParams(said).toString().replaceAll("%2C", ",");
}

/**
 * The other half of a pair, beside the page's own setting as the pair will have it.
 * @param {Pair} pair
 * @param {Side} own
 * @param {number} channels of the input
 * @returns {Setting}
 */
export function otherOf({ a = {}, b }, { setting, used }, channels) {
  const { set = {}, share, otherwise = {}, perChannel, weights } = b;
  const layer = b.layer ?? setting.layer;
  const { weights: source, ...changed } = a;
  const params = { ...setting.params, ...changed };
  if (!share) return { ...(source || weights ? { layer, weights: weights ?? source } : setting), params: { ...params, ...set } };
  // Another layer has other defaults: it gets what was used, not only what was said.
  const from = layer === setting.layer ? params : used;
  const shared = share.filter((name) => from[name] !== undefined && from[name] !== null).map((name) => [name, String(from[name])]);
  const apart = perChannel ? { [perChannel]: String(channels) } : {};
  return { layer, ...(weights && { weights }), params: { ...otherwise, ...Object.fromEntries(shared), ...apart, ...set } };
}

/**
 * Whether the page's own setting is already that of the pair.
 * @param {Pair} pair
 * @param {Side} own
 */
export function isOwnOf({ a = {} }, { setting, used }) {
  return Object.entries(a).every(([name, value]) => (name === "weights" ? setting.weights : saidValue(setting.params[name] ?? used[name], name)) === value);
}

/**
 * What the page changes so that its own setting becomes `next`.
 * @param {Setting} own
 * @param {Setting} next of the same layer
 * @returns {Record<string, string | null>}
 */
export function patchTo(own, next) {
  // Of the same source a parameter that is not said was emptied; of another it only was not asked for.
  const nothing = own.weights === next.weights ? "" : null;
  const gone = Object.keys(own.params).map((name) => [name, nothing]);
  const weights = own.weights === OWN || next.weights === OWN ? { weight: next.weight ?? null, bias: next.bias ?? null } : {};
  return { ...Object.fromEntries(gone), ...weights, ...next.params, weights: next.weights ?? null };
}

/**
 * The parameters that tell one side from the other, and those that were said.
 * @param {Side} side
 * @param {Side} other
 * @returns {{name: string, value: string, differs: boolean}[]}
 */
export function saidOf(side, other) {
  const [mine, theirs] = [valuesOf(side), valuesOf(other)];
  const isSame = side.setting.layer === other.setting.layer;
  const isSaid = (/** @type {string} */ name) => [side, other].some(({ setting }) => name in setting.params || name === "weights");
  const names = Object.keys(mine).filter((name) => isSaid(name) || (name in theirs && mine[name] !== theirs[name]));
  return names.map((name) => ({ name, value: mine[name], differs: isSame && (mine[name] !== theirs[name] || (name === "weights" && side.setting.weight !== other.setting.weight)) }));
}

/**
 * @param {Side} side
 * @returns {Record<string, string>}
 */
function valuesOf({ setting, used }) {
  // In the order of what was used, which is the same on both sides.
  const all = { ...(setting.weights && { weights: setting.weights }), ...used };
  const there = Object.entries({ ...all, ...setting.params, ...all }).filter(([name, value]) => value !== null && name !== "device");
  return Object.fromEntries(there.map(([name, value]) => [name, saidValue(value, name)]));
}

/**
 * The same number for every axis is said once; a shape has all its sizes.
 * @param {unknown} value
 * @param {string} [name] of the parameter
 */
export function saidValue(value, name = "") {
  const parts = Array.isArray(value) ? value : [value];
  return new Set(parts).size === 1 && (parts.length === 1 || !SHAPES.has(name)) ? String(parts[0]) : parts.join(",");
}

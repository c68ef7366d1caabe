// @ts-check
// The visitor's own tensors: in the link where it can carry them; else lodged with the service under a ref that stands
// in the link, and kept in this browser, so that they are sent again when the service has let go of them.
import { getTensor, putTensor } from "../../service/api.js";
import { dropTensor, keepTensor, keptConversions, keptTensor } from "../../service/kept_tensors.js";
import { isOfChain, refsOfChain, withChainRef } from "../../data/chain_tensors.js";
import { latest } from "../../service/latest.js";
import { shortest } from "../../data/format.js";
import { areNumbers, formatNumbers } from "../../data/numbers.js";
import { fromSaved } from "../../data/saved_file.js";
import { asHeld, isHeld, refOf } from "../../service/held.js";
import { formatSetting, OWN, readSetting } from "../../data/setting.js";
import { fits, formatState, readState, setState } from "../../state.js";
import { sentences, t } from "../../text.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../../state.js").State} State */

const MOST_IN_ROW = 64;
const MOST = 3500; // of two characters each there is no room for more
const [OTHER, OTHER_BIAS] = ["b", "b.bias"]; // the setting that is compared, with weights of its own

/**
 * @param {State} state
 * @returns {{name: string, ref: string}[]} what the link names but does not carry
 */
export function refsIn(state) {
  const other = readSetting(state[OTHER]);
  const found = { ...state, [OTHER]: other?.weight, [OTHER_BIAS]: other?.bias };
  const own = Object.entries(found).flatMap(([name, text]) => (isHeld(text) ? [{ name, ref: refOf(text) }] : []));
  return [...own, ...refsOfChain(state.layers)];
}

/**
 * The state with another ref.
 * @param {State} state
 * @param {string} name
 * @param {string} ref with its prefix
 * @returns {State}
 */
function withRef(state, name, ref) {
  if (isOfChain(name)) return { layers: withChainRef(state.layers, name, ref) };
  const setting = name === OTHER || name === OTHER_BIAS ? readSetting(state[OTHER]) : null;
  if (!setting) return { [name]: ref };
  return { [OTHER]: formatSetting({ ...setting, ...(name === OTHER ? { weight: ref } : { bias: ref }) }) };
}

/**
 * The state for a file that holds what the refs stand for.
 * @param {State} state
 * @returns {State}
 */
export function withoutRefs(state) {
  const empty = (/** @type {State} */ left, /** @type {{name: string}} */ { name }) => ({ ...left, ...(name in state && name !== OTHER ? { [name]: "" } : withRef(left, name, asHeld(""))) });
  return refsIn(state).reduce(empty, state);
}

/**
 * Whether a link could say it as numbers, if there is room: it has none for NaN or an infinity.
 * @param {Tensor} tensor
 */
export function canCarry({ data }) {
  return data.length > 0 && data.length < MOST && data.every(Number.isFinite);
}

/**
 * @param {Tensor} tensor
 * @param {string[]} [conversions] how it was made from a file
 * @returns {Promise<string>} what stands for it in the link
 */
export async function lodgeOwn(tensor, conversions) {
  const { ref } = await putTensor(tensor);
  await keepTensor(ref, tensor, conversions);
  return asHeld(ref);
}

/** Weights that are dragged change faster than they are lodged: the newest only. */
const write = latest(async (/** @type {{weight: Tensor, bias: Tensor | null, replace: boolean}} */ { weight, bias, replace }) => {
  const others = { weights: "custom", bias: bias && (await carriedRow(bias)) };
  const [old] = refsIn({ weight: readState().weight ?? "" });
  setState({ ...others, weight: await carried(weight, { weights: "custom", bias: others.bias ?? "" }) }, { replace });
  if (old && replace && !refsIn(readState()).some(({ ref }) => ref === old.ref)) await dropTensor(old.ref);
});

let writing = 0;

/** Whether the state is behind the weights that were written last. */
export function isWriting() {
  return writing > 0;
}

/**
 * @param {Tensor} weight
 * @param {Tensor | null} bias
 * @param {boolean} replace
 */
export function writeWeight(weight, bias, replace) {
  writing += 1;
  write({ weight, bias, replace })
    .catch(() => {}) // without the service nothing is drawn either, and the page says so
    .finally(() => (writing -= 1));
}

/**
 * The weights as they stand in the link.
 * @param {Tensor} weight
 * @param {State} [others] what changes with them
 */
export async function carried(weight, others = {}) {
  const text = canCarry(weight) ? formatNumbers(weight) : "";
  return text && fits({ ...others, weight: text }) ? text : lodgeOwn(weight);
}

/**
 * One number for each channel or output, as they stand in the link.
 * @param {Tensor} row
 */
export async function carriedRow(row) {
  return row.data.length <= MOST_IN_ROW && canCarry(row) ? Array.from(row.data, shortest).join(",") : lodgeOwn(row);
}

/**
 * Sends again what the service has let go of and this browser kept.
 * @param {State} state
 * @returns {Promise<{again: State, lost: string[]}>} again: the new refs; lost: the names of what nobody has any more
 */
export async function sendAgain(state) {
  /** @type {State} */
  const again = {};
  const lost = [];
  for (const { name, ref } of refsIn(state)) {
    const tensor = await keptTensor(ref);
    if (tensor) Object.assign(again, withRef({ ...state, ...again }, name, await lodgeOwn(tensor, await keptConversions(ref))));
    else if (!(await getTensor(ref).catch(() => null))) lost.push(name);
  }
  return { again, lost };
}

/** @param {string} [text] weights as a link has them */
export function isReadable(text = "") {
  return isHeld(text) || areNumbers(text);
}

/**
 * Other weights are chosen: the visitor's own leave the link.
 * @param {Record<string, string | undefined>} patch
 * @returns {Record<string, null>}
 */
export function withoutOwn({ weights = OWN }) {
  return weights === OWN ? {} : { weight: null, bias: null };
}

/** @param {string[]} lost */
export function saidLost(lost) {
  const ofChain = lost.filter(isOfChain).length;
  if (ofChain && ofChain === lost.length) return sentences(t("This link does not carry all weights of its layers, and they are not held here: those layers need others."), t("A file that was saved with the link brings it back: open it under Change."));
  const what = lost.includes("input") ? t("This link does not carry its input, and it is not held here. This is the sample in its place.") : t("This link does not carry its weights, and they are not held here. Others stand in their place.");
  return sentences(what, t("A file that was saved with the link brings it back: open it under Change."));
}

/**
 * @param {string[]} lost
 * @param {State} [state]
 * @returns {Record<string, string | null>}
 */
export function withoutLost(lost, { layers = "" } = {}) {
  const [isOthers, isInput] = [(/** @type {string} */ name) => name === OTHER || name === OTHER_BIAS, (/** @type {string} */ name) => name === "input"];
  const ofChain = lost.filter(isOfChain);
  const own = lost.filter((name) => !isOthers(name) && !isInput(name) && !isOfChain(name));
  return {
    ...(ofChain.length ? { layers: ofChain.reduce((text, name) => withChainRef(text, name, null), layers) } : {}),
    ...(lost.some(isInput) ? { input: null } : {}),
    ...(own.length ? { weight: null, weights: null, bias: null, ...Object.fromEntries(own.map((name) => [name, null])) } : {}),
    ...(lost.some(isOthers) ? { [OTHER]: null } : {}),
  };
}

/**
 * Goes to the page that a file restores.
 * @param {string} text
 * @param {import("./source.js").Config} config
 */
export async function openSaved(text, config) {
  const { layer, language, state, tensors } = fromSaved(text);
  if (!config.layers.includes(layer) || !config.languages.includes(language)) throw new Error(t("This file is of a page that is not here: {page}", { page: `${language}/${layer}`.slice(0, 60) }));
  let restored = state;
  for (const [name, tensor] of Object.entries(tensors)) restored = { ...restored, ...withRef(restored, name, await lodgeOwn(tensor)) };
  location.assign(`/${language}/${layer}${formatState(restored, layer === config.layer ? config.defaults : {})}`);
}

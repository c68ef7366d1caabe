// @ts-check
// The visitor's own tensors: in the link where it can carry them; else lodged with the service under a ref that stands
// in the link, and kept in this browser, so that they are sent again when the service has let go of them.
import { getTensor, putTensor } from "../api.js";
import { dropTensor, keepTensor, keptTensor } from "../kept_tensors.js";
import { latest } from "../latest.js";
import { shortest } from "../format.js";
import { areNumbers, formatNumbers } from "../numbers.js";
import { fromSaved } from "../saved_file.js";
import { formatSetting, OWN, readSetting } from "../setting.js";
import { fits, formatState, readState, setState } from "../state.js";
import { sentences, t } from "../text.js";

/** @typedef {import("../tensor.js").Tensor} Tensor */
/** @typedef {import("../state.js").State} State */

const PREFIX = "ref:";
const MOST = 3500; // of two characters each there is no room for more
const OTHER = "b"; // the setting that is compared, with weights of its own

/**
 * @param {State} state
 * @returns {{name: string, ref: string}[]} what the link names but does not carry
 */
export function refsIn(state) {
  const found = { input: state.input, weight: state.weight, [OTHER]: readSetting(state[OTHER])?.weight };
  return Object.entries(found).flatMap(([name, text]) => (text?.startsWith(PREFIX) ? [{ name, ref: text.slice(PREFIX.length) }] : []));
}

/**
 * The state with another ref.
 * @param {State} state
 * @param {string} name
 * @param {string} ref with its prefix
 * @returns {State}
 */
function withRef(state, name, ref) {
  const setting = name === OTHER ? readSetting(state[OTHER]) : null;
  return { [name]: setting ? formatSetting({ ...setting, weight: ref }) : ref };
}

/**
 * The state for a file that holds what the refs stand for.
 * @param {State} state
 * @returns {State}
 */
export function withoutRefs(state) {
  const empty = refsIn(state).map(({ name }) => (name === OTHER ? withRef(state, name, PREFIX) : { [name]: "" }));
  return Object.assign({}, state, ...empty);
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
 * @returns {Promise<string>} what stands for it in the link
 */
export async function lodgeOwn(tensor) {
  const { ref } = await putTensor(tensor);
  await keepTensor(ref, tensor);
  return PREFIX + ref;
}

/** Weights that are dragged change faster than they are lodged: the newest only. */
const write = latest(async (/** @type {{weight: Tensor, bias: string | null, replace: boolean}} */ { weight, bias, replace }) => {
  const others = { weights: "custom", bias };
  const [old] = refsIn({ weight: readState().weight ?? "" });
  setState({ ...others, weight: await carried(weight, { weights: "custom", bias: bias ?? "" }) }, { replace });
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
  const row = bias ? Array.from(bias.data, shortest).join(" ") : null;
  writing += 1;
  write({ weight, bias: row, replace })
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
    if (tensor) Object.assign(again, withRef(state, name, await lodgeOwn(tensor)));
    else if (!(await getTensor(ref).catch(() => null))) lost.push(name);
  }
  return { again, lost };
}

/** @param {string} [text] weights as a link has them */
export function isReadable(text = "") {
  return text.startsWith(PREFIX) || areNumbers(text);
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
  const what = lost.includes("input") ? t("This link does not carry its input, and it is not held here. This is the sample in its place.") : t("This link does not carry its weights, and they are not held here. Others stand in their place.");
  return sentences(what, t("A file that was saved with the link brings it back: open it under Change."));
}

/**
 * @param {string[]} lost
 * @returns {Record<string, null>}
 */
export function withoutLost(lost) {
  return { ...(lost.includes("input") ? { input: null } : {}), ...(lost.includes("weight") ? { weight: null, weights: null, bias: null } : {}), ...(lost.includes("b") ? { b: null } : {}) };
}

/**
 * Goes to the page that a file restores.
 * @param {string} text
 * @param {import("./lab_source.js").Config} config
 */
export async function openSaved(text, config) {
  const { layer, language, state, tensors } = fromSaved(text);
  if (!config.layers.includes(layer) || !config.languages.includes(language)) throw new Error(t("This file is of a page that is not here: {page}", { page: `${language}/${layer}`.slice(0, 60) }));
  const own = await Promise.all(Object.entries(tensors).map(async ([name, tensor]) => withRef(state, name, await lodgeOwn(tensor))));
  const restored = Object.assign({}, state, ...own);
  location.assign(`/${language}/${layer}${formatState(restored, layer === config.layer ? config.defaults : {})}`);
}

// @ts-check
// B is asked for on the input of the page, with the tensors that belong to it.
import { Problem, runLayer } from "../../service/api.js";
import { t } from "../../text.js";
import { sendAgain } from "./own.js";
import { forget, loadSource, ownTensors, trainedTensors } from "./source.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/setting.js").Setting} Setting */

/** @param {unknown} error @returns {import("../../form/form.js").Wrong[]} what belongs to a control */
export function faultsOf(error) {
  return error instanceof Problem ? error.errors : [];
}

/** @param {unknown} error */
export function whyNot(error) {
  if (error instanceof TypeError) return t("The server cannot be reached."); // what fetch() throws
  if (error instanceof Problem) return error.errors.map(({ msg }) => msg).join(t("; ")) || error.detail;
  return error instanceof Error ? error.message : String(error);
}

/**
 * The tensors that belong to a setting.
 * @param {Setting} setting
 * @returns {Promise<import("./source.js").Trained>}
 */
export async function givenTo({ layer, model, weight, bias }) {
  return weight ? ownTensors({ weight, bias: bias ?? "" }) : model ? trainedTensors(model, layer) : { refs: {}, tensors: {} };
}

/**
 * The page's own tensors, where another setting of the same layer takes them too.
 * @param {Setting} setting
 * @param {Scene} scene
 */
function sharedBy({ layer, params }, { config, sent, weights, params: own }) {
  const isSame = layer === config.layer && (!config.selector || params[config.selector] === own[config.selector]);
  return isSame && !weights ? sent : {};
}

/**
 * @param {Setting} setting
 * @param {Scene} scene
 * @param {AbortSignal} signal
 * @param {boolean} [isAgain]
 * @returns {Promise<import("../../service/api.js").Answer>}
 */
export async function ask(setting, scene, signal, isAgain = false) {
  const { layer, params } = setting;
  try {
    const [source, given] = await Promise.all([loadSource(scene.config, scene.state), givenTo(setting)]);
    return await runLayer(layer, params, { ...sharedBy(setting, scene), input: { ref: source.ref }, ...given.refs }, { signal });
  } catch (error) {
    if (!(error instanceof Problem) || !error.isTensorGone || isAgain) throw error;
    forget();
    return ask(setting, scene, signal, true);
  }
}

/**
 * Weights that the service let go of and this browser kept.
 * @param {unknown} error
 * @param {Scene} scene
 * @returns {Promise<string | undefined>} what stands in the link for B now
 */
export async function foundAgain(error, { state }) {
  return error instanceof Problem && error.isTensorGone ? (await sendAgain({ b: state.b })).again.b : undefined;
}

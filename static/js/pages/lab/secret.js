// @ts-check
// While a number is to be predicted, all parts but a few get a scene that does not have it.
import { withoutResult, withoutValue } from "../../data/secret.js";
import { offset } from "../../data/tensor.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */

/** @type {WeakMap<Tensor, Set<string>>} the places of each output that were revealed */
const revealed = new WeakMap();

/** @type {{output: Tensor, at: string, facts: any, veiled: {facts: any, output: Tensor}} | null} */
let last = null;

/** @param {Scene} scene */
export function isHidden({ state, tensors, at }) {
  return state.predict === "1" && !revealed.get(tensors.output)?.has(String(at));
}

/** @param {Scene} scene */
export function reveal({ tensors, at }) {
  revealed.set(tensors.output, (revealed.get(tensors.output) ?? new Set()).add(String(at)));
}

/**
 * The scene as it may be shown. The same output gives the same veiled one, so that nothing is drawn or asked anew.
 * @param {Scene} scene
 * @returns {Scene}
 */
export function veiled(scene) {
  if (!isHidden(scene)) return scene;
  const { facts, tensors, at, element } = scene;
  if (last?.output !== tensors.output || last.at !== String(at) || last.facts !== facts) {
    const output = withoutValue(tensors.output, offset(tensors.output.shape, at));
    last = { output: tensors.output, at: String(at), facts, veiled: { facts: { ...facts, stats: {} }, output } };
  }
  return { ...scene, isSecret: true, facts: last.veiled.facts, tensors: { ...tensors, output: last.veiled.output }, element: element && withoutResult(element) };
}

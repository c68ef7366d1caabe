// @ts-check
// Which B: the page's own setting held, one of the pairs that the template offers, the two exchanged, or none.
import { formatNumbers } from "../../data/numbers.js";
import { formatSetting, isOwnOf, otherOf, OWN, patchTo, readSetting } from "../../data/setting.js";
import { fits, formatState, setState } from "../../state.js";
import { channels } from "../../data/tensor.js";
import { isWriting, lodgeOwn } from "./own.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/setting.js").Setting} Setting */
/** @typedef {import("../../data/setting.js").Pair} Pair */
/** @typedef {{sceneNow: () => Scene | null, sideNow: () => import("./ab.js").Side | null, lookAtLargest: () => void}} Now */
/** @typedef {Record<string, string | null>} Patch */

/** What of the state is the input. */
const INPUT = ["sample", "input", "numbers", "input.size", "input.mode"];

/**
 * All that is set on the page, with where its weights come from.
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @returns {Setting}
 */
export function settingOf(root, { config, state, params, weights: source, weight }) {
  return {
    layer: config.layer, params,
    ...(source && { weights: source }), ...modelOf(root, config.model, source),
    ...(source === OWN && { weight: state.weight || (weight ? formatNumbers(weight) : ""), bias: state.bias }),
  };
}

/**
 * The network that the weights are taken from, if they are.
 * @param {HTMLElement} form
 * @param {string} [model]
 * @param {string} [source] where the weights come from
 */
export function modelOf(form, model, source) {
  const isTrained = source && model && form.querySelector(`[data-source="${source}"][data-tensors]`);
  return isTrained ? { model } : {};
}

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} place
 * @param {Now} now
 * @returns {(scene: Scene) => void} shows what is chosen
 */
export function mountChoice(root, place, now) {
  const actions = actionsOf(root, place, now);
  /** @type {((scene: Scene) => unknown) | null} what was pressed while the page still waits for what the form shows */
  let pressed = null;
  root.addEventListener("click", ({ target }) => {
    const button = /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest("[data-ab], [data-pair]") : null);
    if (!button) return;
    const change = button.dataset.ab ? actions[button.dataset.ab] : (/** @type {Scene} */ scene) => take(root, scene, pairOf(scene, button));
    const scene = isWriting() || root.hasAttribute("data-waits") ? null : now.sceneNow();
    if (scene) change(scene);
    else pressed = change;
  });
  return (scene) => {
    if (pressed) queueMicrotask(pressed.bind(null, scene));
    pressed = null;
    showChosen(root, place, scene);
  };
}

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} place
 * @param {Now} now
 * @returns {Record<string, (scene: Scene) => unknown>}
 */
function actionsOf(root, place, { sideNow, lookAtLargest }) {
  return {
    open: async (scene) => {
      if (!readSetting(scene.state.b)) await begin(root, scene);
      place.hidden = false;
      place.scrollIntoView();
      /** @type {HTMLElement} */ (place.querySelector("h2")).focus({ preventScroll: true });
    },
    keep: (scene) => compare(scene, settingOf(root, scene)),
    swap: (scene) => swap(root, scene, sideNow()?.facts.params ?? {}),
    drop: () => {
      setState({ b: null });
      /** @type {HTMLElement | null} */ (root.querySelector("[data-ab=open]"))?.focus();
    },
    largest: () => lookAtLargest(),
  };
}

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} place
 * @param {Scene} scene
 */
function showChosen(root, place, scene) {
  const setting = readSetting(scene.state.b);
  if (!setting) return;
  const swapping = /** @type {HTMLElement} */ (place.querySelector("[data-ab=swap]"));
  swapping.hidden = setting.layer !== scene.config.layer && scene.source.seen !== null; // no other page makes that input
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("[data-pair]"))) {
    const pair = pairOf(scene, button);
    button.hidden = Boolean(pair.flat) && scene.axes !== 2;
    button.setAttribute("aria-pressed", String(isOwnOf(pair, ownOf(root, scene)) && halfOf(root, scene, pair) === formatSetting(setting)));
  }
}

/**
 * @param {Scene} scene
 * @param {HTMLElement} button
 * @returns {Pair}
 */
function pairOf({ config }, button) {
  return (config.pairs ?? [])[Number(button.dataset.pair)];
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 */
function ownOf(root, scene) {
  return { setting: settingOf(root, scene), used: scene.facts.params };
}

/**
 * B of a pair, as it stands in the link.
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {Pair} pair
 */
function halfOf(root, scene, pair) {
  return formatSetting(otherOf(pair, ownOf(root, scene), channels(scene.source.tensor)));
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {Pair} pair
 */
function take(root, scene, pair) {
  return compare(scene, otherOf(pair, ownOf(root, scene), channels(scene.source.tensor)), pair.a);
}

/**
 * Weights that the link cannot carry twice are lodged.
 * @param {Scene} scene
 * @param {Setting} setting with the page's own weights, if with any
 * @param {Patch} [patch] what else changes
 */
async function compare({ weight }, setting, patch = {}) {
  const isLong = setting.weight && weight && !fits({ ...patch, b: formatSetting(setting) });
  setState({ ...patch, b: formatSetting(isLong ? { ...setting, weight: await lodgeOwn(weight) } : setting) });
}

/**
 * The first pair that leaves the page's own setting as it is; without one, that setting itself.
 * @param {HTMLElement} root
 * @param {Scene} scene
 */
function begin(root, scene) {
  const own = ownOf(root, scene);
  const pair = scene.config.pairs?.find((one) => isOwnOf(one, own) && !(one.flat && scene.axes !== 2));
  return pair ? take(root, scene, pair) : compare(scene, own.setting);
}

/**
 * B becomes the page's own. Of another layer it has a page of its own, with the same input.
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {Record<string, any>} used by B
 */
function swap(root, scene, used) {
  const [own, next] = [settingOf(root, scene), readSetting(scene.state.b)];
  if (!next) return;
  if (next.layer === own.layer) return void compare(scene, own, patchTo(own, next));
  const { layer, params, ...source } = next;
  // The other page has defaults of its own: all that was used is said.
  const said = Object.entries(used).filter(([name, value]) => value !== null && name !== "device").map(([name, value]) => [name, String(value)]);
  const input = INPUT.flatMap((name) => (scene.state[name] ? [[name, scene.state[name]]] : []));
  const state = { ...Object.fromEntries([...input, ...said]), ...params, ...source, at: scene.at.join(","), b: formatSetting(own) };
  location.assign(location.pathname.replace(/[^/]*$/, layer) + formatState(state));
}

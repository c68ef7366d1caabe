// @ts-check
// A lab: state → input → layer → pictures, and one output element explained. What is particular to a family stands in
// its template; the parts draw what they find there.
import { explain, Problem, runLayer } from "../service/api.js";
import { spatialAxes } from "../data/axes.js";
import { bindForm } from "../form/form.js";
import { latest } from "../service/latest.js";
import { pickElement } from "../data/pick.js";
import { showRanges } from "../form/ranges.js";
import { onState, readState, setState } from "../state.js";
import { only } from "../data/tensor.js";
import { t } from "../text.js";
import { insteadOf } from "./lab/instead.js";
import { describeModel, forget, loadSource, ownTensors, trainedTensors } from "./lab/source.js";
import { mountChange } from "./lab/change.js";
import { mountCarry } from "./lab/carry.js";
import { carried, isReadable, saidLost, sendAgain, withoutLost, withoutOwn } from "./lab/own.js";
import { mountParts } from "./lab/parts.js";
import { planOf } from "./lab/plan.js";
import { veiled } from "./lab/secret.js";
import { paintCurves } from "./lab/icons.js";

/** @typedef {import("./lab/source.js").Config} Config */
/** @typedef {import("./lab/source.js").Source} Source */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/**
 * @typedef {object} Scene all that there is to draw
 * @property {Config} config
 * @property {State} state
 * @property {Source} source
 * @property {Record<string, string>} params as sent
 * @property {string} [weights] where they come from, if that can be chosen
 * @property {Record<string, import("../service/api.js").TensorSource>} sent
 * @property {any} facts what the answer says beside its tensors
 * @property {Record<string, Tensor>} tensors
 * @property {Tensor | null} weight generated or learned
 * @property {Record<string, Tensor>} given the tensors that went in, by name
 * @property {number} axes spatial ones: 1 is a signal, 2 a picture, 3 a volume
 * @property {{input: Tensor, output: Tensor}} [whole] all of what a planar scene shows one slice of
 * @property {Scene} [unplanar] the scene itself, where this is a planar one
 * @property {any} plan what the layer does to these shapes, null where it cannot be said
 * @property {string[] | null} labels of the classes
 * @property {number[]} at the output element looked at
 * @property {boolean} [isOutrun] another element is wanted already
 * @property {boolean} [isSecret] its number is to be predicted, and not here
 * @property {import("../data/terms.js").Element | null} element that element explained, once it is
 */
/** @typedef {{plan?: (plan: any) => void, draw?: (scene: Scene) => void, explain?: (scene: Scene) => void, sees?: boolean}} Part sees: also what is to be predicted; plan: the shapes are known; draw: an answer is here; explain: an element is explained */
/** @typedef {(at: number[] | null, pin: boolean) => void} Look null: back to what is pinned */

const root = /** @type {HTMLElement} */ (document.querySelector(".lab"));
const config = /** @type {Config} */ (JSON.parse(document.getElementById("lab")?.textContent ?? "{}"));
const formElement = /** @type {HTMLFormElement} */ (root.querySelector("[data-part=form]"));
const form = bindForm(formElement, (patch, options) => setState({ ...patch, ...withoutOwn(patch) }, options));

let scene = /** @type {Scene | null} */ (null);
let answered = "";
let wanted = /** @type {State | null} */ (null);
let notice = "";
let looked = /** @type {number[] | null} */ (null); // pointed at now: it stays explained when the state changes beside it

const parts = mountParts(root, look);

const update = latest(async (/** @type {State} */ state, signal) => {
  try {
    await answer(state, signal);
    if (state === wanted) root.removeAttribute("data-waits");
    complain([]);
    root.classList.remove("stale");
    await explainAt(looked ?? scene?.at ?? []);
  } catch (error) {
    await recover(error, state, signal);
    if (state === wanted) root.removeAttribute("data-waits");
  }
});

/**
 * @param {State} state
 * @param {AbortSignal} signal
 */
async function answer(state, signal) {
  const [source, learned] = await Promise.all([loadSource(config, state), trained(state)]);
  const params = form.params(state);
  const weights = form.source(state)?.value;
  const all = { input: { ref: source.ref }, ...learned.refs };
  const key = JSON.stringify([all, params]);
  if (!scene || key !== answered || state.at !== scene.state.at || state.predict === "1") looked = null;
  if (scene && key === answered) {
    scene = { ...scene, state, weights, at: pickElement(scene.tensors.output, state.at, scene.axes), element: null };
  } else {
    const isOthers = weights ? weights === "custom" : Boolean(state.input); // then what comes out is no class of that network
    const [{ metadata, tensors }, plan, described] = await Promise.all([
      runLayer(config.layer, { ...params, code: 1 }, all, { signal }),
      planOf(config.layer, { input: source.tensor, ...learned.tensors }, params, showPlan, signal),
      config.model && !isOthers ? describeModel(config.model) : null,
    ]);
    const axes = spatialAxes(metadata.params, metadata.input.shape.length, config.ranked);
    const used = axes === 2 ? source : { ...source, pictured: false, tensor: { ...source.tensor, shape: metadata.input.shape } };
    scene = { config, state, source: used, plan, axes, params, weights, sent: all, facts: metadata, tensors, weight: tensors.weight ?? learned.tensors.weight ?? null, given: {}, labels: described?.classes ?? null, at: pickElement(tensors.output, state.at, axes), element: null };
    scene.given = { ...learned.tensors, ...only(tensors, ["weight", "mask"]), input: { ...source.tensor, shape: metadata.input.shape } };
    answered = key;
  }
  form.showUsed(scene.facts.params, scene.axes);
  show("draw", scene);
}

/**
 * The form's bounds and the shapes are there before the numbers are.
 * @param {any} plan
 * @param {Record<string, string>} params
 */
function showPlan(plan, params) {
  showRanges(formElement, plan.ranges, params);
  for (const part of parts) part.plan?.(plan);
}

/**
 * @param {State} state
 * @returns {Promise<import("./lab/source.js").Trained>}
 */
async function trained(state) {
  const chosen = form.source(state)?.value;
  if (chosen === "custom") return ownTensors({ weight: state.weight || (await keptWeight()), bias: state.bias ?? "" });
  const wants = chosen && config.model && formElement.querySelector(`[data-source="${chosen}"][data-tensors]`);
  return wants && config.model ? trainedTensors(config.model, config.layer) : ownTensors(form.held(state));
}

/** The weights that were there a moment ago, when no others are said. */
async function keptWeight() {
  const weight = scene?.weight ? await carried(scene.weight) : "";
  setState({ weight }, { replace: true, silent: true });
  return weight;
}

const explainAt = latest(async (/** @type {number[]} */ at, signal) => {
  if (!scene) return;
  const { order, limit, layer } = config;
  const asked = scene;
  const { elements } = await explain(layer, { ...asked.params, order, limit }, asked.sent, at, { signal });
  if (asked !== scene) return;
  const goal = looked ?? pickElement(scene.tensors.output, wanted?.at, scene.axes);
  const shown = { ...scene, at, isOutrun: String(at) !== String(goal), element: elements[0] };
  show("explain", shown);
});

/**
 * @param {"draw" | "explain"} what
 * @param {Scene} whole
 */
function show(what, whole) {
  const told = veiled(whole);
  for (const part of parts) part[what]?.(part.sees ? whole : told);
}

/** @type {Look} */
function look(at, pin) {
  if (!scene) return;
  looked = null;
  if (pin && at) setState({ at: at.join(",") }, { replace: true });
  else if (scene.state.predict !== "1") explainAt((looked = at) ?? scene.at).catch(() => {});
}

/**
 * @param {unknown} error
 * @param {State} state
 * @param {AbortSignal} signal
 */
async function recover(error, state, signal) {
  if (signal.aborted) return;
  root.classList.add("stale");
  if (error instanceof TypeError) return complain([{ loc: ["input"], msg: t("The server cannot be reached.") }]); // what fetch() throws
  if (!(error instanceof Problem && error.isTensorGone)) {
    if (!scene && state.weights === "custom" && error instanceof Problem && error.errors.some(({ loc }) => loc.includes("weight"))) return render(withOtherWeights(state));
    complain(error instanceof Problem && error.errors.length ? error.errors : [{ loc: ["input"], msg: error instanceof Error ? error.message : String(error) }]);
    return scene ? undefined : answerInstead(insteadOf(error, state, config.defaults, form.names()), signal);
  }
  forget();
  answered = "";
  const { again, lost } = await sendAgain(state);
  if (lost.length) notice = saidLost(lost);
  if (lost.length || Object.keys(again).length) return render(setState({ ...again, ...withoutLost(lost) }, { replace: true, silent: true }));
  await answer(state, signal);
  root.classList.remove("stale");
  await explainAt(scene?.at ?? []);
}

/** @param {State} state whose own weights are none */
function withOtherWeights({ weight }) {
  if (weight) notice = t("The weights of this link cannot be read. Others stand in their place.");
  return setState(withoutLost(["weight"]), { replace: true, silent: true });
}

/** @type {(others: State[], signal: AbortSignal) => Promise<void>} draws the first of these that has an answer, as nothing was drawn yet */
async function answerInstead([first, ...rest], signal) {
  if (!first || signal.aborted) return;
  await answer(first, signal).then(() => explainAt(scene?.at ?? []), () => answerInstead(rest, signal));
}

/** @param {import("../form/form.js").Wrong[]} errors */
function complain(errors) {
  const rest = form.complain(errors, wanted ? form.params(wanted) : {});
  const line = /** @type {HTMLElement} */ (root.querySelector("[data-wrong=input]"));
  line.textContent = rest.length ? rest.map(({ msg }) => msg).join(t("; ")) : notice;
  line.hidden = !line.textContent;
}

/** @param {State} state */
function render(state) {
  const other = form.settle(state, config.defaults);
  if (Object.keys(other).length) return render(setState(other, { replace: true, silent: true }));
  form.show(state);
  wanted = state;
  root.setAttribute("data-waits", ""); // for an answer that fits what the form shows
  update(state).catch((error) => complain([{ loc: ["input"], msg: t("Something went wrong: {why}", { why: String(error) }) }]));
}

mountChange(config, complain);
mountCarry(config);
paintCurves(root).catch(() => {}); // the names say enough
onState((state) => {
  notice = "";
  render(state);
});
const first = readState(config.defaults);
render(first.weights === "custom" && !isReadable(first.weight) ? withOtherWeights(first) : first);

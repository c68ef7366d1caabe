// @ts-check
// Build a chain: state → layers in a list → a plan → one run → every layer's maps.
import { Problem } from "../api.js";
import { greyScale } from "../color.js";
import { formatChain, fromSpecs, readChain, toSpecs } from "../chain.js";
import { exportChain } from "../chain_api.js";
import { count, milliseconds, shape, si, unbroken } from "../format.js";
import { latest } from "../latest.js";
import { onState, readState, setState } from "../state.js";
import { t } from "../text.js";
import { stageStrip } from "../views/stage_strip.js";
import { openLab } from "./build_lab.js";
import { CardList } from "./build_list.js";
import { planOf, runOf } from "./build_run.js";
import { bindExports } from "./export_files.js";
import { mountCarry } from "./lab_carry.js";
import { mountChange } from "./lab_change.js";
import { saidLost, sendAgain, withoutLost } from "./lab_own.js";
import { scaleOf } from "./lab_scales.js";
import { forget, loadSource } from "./lab_source.js";
import { featureMaps } from "../views/feature_maps.js";
import { view, write } from "./page_text.js";
import { offerPicture } from "./pictures.js";
import { mountZoomDialog } from "./zoom_dialog.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../chain.js").Link} Link */
/** @typedef {import("./lab_source.js").Source} Source */
/** @typedef {{name: string, title: string, summary: string, input: number[], layers: Record<string, unknown>[]}} Named a chain to start from */
/** @typedef {import("./lab_source.js").Config & import("./build_list.js").Kinds & {chains: Named[], starts: Record<string, Record<string, string>>}} Config starts: what is set on a layer that is added */

const root = /** @type {HTMLElement} */ (document.querySelector(".build"));
const config = /** @type {Config} */ (JSON.parse(document.getElementById("lab")?.textContent ?? "{}"));
const named = config.chains.map((chain) => formatChain(fromSpecs(chain.layers)));
config.defaults.layers = named[0];

const rangeButtons = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-range]"));
const INPUT_SIZE = 88;
const NOT_SAID = "–";

let wanted = /** @type {State | null} */ (null);
let shown = /** @type {{chain: Link[], source: Source} | null} */ (null); // what is taken away
let planned = /** @type {any[]} */ ([]); // the layers that fit
let ran = "";
let notice = "";

const list = new CardList(root, config, {
  set: ({ chain, open }, how) => void setState({ layers: formatChain(chain), open: open ?? "" }, how),
  add: (at) => openAdding(at),
  look: (at, before) => void look(at, before).catch((error) => complain([{ loc: ["input"], msg: error instanceof TypeError ? t("The server cannot be reached.") : String(error.message) }])),
});

const update = latest(async (/** @type {State} */ state, signal) => {
  try {
    await answer(state, signal);
    complain([]);
  } catch (error) {
    await recover(error, state, signal);
  }
  if (state === wanted) root.removeAttribute("data-waits");
});

/** @param {State} state */
function chainOf({ layers }) {
  return readChain(layers).filter(({ layer }) => layer in config.kinds);
}

/** @param {State} state @returns {number | null} */
function openOf({ open }) {
  return /^\d+$/.test(open ?? "") ? Number(open) : null;
}

/**
 * @param {State} state
 * @param {AbortSignal} signal
 */
async function answer(state, signal) {
  const [chain, open] = [chainOf(state), openOf(state)];
  const source = await loadSource(config, state);
  drawInput(source);
  const { stages, whole, problem } = await planOf(chain, config.kinds, source, open !== null && open < chain.length ? [open] : [], signal);
  planned = stages;
  shown = problem ? null : { chain, source };
  list.plan(stages, problem?.errors ?? []);
  drawWhole(whole);
  if (problem) write(root, "run", "");
  const fitting = chain.slice(0, stages.length);
  const key = JSON.stringify([source.ref, fitting, Boolean(problem)]);
  if (key === ran || !fitting.length) return list.redraw();
  const run = await runOf(fitting, source, stages, signal);
  ran = key;
  const { timing_ms: { run: time }, device } = run.facts;
  if (!problem) write(root, "run", t("One run, all layers: {time} on {device}", { time: milliseconds(time), device: device.toUpperCase() }));
  list.draw(run, fitting.length);
}

/**
 * @param {number} at
 * @param {Promise<import("../tensor.js").Tensor> | null} before what came out of the layer before it
 */
async function look(at, before) {
  const state = readState();
  if (planned[at]) await openLab(chainOf(state)[at], planned[at].params, state, await before);
}

/** @param {Source} source */
function drawInput(source) {
  const { tensor, conversions, pictured } = source;
  offerInput(source);
  const place = /** @type {HTMLElement} */ (view(root, "input"));
  write(root, "in-shape", shape(tensor.shape));
  write(root, "conversions", unbroken(conversions.join(t("; "))));
  const largest = Math.max(tensor.shape.at(-1) ?? 1, tensor.shape.at(-2) ?? 1);
  const zoom = largest > INPUT_SIZE ? INPUT_SIZE / largest : Math.floor(INPUT_SIZE / largest);
  if (pictured) featureMaps(place, tensor, { picture: { min: 0, max: 1 }, zoom, name: t("Input") });
  else stageStrip(place, tensor.shape.length === 2 && tensor.shape[0] > 1 ? { ...tensor, shape: [1, 1, ...tensor.shape] } : tensor, { scale: scaleOf(tensor), name: t("Input"), size: INPUT_SIZE });
}

/** @param {Source} source */
function offerInput({ tensor, pictured }) {
  /** @type {import("./pictures.js").Picture["axes"]} */
  const kinds = tensor.shape.length > 4 ? ["sample", "map", "slice"] : ["sample", "map"];
  const axes = kinds.slice(Math.max(0, kinds.length + 2 - tensor.shape.length));
  const names = pictured && tensor.shape.at(-3) === 3 ? ["R", "G", "B"] : null;
  offerPicture("input", { title: t("Input"), file: "input", tensor, scale: pictured ? greyScale() : scaleOf(tensor), axes, lead: axes.map(() => 0), isShared: true, names, colours: pictured ? { min: 0, max: 1 } : null });
}

/** @param {any} whole the plan of all layers, null where not all fit */
function drawWhole(whole) {
  write(root, "all-shape", whole ? shape(whole.shape) : NOT_SAID);
  write(root, "all-parameters", whole ? count(whole.cost.parameters) : NOT_SAID);
  write(root, "all-macs", whole ? si(whole.cost.macs) : NOT_SAID);
  write(root, "all-sees", whole?.receptive_field ? shape(whole.receptive_field.size) : NOT_SAID);
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll("[data-format]"))) button.disabled = !whole;
}

/**
 * @param {unknown} error
 * @param {State} state
 * @param {AbortSignal} signal
 */
async function recover(error, state, signal) {
  if (signal.aborted) return;
  if (error instanceof TypeError) return complain([{ loc: ["input"], msg: t("The server cannot be reached.") }]); // what fetch() throws
  if (!(error instanceof Problem && error.isTensorGone)) return complain(error instanceof Problem && error.errors.length ? error.errors : [{ loc: ["input"], msg: error instanceof Error ? error.message : String(error) }]);
  forget();
  ran = "";
  const { again, lost } = await sendAgain(state);
  if (lost.length) notice = saidLost(lost);
  if (lost.length || Object.keys(again).length) return render(setState({ ...again, ...withoutLost(lost) }, { replace: true, silent: true }));
  await answer(state, signal);
}

/** @param {import("../form.js").Wrong[]} errors that are no layer's */
function complain(errors) {
  const line = /** @type {HTMLElement} */ (root.querySelector("[data-wrong=input]"));
  line.textContent = errors.length ? errors.map(({ msg }) => msg).join(t("; ")) : notice;
  line.hidden = !line.textContent;
}

/** @param {State} state */
function render(state) {
  const chain = chainOf(state);
  if (!chain.length) {
    notice = t("This link has no layers that are here. This is the first chain in their place.");
    return render(setState({ layers: null, open: null }, { replace: true, silent: true }));
  }
  list.show({ chain, open: openOf(state), isShared: state.range === "all" });
  showNamed(state);
  wanted = state;
  root.setAttribute("data-waits", "");
  update(state).catch((error) => complain([{ loc: ["input"], msg: t("Something went wrong: {why}", { why: String(error) }) }]));
}

/** @param {State} state */
function showNamed({ layers, range }) {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-chain]"))) button.setAttribute("aria-pressed", String(named[Number(button.dataset.chain)] === layers));
  for (const button of rangeButtons) button.setAttribute("aria-pressed", String((button.dataset.range === "all") === (range === "all")));
  write(root, "summary", config.chains[named.indexOf(layers)]?.summary ?? "");
}

/** @param {number} which of the chains to start from; it brings the size that it is for */
function start(which) {
  const [channels, height, width] = config.chains[which].input.slice(-3);
  setState({ layers: named[which], open: null, "input.size": `${width}x${height}`, "input.mode": channels === 1 ? "L" : "", numbers: null });
}

/** @param {number} at where the new layer comes to stand */
function openAdding(at) {
  adding.dataset.at = String(at);
  write(adding, "where", at ? t("after layer {number}", { number: at }) : "");
  adding.showModal();
}

const adding = /** @type {HTMLDialogElement} */ (document.getElementById("add"));
adding.addEventListener("click", ({ target }) => {
  const layer = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("[data-layer]"))?.dataset.layer : undefined;
  if (layer || target === adding) adding.close();
  if (layer) list.add(Number(adding.dataset.at), { layer, params: config.starts[layer] ?? {} });
});
for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-chain]"))) button.addEventListener("click", () => start(Number(button.dataset.chain)));
for (const button of rangeButtons) button.addEventListener("click", () => setState({ range: button.dataset.range === "all" ? "all" : null }));
root.querySelector("[data-add-last]")?.addEventListener("click", () => openAdding(chainOf(readState()).length));
bindExports(/** @type {HTMLElement} */ (root.querySelector(".export")), async (format) => (shown ? { name: "chain", file: await exportChain(toSpecs(shown.chain), shown.source.ref, format) } : null));
mountChange(config, complain);
mountCarry(config);
mountZoomDialog();
matchMedia("(max-width: 900px)").addEventListener("change", () => list.redraw());
onState((state) => {
  notice = "";
  render(state);
});
render(readState(config.defaults));

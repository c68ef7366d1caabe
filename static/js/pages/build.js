// @ts-check
// Build a chain: state → layers in a list → a plan → one run → every stage's maps, and one number taken apart.
import { Problem } from "../service/api.js";
import { formatChain, fromSpecs, readChain, toSpecs, withNeeded } from "../data/chain.js";
import { exportChain } from "../service/chain.js";
import { greyScale } from "../data/color.js";
import { firstJoin, formatJoin, joinsIn } from "../data/joins.js";
import { count, milliseconds, shape, si, unbroken } from "../data/format.js";
import { latest } from "../service/latest.js";
import { onState, readState, setState } from "../state.js";
import { t } from "../text.js";
import { mountAdding } from "./build/adding.js";
import { CardList } from "./build/list.js";
import { mountModelFile } from "./build/open.js";
import { planOf, runOf } from "./build/run.js";
import { ChainStages } from "./build/stages.js";
import { bindExports } from "./shared/export_files.js";
import { mountCarry } from "./lab/carry.js";
import { mountChange } from "./lab/change.js";
import { saidLost, sendAgain, withoutLost } from "./lab/own.js";
import { scaleOf } from "./lab/scales.js";
import { forget, loadSource } from "./lab/source.js";
import { saidWrong, write } from "./shared/page_text.js";
import { offerPicture } from "./shared/pictures.js";
import { lookAtStage } from "./shared/stage_lab.js";
import { mountZoomDialog } from "./zoom/dialog.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../data/chain.js").Link} Link */
/** @typedef {import("./build/run.js").ChainRun} ChainRun */
/** @typedef {import("./lab/source.js").Source} Source */
/** @typedef {{name: string, title: string, summary: string, input: number[], layers: Record<string, unknown>[]}} Named a chain to start from */
/** @typedef {import("./lab/source.js").Config & import("./build/list.js").Kinds & {needed: Record<string, import("../data/chain.js").Needed>, chains: Named[], starts: Record<string, Record<string, string>>}} Config starts: what is set on a layer that is added */

const root = /** @type {HTMLElement} */ (document.querySelector(".build"));
const config = /** @type {Config} */ (JSON.parse(document.getElementById("lab")?.textContent ?? "{}"));
const named = config.chains.map((chain) => formatChain(fromSpecs(chain.layers)));
Object.assign(config.defaults, { layers: named[0], order: "index", range: "stage" });

const NOT_SAID = "–";
const CHOICES = ["order", "range"];

let wanted = /** @type {State | null} */ (null);
let shown = /** @type {{chain: Link[], source: Source} | null} */ (null); // what is taken away
let ran = /** @type {{key: string, run: ChainRun, chain: Link[], stages: any[]} | null} */ (null);
let notice = "";

const list = new CardList(root, config, {
  set: ({ chain, open }, how) => void setState({ layers: formatChain(chain), open: open ?? "" }, how),
  add: (at) => openAdding(at),
  look: (at) => {
    if (ran && at < ran.stages.length) lookAtStage(ran, at, readState()).catch(report);
  },
});

const stages = new ChainStages(root, {
  pick: ({ node, at }, { byKey, isStage }) => {
    setState({ open: node, at: at.join(",") }, { replace: byKey || !isStage });
    if (isStage && !byKey) list.reveal(node);
  },
  complain: report,
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
  return readChain(layers).filter(({ layer }) => layer in config.kinds).map((link) => withNeeded(link, config.needed));
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
  showInput(source);
  const { stages: fitting, whole, problem } = await planOf(chain, config.kinds, source, open !== null && open < chain.length ? [open] : [], signal);
  shown = problem ? null : { chain, source };
  list.plan(fitting, problem?.errors ?? []);
  showWhole(whole);
  if (problem) write(root, "run", "");
  root.classList.toggle("stale", !fitting.length); // what was made before is no answer to this
  stages.element.hidden = open === null || open >= fitting.length;
  if (!fitting.length) return undefined;
  const [asked, key] = [{ chain: chain.slice(0, fitting.length), source, stages: fitting }, JSON.stringify([source.ref, chain.slice(0, fitting.length), Boolean(problem)])];
  if (key !== ran?.key) ran = { ...asked, key, run: await runOf(asked, signal) };
  const { run } = ran;
  const { timing_ms: { run: time }, device } = run.facts;
  if (!problem) write(root, "run", t("One run, all layers: {time} on {device}", { time: milliseconds(time), device: device.toUpperCase() }));
  list.tell(run, fitting.length);
  return stages.show({ run, stages: fitting, gives: whole?.gives ?? "maps", pictured: source.pictured, look: { order: state.order, range: state.range }, open, at: state.at });
}

/** @param {Source} source */
function showInput({ tensor, conversions, pictured }) {
  write(root, "in-shape", shape(tensor.shape));
  write(root, "conversions", unbroken(conversions.join(t("; "))));
  /** @type {import("./shared/pictures.js").Picture["axes"]} */
  const kinds = tensor.shape.length > 4 ? ["sample", "map", "slice"] : ["sample", "map"];
  const axes = kinds.slice(Math.max(0, kinds.length + 2 - tensor.shape.length));
  const names = pictured && tensor.shape.at(-3) === 3 ? ["R", "G", "B"] : null;
  offerPicture("input", { title: t("Input"), file: "input", tensor, scale: pictured ? greyScale() : scaleOf(tensor), axes, lead: axes.map(() => 0), isShared: true, names, colours: pictured ? { min: 0, max: 1 } : null });
}

/** @param {any} whole the plan of all layers, null where not all fit */
function showWhole(whole) {
  write(root, "all-shape", whole ? shape(whole.shape) : NOT_SAID);
  write(root, "all-parameters", whole ? count(whole.cost.parameters) : NOT_SAID);
  write(root, "all-macs", whole ? si(whole.cost.macs) : NOT_SAID);
  write(root, "all-sees", whole?.receptive_field ? shape(whole.receptive_field.size) : NOT_SAID);
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll("[data-format]"))) {
    button.disabled = !whole;
    button.title = whole ? "" : t("There is no file of a chain with a layer that is not right.");
  }
}

/**
 * @param {unknown} error
 * @param {State} state
 * @param {AbortSignal} signal
 */
async function recover(error, state, signal) {
  if (signal.aborted) return;
  if (!(error instanceof Problem && error.isTensorGone)) {
    root.classList.add("stale");
    return report(error);
  }
  forget();
  ran = null;
  const { again, lost } = await sendAgain(state);
  if (lost.length) notice = saidLost(lost);
  if (lost.length || Object.keys(again).length) return render(setState({ ...again, ...withoutLost(lost, { ...state, ...again }) }, { replace: true, silent: true }));
  await answer(state, signal);
}

/** @param {unknown} error that no layer is to blame for */
function report(error) {
  complain(error instanceof Problem && error.errors.length ? error.errors : [{ loc: ["input"], msg: saidWrong(error) }]);
}

/** @param {import("../form/form.js").Wrong[]} errors that are no layer's */
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
  list.place(stages.element);
  showChosen(state);
  wanted = state;
  root.setAttribute("data-waits", "");
  update(state).catch((error) => complain([{ loc: ["input"], msg: t("Something went wrong: {why}", { why: String(error) }) }]));
}

/** @param {State} state */
function showChosen(state) {
  const press = (/** @type {HTMLElement} */ button, /** @type {boolean} */ isOn) => button.setAttribute("aria-pressed", String(isOn));
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-chain]"))) press(button, named[Number(button.dataset.chain)] === state.layers);
  for (const name of CHOICES) {
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(`[data-${name}]`))) press(button, button.dataset[name] === state[name]);
  }
  write(root, "summary", config.chains[named.indexOf(state.layers)]?.summary ?? "");
}

/** @param {number} which of the chains to start from; it brings the size that it is for */
function start(which) {
  const [channels, height, width] = config.chains[which].input.slice(-3);
  setState({ layers: named[which], open: null, at: null, "input.size": `${width}x${height}`, "input.mode": channels === 1 ? "L" : "", numbers: null });
}

/**
 * @param {number} at where it comes to stand
 * @param {string} layer
 * @returns {Link}
 */
function added(at, layer) {
  const link = withNeeded({ layer, params: config.starts[layer] ?? {} }, config.needed);
  const first = formatJoin(firstJoin([ran?.stages[0]?.input.shape ?? [], ...(ran?.stages ?? []).slice(0, at).map(({ shape: made }) => made)]));
  const joins = joinsIn(link.params).map(([name]) => [name, first]);
  return { layer, params: { ...link.params, ...Object.fromEntries(joins) } };
}

const openAdding = mountAdding((at, layer) => list.add(at, added(at, layer)));
root.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("[data-chain], [data-order], [data-range], [data-add-last]")) : null;
  if (button?.dataset.chain) start(Number(button.dataset.chain));
  else if (button?.dataset.order) setState({ order: button.dataset.order }, { replace: true });
  else if (button?.dataset.range) setState({ range: button.dataset.range }, { replace: true });
  else if (button) openAdding(chainOf(readState()).length);
});
bindExports(/** @type {HTMLElement} */ (root.querySelector(".export")), async (format) => (shown ? { name: "chain", file: await exportChain(toSpecs(shown.chain), shown.source.ref, format) } : null));
mountChange(config, complain, mountModelFile(root, () => ran?.run.tensor(-1)?.shape ?? [], report));
mountCarry(config);
mountZoomDialog();
onState((state) => {
  notice = "";
  render(state);
});
render(readState(config.defaults));

// @ts-check
// The page of a network: a picture goes through it, every stage is shown, one number is taken apart.
import { knownFirst, tensorLast } from "../data/channels_last.js";
import { keepChoice, keptChoice } from "../kept_choice.js";
import { keepPicture, keptPicture } from "../kept_picture.js";
import { latest } from "../service/latest.js";
import { isWithin, inTensor } from "../data/planes.js";
import { onState, readState, setState } from "../state.js";
import { joined, t } from "../text.js";
import { pictureInput } from "../views/picture_input.js";
import { mountCosts } from "./network/costs.js";
import { mountFind } from "./network/find.js";
import { NetworkGraph } from "./network/graph.js";
import { labOf, labQuery, tensorsOf } from "./shared/stage_lab.js";
import { mountNumbers, numbersOf } from "./network/numbers.js";
import { NetworkPanel } from "./network/panel.js";
import { Reasons } from "./network/reasons.js";
import { Run } from "./network/run.js";
import { complain, problem } from "./network/problem.js";
import { openingSpot, openingStage, strongestOn } from "./network/spots.js";
import { verdictOf } from "./network/verdict.js";
import { mountZoomDialog } from "./zoom/dialog.js";
import { view, visit, write } from "./shared/page_text.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("./network/panel.js").Spot} Spot */
/** @typedef {import("./network/panel.js").Config & {samples: {name: string, title: string, url: string}[], families: import("./shared/stage_lab.js").Family[], totals: any, pictured: boolean}} Config pictured: it takes a picture */

const LOOK = { order: "index", range: "stage" };
const root = /** @type {HTMLElement} */ (document.querySelector("[data-network]"));
/** @type {Config} */
const told = JSON.parse(document.getElementById("config")?.textContent ?? "{}"); // its shapes as the file has them
const config = knownFirst(told);
const FIRST = config.pictured ? config.samples[0].name : "numbers";
const isOwn = (/** @type {State} */ { sample }) => sample === "own" && own;

/** @type {{picture: Blob, name: string} | null} */
let own = keptPicture();
/** @type {Run | null} */
let run = null;
let shown = "";
let revealed = -1;

const panel = new NetworkPanel(root, config, ({ node, at }, { byKey }) => setState({ stage: node, at: at.join(",") }, { replace: byKey }));
const because = /** @type {HTMLElement | null} */ (root.querySelector("[data-reasons]"));
const reasons = because && new Reasons(because, config, { onSpot });
// On a phone stages are as high as those of few maps: a strip that is higher would be blank below what is seen of it.
const tiles = matchMedia("(max-width: 600px)").matches ? 6 : undefined;
const graph = new NetworkGraph(root, { ...config, tiles }, { onPick, onClass, complain });

const render = latest(async (/** @type {State} */ state, signal) => {
  try {
    const wanted = state.sample === "own" && !own ? FIRST : state.sample;
    showNumbers?.(state);
    const key = [wanted, ...(wanted === "numbers" ? [state.seed, state.numbers] : [])].join();
    if (key !== shown) await start(wanted, state, signal);
    shown = key;
    if (run) await showAll(run, state);
    problem(state.sample === "own" && !own ? notInLink() : "");
  } catch (error) {
    if (signal.aborted) throw error;
    complain(error);
  } finally {
    root.removeAttribute("aria-busy");
    root.toggleAttribute("data-nothing", !run); // no figures of what was not run
  }
});

function notInLink() {
  return config.pictured ? t("A picture of one's own is in no link. This is a sample in its place.") : t("A file of one's own is in no link. These are random numbers in its place.");
}

/**
 * What goes in: one's own, numbers, or a sample.
 * @param {string} sample
 * @param {State} state
 * @param {AbortSignal} signal
 */
async function inputOf(sample, state, signal) {
  if (sample === "own" && own) return own.picture;
  if (!config.pictured) return numbersOf(told.input.shape, state);
  const found = config.samples.find(({ name }) => name === sample) ?? config.samples[0];
  return (await fetch(found.url, { signal })).blob();
}

/**
 * @param {string} sample
 * @param {State} state
 * @param {AbortSignal} signal
 */
async function start(sample, state, signal) {
  root.setAttribute("aria-busy", "true");
  const next = new Run(config.model, await inputOf(sample, state, signal), config.stages, Boolean(told.input.channels_last));
  await next.start(signal, [pinned(readState())?.node ?? openingStage(config)]);
  run = next;
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-sample]"))) button.setAttribute("aria-pressed", String(button.dataset.sample === sample));
  write(root, "verdict", verdictOf(run, config));
  write(document, "of-drawing", verdictOf(run, config)); // the sheet to draw on covers it
  write(root, "conversions", joined(isOwn({ sample }) ? (own?.name ?? "") : "", ...run.notes.input.conversions));
}

/**
 * @param {Run} now
 * @param {State} state
 */
async function showAll(now, state) {
  for (const name of ["order", "range"]) {
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(`[data-${name}]`))) button.setAttribute("aria-pressed", String(button.dataset[name] === state[name]));
  }
  graph.show(now, { order: state.order, range: state.range });
  const spot = pinned(state) ?? (await openingSpot(config, now));
  const stage = config.stages[spot.node];
  offerLab(spot);
  await panel.show(now, spot, { range: state.range, order: state.order });
  if (spot.node !== revealed) graph.reveal((revealed = spot.node));
  graph.choose(spot.node, stage.shape.length > 3 ? spot.at[1] : 0);
  reasons?.show(now);
}

/** @param {State} state @returns {Spot | null} */
function pinned({ stage, at }) {
  const node = Number(stage);
  const known = stage ? config.stages[node] : null;
  if (!known) return null;
  const place = (at ?? "").split(",").map(Number);
  return { node, at: isWithin(known.shape, place) ? place : known.shape.map(() => 0) };
}

/**
 * @param {number} node
 * @param {number} map
 * @param {boolean} byKey
 */
async function onPick(node, map, byKey) {
  await pick(node, map, byKey);
  const place = /** @type {HTMLElement} */ (root.querySelector("[data-chosen]"));
  const isHigh = place.offsetHeight > innerHeight;
  if (byKey || place.getBoundingClientRect().top > innerHeight - 160) place.scrollIntoView({ block: isHigh ? "start" : "center", behavior: "instant" });
  if (byKey) visit(/** @type {HTMLElement} */ (place.querySelector("h2")));
}

/**
 * @param {number} node
 * @param {number} map
 * @param {boolean} byKey
 */
async function pick(node, map, byKey) {
  if (!run) return;
  try {
    await run.need([node]);
    setState({ stage: node, at: strongestOn(run, node, map).join(",") }, { replace: byKey });
  } catch (error) {
    complain(error);
  }
}

/** @param {number} index of a class */
function onClass(index) {
  const node = config.stages.findIndex(({ name }) => name === config.output);
  const at = inTensor(config.stages[node].shape, [0, 0, index]) ?? [];
  setState({ stage: node, at: at.join(",") });
}

/** @param {Spot} spot that is looked at from elsewhere on the page */
function onSpot({ node, at }) {
  setState({ stage: node, at: at.join(",") });
  graph.reveal(node);
  root.querySelector("[data-graph]")?.scrollIntoView({ block: "start", behavior: "instant" });
}

/** @param {Spot} spot */
function offerLab({ node, at }) {
  const link = /** @type {HTMLAnchorElement} */ (root.querySelector("[data-lab]"));
  const stage = config.stages[node];
  const family = labOf(stage, config.families);
  link.hidden = !family;
  if (!family) return;
  link.textContent = t("Open it with its numbers in the lab: {title}", { title: family.title });
  link.href = family.url;
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openLab(family, node, at).catch(complain);
  };
}

/**
 * @param {import("./shared/stage_lab.js").Family} family
 * @param {number} node
 * @param {number[]} at
 */
async function openLab(family, node, at) {
  const stage = told.stages[node].channels_last ? config.stages[node] : told.stages[node];
  const [source] = Object.values(stage.sources);
  const before = config.stages.findIndex(({ name }) => name === source);
  await run?.need([before]);
  const [now, seen] = [run, run?.tensor(before)];
  if (!now || !seen) return;
  const input = config.stages[node].input.channels_last && !stage.channels_last ? tensorLast(seen) : seen;
  const tensors = await tensorsOf(now, node, Object.keys(stage.tensors));
  location.assign(family.url + (await labQuery(stage, { input, tensors, said: { at: at.join(",") } })));
}

/**
 * @param {Blob} picture
 * @param {string} name
 */
async function takeOwn(picture, name) {
  own = { picture, name };
  shown = "";
  setState({ sample: "own", numbers: null, seed: null, at: null, stage: null, class: null, cover: null }, { replace: readState().sample === "own" });
  await keepPicture(picture, name);
}

/**
 * How the maps are shown: it stands in the link, and this browser remembers it.
 * @param {string} name
 * @param {string} value
 */
function choose(name, value) {
  keepChoice(name, value);
  setState({ [name]: value }, { replace: true });
}

mountZoomDialog();
mountFind(root, config.stages, (number, map, isEnter) => {
  graph.find(number, map);
  if (number !== null && map !== null && isEnter) pick(number, map, true);
});
mountCosts(root, told, (number) => {
  graph.reveal(number, { focus: true });
  pick(number, 0, true);
});
const showNumbers = config.pictured ? null : mountNumbers(root, told.input.shape, { onFile: takeOwn, onError: problem });
if (config.pictured) pictureInput(/** @type {HTMLElement} */ (view(root, "own")), { onPicture: takeOwn, onError: problem });
root.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("[data-sample], [data-order], [data-range]")) : null;
  if (button?.dataset.sample) setState({ sample: button.dataset.sample });
  else if (button) choose(button.dataset.order ? "order" : "range", button.dataset.order ?? button.dataset.range ?? "");
});
onState(render);
const first = readState({ sample: FIRST, ...(config.pictured ? {} : { seed: "0" }), ...LOOK });
const remembered = Object.keys(LOOK).filter((name) => !new URLSearchParams(location.search).has(name)).map((name) => [name, keptChoice(name) ?? undefined]);
render({ ...first, ...setState(Object.fromEntries(remembered), { replace: true, silent: true }) });

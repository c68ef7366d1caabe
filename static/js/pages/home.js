// @ts-check
// The front page: a picture goes through the network, and one number is followed all the way.
import { Problem, explainModel, trace } from "../service/api.js";
import { percent } from "../data/format.js";
import { keepPicture, keptPicture } from "../kept_picture.js";
import { latest } from "../service/latest.js";
import { onState, readState, setState } from "../state.js";
import { t } from "../text.js";
import { drawFollowed } from "../views/followed.js";
import { legend } from "../views/legend.js";
import { drawNetwork } from "../views/network.js";
import { offerStages } from "./home_zoom.js";
import { mountZoomDialog } from "./zoom/dialog.js";
import { pictureInput } from "../views/picture_input.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../views/network.js").Spot} Spot */
/** @typedef {import("../views/network.js").Traced & {ref: string, scale: import("../data/color.js").Scale}} Shown */

const LINKS = 48;

/** @param {string} selector */
const find = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
const flow = find("[data-flow]");
const config = JSON.parse(find("#config").textContent ?? "{}");
const samples = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-sample]")]);

/** @type {{picture: Blob, name: string} | null} */
let own = keptPicture();
/** @type {Shown | null} */
let shown = null;
/** @type {string | null} */
let shownSample = null;
/** @type {import("../views/followed.js").Way | null} */
let way = null;

const render = latest(async (/** @type {State} */ state, signal) => {
  try {
    await showState(state, signal).catch((error) => {
      if (!(error instanceof Problem && error.isTensorGone)) throw error;
      shownSample = null; // the service has forgotten the picture: it is sent again
      return showState(state, signal);
    });
    showProblem(state.sample === "own" && !own ? t("A picture of one's own is in no link. This is a sample in its place.") : "");
  } catch (error) {
    if (signal.aborted) throw error;
    showProblem(error instanceof Problem ? error.detail : t("The server cannot be reached."));
  } finally {
    flow.removeAttribute("aria-busy");
  }
});

/**
 * @param {State} state
 * @param {AbortSignal} signal
 */
async function showState(state, signal) {
  const sample = state.sample === "own" && !own ? samples[0].dataset.sample : state.sample;
  if (sample !== shownSample) await showPicture(String(sample), signal);
  await follow({ spot: pinned(state), aloud: true });
}

/**
 * @param {string} sample
 * @param {AbortSignal} signal
 */
async function showPicture(sample, signal) {
  flow.setAttribute("aria-busy", "true");
  const picture = sample === "own" && own ? own.picture : await fetchSample(sample, signal);
  await showTrace(picture, signal);
  shownSample = sample;
  showPhoto(picture);
  for (const choice of samples) {
    if (choice.dataset.sample === sample) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
  }
  find("[data-credit-text]").textContent = sample === "own" && own ? own.name : (thumb(sample)?.dataset.credit ?? "");
}

/** @param {string} sample */
function thumb(sample) {
  return samples.find(({ dataset }) => dataset.sample === sample);
}

/**
 * @param {string} sample
 * @param {AbortSignal} signal
 */
async function fetchSample(sample, signal) {
  const image = (thumb(sample) ?? samples[0]).querySelector("img");
  return (await fetch(/** @type {HTMLImageElement} */ (image).src, { signal })).blob();
}

/**
 * @param {Blob} picture
 * @param {AbortSignal} [signal]
 */
async function showTrace(picture, signal) {
  const { metadata: notes, tensors } = await trace(config.model, picture, { signal });
  const stages = notes.stages.map((/** @type {any} */ _, /** @type {number} */ i) => tensors[i]);
  const traced = { input: tensors.input, stages, notes, labels: notes.classes };
  shown = { ...traced, ref: notes.input.ref, scale: drawAll(traced) };
  legend(find("[data-legend]"), shown.scale);
  offerStages(flow, shown, config.range, (node, at) => setState({ stage: node, at: at.join(",") }));
  showVerdict(notes.top);
}

/** @param {import("../views/network.js").Traced} traced */
function drawAll(traced) {
  return drawNetwork(flow, traced, { blackAndWhite: config.range, onHover, onPick });
}

/** The room for the picture follows the window. */
function redraw() {
  if (shown) drawAll(shown);
  drawWay();
}

/** @param {{index: number, label: string, probability: number}[]} top */
function showVerdict([first, second]) {
  const named = { count: shown?.labels.length ?? 0, first: first.label, second: second.label, p: percent(first.probability, 0), q: percent(second.probability, 0) };
  find("[data-verdict]").textContent = t("Of the {count} things it knows, this is most like {first} ({p}), then {second} ({q}).", named);
}

/** @param {Blob} picture */
function showPhoto(picture) {
  const photo = /** @type {HTMLImageElement} */ (find("[data-photo]"));
  URL.revokeObjectURL(photo.src);
  photo.src = URL.createObjectURL(picture);
  photo.hidden = false;
}

/**
 * The number that the address says; without one, the strongest voice for the most probable class.
 * @param {State} state
 * @returns {Spot}
 */
function pinned({ stage, at }) {
  if (stage && at) return { node: Number(stage), at: at.split(",").map(Number) };
  const { stages, notes } = /** @type {Shown} */ (shown);
  return { node: stages.length - 1, at: [0, notes.top[0].index] };
}

const follow = latest(async (/** @type {{spot: Spot, aloud?: boolean}} */ { spot: { node, at }, aloud = false }, signal) => {
  if (!shown) return;
  const { ref } = shown;
  way = await explainModel(config.model, Number(node), at, { ref, limit: LINKS, signal });
  const said = drawWay();
  if (aloud) find("[data-account]").textContent = said;
});

/** @returns {string} */
function drawWay() {
  return way && shown ? drawFollowed(flow, way, shown, shown.scale) : "";
}

/**
 * A pixel of the picture stands for the number above it in the map that is followed.
 * @param {Spot} spot
 * @returns {Spot}
 */
function inNetwork({ node, at }) {
  if (node !== "input" || !shown || !way) return { node, at };
  const [first] = shown.stages;
  const [y, x] = [-2, -1].map((axis) => Math.floor(((at.at(axis) ?? 0) * (first.shape.at(axis) ?? 1)) / (shown?.input.shape.at(axis) ?? 1)));
  return { node: 0, at: [0, way.path[0].at[1], y, x] };
}

/** @param {Spot | null} spot */
function onHover(spot) {
  if (!spot) follow({ spot: pinned(readState()) }).catch(() => render(readState()));
  else follow({ spot: inNetwork(spot) }).catch(() => {}); // a passing pointer has nothing to report
}

/**
 * @param {Spot} spot
 * @param {{byKey: boolean}} how
 */
function onPick(spot, { byKey }) {
  const { node, at } = inNetwork(spot);
  setState({ stage: node, at: at.join(",") }, { replace: byKey });
}

/** @param {string} message */
function showProblem(message) {
  const place = find("[data-problem]");
  place.textContent = message;
  place.hidden = !message;
}

/**
 * @param {Blob} picture
 * @param {string} name
 */
async function takeOwn(picture, name) {
  own = { picture, name };
  shownSample = null;
  setState({ sample: "own", stage: null, at: null }, { replace: readState().sample === "own" });
  await keepPicture(picture, name);
}

function start() {
  mountZoomDialog();
  const dialog = /** @type {HTMLDialogElement} */ (find("#own"));
  pictureInput(find("[data-view=own]"), { onPicture: takeOwn, onError: showProblem });
  for (const button of document.querySelectorAll("[data-open-own]")) button.addEventListener("click", () => dialog.showModal());
  for (const link of samples.filter((sample) => sample instanceof HTMLAnchorElement)) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      setState({ sample: link.dataset.sample, stage: null, at: null });
    });
  }
  new ResizeObserver(redraw).observe(flow);
  onState(render);
  render(readState({ sample: samples[0].dataset.sample ?? "" }));
}

start();

// @ts-check
// Is the whole of two the two wholes together? Window by window, on a picture and its edges.
import { explain } from "../service/api.js";
import { textOn, valueScale } from "../data/color.js";
import { inSum, number, percent } from "../data/format.js";
import { offset, plane, range } from "../data/tensor.js";
import { t } from "../text.js";
import { view, write } from "../pages/shared/page_text.js";
import { setCursor } from "../views/feature_maps.js";
import { legend } from "../views/legend.js";
import { mark } from "../views/marker.js";
import { run, runHeld, tensor } from "./chain.js";
import { readControls, showControls } from "./controls.js";
import { figureMap } from "./figure_map.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {import("./chain.js").Call} Call */
/** @typedef {import("./chain.js").Done} Done */
/** @typedef {{pair: Done, sum: Done}} Inputs pair: the picture and its edges, two channels */

const EQUAL = 1e-6; // what rounding alone can make of numbers of this size

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const { split, add, shrink } = /** @type {Record<string, Call>} */ (JSON.parse(figure.dataset.calls ?? "{}"));
  const ones = { weight: tensor([1, 2, 1, 1], 1) };
  /** @type {{tensor: Tensor, inputs: Promise<Inputs>} | null} */
  let kept = null;
  const prepare = async (/** @type {Tensor} */ given) => {
    const { width, height, data } = plane(given);
    const pair = await runHeld(split, { input: tensor([1, 1, height, width], data) });
    return { pair, sum: await runHeld(add, { input: pair.held, ...ones }) };
  };
  const pick = (/** @type {number[]} */ at) => {
    showControls(figure, { y: String(at.at(-2)), x: String(at.at(-1)) });
    figure.querySelector("[data-control=y]")?.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return {
    draw: async (scene, signal) => {
      const { mode, y, x } = readControls(figure);
      if (kept?.tensor !== scene.source.tensor) kept = { tensor: scene.source.tensor, inputs: prepare(scene.given.input) };
      const { pair, sum } = await kept.inputs;
      const [apart, whole] = await Promise.all([pair, sum].map(({ held }) => run(shrink, { input: held }, { mode }, signal)));
      const together = await run(add, { input: apart.held, ...ones }, {}, signal);
      const gap = tensor(whole.output.shape, whole.output.data.map((value, i) => together.output.data[i] - value));
      const at = [0, 0, clamp(y, gap.shape[2], 1 / 3), clamp(x, gap.shape[3], 1 / 2)];
      drawGap(figure, gap, at, pick);
      const ask = async (/** @type {Done} */ of, /** @type {number} */ map) => (await explain(shrink.layer, { ...shrink.params, mode }, { input: of.held }, [0, map, at[2], at[3]], { signal })).elements[0];
      const windows = await Promise.all([ask(pair, 0), ask(pair, 1), ask(sum, 0)]);
      drawWindows(figure, windows);
      const place = offset(gap.shape, at);
      write(figure, "together", `${number(windows[0].value, 3)} + ${inSum(number(windows[1].value, 3))} = ${number(together.output.data[place], 3)}`);
      write(figure, "whole", number(whole.output.data[place], 3));
      write(figure, "verdict", Math.abs(gap.data[place]) < EQUAL ? t("equal") : t("not equal"));
    },
  };
}

/**
 * @param {string} text empty: at this share of the map
 * @param {number} size
 * @param {number} share
 */
function clamp(text, size, share) {
  return Math.max(0, Math.min(size - 1, text === "" ? Math.floor(size * share) : Number(text)));
}

/**
 * @param {HTMLElement} figure
 * @param {Tensor} gap
 * @param {number[]} at
 * @param {(at: number[]) => void} onPick
 */
function drawGap(figure, gap, at, onPick) {
  const place = /** @type {HTMLElement} */ (figure.querySelector("[data-view=gap]"));
  const { max } = range(gap.data);
  const zoom = (place.clientWidth || 224) / gap.shape[3];
  const scale = valueScale({ min: 0, max: Math.max(max, 0.01), signed: false });
  const strip = view(figure, "legend");
  if (strip) legend(strip, scale);
  figureMap(place, gap, { scale, maps: [0], zoom, onPick, name: t("Where the two differ"), label: () => t("Where the two differ") });
  mark(place, { start: at.slice(2), stop: at.slice(2).map((index) => index + 1) });
  setCursor(place, at);
  const equal = gap.data.filter((value) => Math.abs(value) < EQUAL).length / gap.data.length;
  write(figure, "equal", percent(equal));
}

/**
 * @param {HTMLElement} figure
 * @param {any[]} windows
 */
function drawWindows(figure, windows) {
  const all = windows.flatMap(({ terms }) => terms.map((/** @type {any} */ term) => term.input ?? 0));
  const scale = valueScale(range(all));
  figure.querySelectorAll("[data-view=window]").forEach((place, i) => {
    const { terms, value } = windows[i];
    place.replaceChildren(...terms.map((/** @type {any} */ term) => {
      const cell = document.createElement("span");
      cell.textContent = number(term.input);
      cell.style.backgroundColor = scale.css(term.input);
      cell.style.color = textOn(scale.rgb(term.input));
      if (term.winner) cell.dataset.winner = "";
      return cell;
    }));
    const said = place.parentElement?.querySelector(".value");
    if (said) said.textContent = number(value, 3);
  });
}

// @ts-check
// Small pictures with their pixels in place or permuted, and two small networks that learned on the one or the other.
import { greyScale, valueScale, weightScale } from "../data/color.js";
import { count, percent, precise } from "../data/format.js";
import { range } from "../data/tensor.js";
import { write } from "../pages/shared/page_text.js";
import { bars } from "../views/bars.js";
import { featureMaps } from "../views/feature_maps.js";
import { largestDifference, lodge, run, runHeld, tensor } from "./chain.js";
import { readControls } from "./controls.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {{shape: number[], weight: number[], bias: number[]}} Learned */
/** @typedef {{side: number, levels: number, order: number[], which: number[], pictures: string[], learned: Record<string, Learned[][]>}} Numbers order: where each permuted pixel was; learned: by the pixels, for each network the layers with weights */
/** @typedef {import("./chain.js").Call & {learns?: boolean, wired?: boolean}} Stage wired: each column of its weight belongs to a pixel */
/** @typedef {{stages: Tensor[], weight: Tensor | null, scores: Tensor, right: number, parameters: number}} Answer weight: of a first stage that is wired */

const [ZOOM, GAP] = [12, 4];

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const { nets, share } = /** @type {{nets: Stage[][], share: import("./chain.js").Call}} */ (JSON.parse(figure.dataset.calls ?? "{}"));
  /** @type {Promise<Numbers> | null} */
  let file = null;
  /** @type {Map<string, Promise<Answer>>} */
  const known = new Map();
  const answerOf = (/** @type {Numbers} */ numbers, /** @type {number} */ net, /** @type {string} */ pixels, /** @type {string} */ learned) => {
    const key = [net, pixels, learned].join();
    const made = known.get(key) ?? through(nets[net], numbers, layersOf(numbers, nets[net], net, learned), pixels);
    known.set(key, made);
    made.catch(() => known.delete(key));
    return made;
  };
  return {
    draw: async (_, signal) => {
      file ??= fetch(figure.dataset.file ?? "").then((answer) => answer.json());
      const numbers = await file;
      const { pixels, learned, picture } = readControls(figure);
      const at = Number(picture) - 1;
      const answers = await Promise.all(nets.map((_stages, net) => answerOf(numbers, net, pixels, learned)));
      const before = await Promise.all(nets.map((_stages, net) => answerOf(numbers, net, "place", "place")));
      const shares = await Promise.all(answers.map(({ scores }) => run(share, { input: row(scores, at) }, {}, signal)));
      drawPicture(figure, numbers, at, pixels);
      [...figure.querySelectorAll("[data-net]")].forEach((place, net) => {
        drawNet(/** @type {HTMLElement} */ (place), answers[net], at, shares[net].output);
        write(place, "right", `${count(answers[net].right)} / ${count(numbers.which.length)} = ${percent(answers[net].right / numbers.which.length)}`);
        write(place, "moved", precise(largestDifference(answers[net].scores.data, before[net].scores.data)));
      });
      write(figure, "truth", namesIn(figure)[numbers.which[at]]);
    },
  };
}

/** @param {Element} figure */
function namesIn(figure) {
  return (/** @type {HTMLElement} */ (figure.querySelector("[data-names]"))?.dataset.names ?? "").split("|");
}

/**
 * The layers as they learned, or with their columns moved as the pixels are: what belongs to no pixel stays.
 * @param {Numbers} numbers
 * @param {Stage[]} stages
 * @param {number} net
 * @param {string} learned
 * @returns {Learned[]}
 */
function layersOf({ learned: all, order }, stages, net, learned) {
  const wired = stages.filter(({ learns }) => learns).map((stage) => stage.wired);
  if (all[learned]) return all[learned][net];
  return all.place[net].map((layer, i) => (wired[i] ? { ...layer, weight: permuted(layer.weight, order) } : layer));
}

/**
 * @param {ArrayLike<number>} values rows as long as the order
 * @param {number[]} order
 */
function permuted(values, order) {
  return Array.from(values, (_, i) => values[i - (i % order.length) + order[i % order.length]]);
}

/**
 * All pictures, as grey between 0 and 1.
 * @param {Numbers} numbers
 * @param {string} pixels
 */
function picturesOf({ pictures, side, levels, order }, pixels) {
  const grey = Array.from(pictures.join(""), (digit) => Number(digit) / levels);
  return tensor([pictures.length, 1, side, side], pixels === "place" ? grey : permuted(grey, order));
}

/**
 * @param {Stage[]} stages
 * @param {Numbers} numbers
 * @param {Learned[]} layers
 * @param {string} pixels
 * @returns {Promise<Answer>}
 */
async function through(stages, numbers, layers, pixels) {
  const rest = [...layers];
  const [first] = rest;
  /** @type {import("../service/api.js").TensorSource} */
  let held = await lodge(picturesOf(numbers, pixels));
  const made = [];
  for (const stage of stages) {
    const own = stage.learns ? rest.shift() : null;
    /** @type {Record<string, Tensor>} */
    const weights = own ? { weight: tensor(own.shape, own.weight), bias: tensor([own.bias.length], own.bias) } : {};
    const done = await runHeld(stage, { input: held, ...weights });
    held = done.held;
    made.push(done.output);
  }
  const scores = made[made.length - 1];
  const right = numbers.which.filter((which, i) => best(row(scores, i).data) === which).length;
  const weight = stages[0].wired ? tensor([1, first.shape[0], numbers.side, numbers.side], first.weight) : null;
  return { stages: made, weight, scores, right, parameters: layers.reduce((sum, layer) => sum + layer.weight.length + layer.bias.length, 0) };
}

/**
 * One sample of a batch.
 * @param {Tensor} tensors
 * @param {number} at
 */
function row({ shape, data }, at) {
  const size = data.length / shape[0];
  return tensor([1, ...shape.slice(1)], data.subarray(at * size, (at + 1) * size));
}

/** @param {ArrayLike<number>} scores */
function best(scores) {
  return Array.from(scores).indexOf(Math.max(...Array.from(scores)));
}

/**
 * @param {HTMLElement} figure
 * @param {Numbers} numbers
 * @param {number} at
 * @param {string} pixels
 */
function drawPicture(figure, numbers, at, pixels) {
  const place = /** @type {HTMLElement} */ (figure.querySelector("[data-view=picture]"));
  const name = place.dataset.title ?? "";
  featureMaps(place, row(picturesOf(numbers, pixels), at), { scale: greyScale(), name, label: () => name, zoom: ZOOM });
}

/**
 * @param {HTMLElement} place
 * @param {Answer} answer
 * @param {number} at
 * @param {Tensor} shares
 */
function drawNet(place, answer, at, shares) {
  const maps = /** @type {HTMLElement} */ (place.querySelector("[data-view=maps]"));
  const shown = answer.weight ?? row(answer.stages[1], at);
  const scale = answer.weight ? weightScale(range(shown.data)) : valueScale(range(answer.stages[1].data));
  const names = namesIn(/** @type {Element} */ (place.closest("figure")));
  const [, many, , side] = shown.shape;
  const zoom = Math.max(2, Math.min(4, Math.floor((maps.clientWidth - GAP * (many - 1)) / many / side)));
  featureMaps(maps, shown, { scale, zoom, ...(answer.weight ? { label: (map) => names[map] } : {}) });
  const list = /** @type {HTMLElement} */ (place.querySelector("[data-view=votes]"));
  bars(list, { labels: names, values: shares.data, scale: valueScale({ min: 0, max: 1, signed: false }), chosen: best(shares.data), format: (value) => percent(value) });
  for (const button of list.querySelectorAll("button")) button.tabIndex = -1;
  write(place, "parameters", count(answer.parameters));
}

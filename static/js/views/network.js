// @ts-check
// Every stage of a traced network in the column that waits for it. What a column shows, its template says; how, the
// shape of the data says.
import { valueScale } from "../data/color.js";
import { count, number, percent, shape, si, unbroken } from "../data/format.js";
import { indexAt, range } from "../data/tensor.js";
import { t } from "../text.js";
import { bars } from "./bars.js";
import { featureMaps } from "./feature_maps.js";
import { say } from "./story.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../data/color.js").Scale} Scale */
/** @typedef {{input: Tensor, stages: Tensor[], notes: any, labels: string[]}} Traced notes: the metadata of the trace */
/** @typedef {{node: number | "input", at: number[]}} Spot a number of the network */
/** @typedef {{onHover: (spot: Spot | null) => void, onPick: (spot: Spot, how: {byKey: boolean}) => void}} Pointing */

const MAP_SIZE = 64;
const STRIP = { width: 16, height: 256 };

/**
 * @param {HTMLElement} flow
 * @param {Traced} traced
 * @param {{blackAndWhite: [number, number]} & Pointing} options blackAndWhite: the values that 0 and 1 became
 * @returns {Scale} the one that all maps share
 */
export function drawNetwork(flow, traced, { blackAndWhite: [min, max], ...pointing }) {
  const columns = /** @type {HTMLElement[]} */ ([...flow.querySelectorAll("[data-stage]")]);
  const scale = sharedScale(columns, traced);
  for (const column of columns) {
    const node = column.dataset.stage === "input" ? "input" : Number(column.dataset.stage);
    const tensor = node === "input" ? traced.input : traced.stages[node];
    drawMeasures(column, traced, node);
    drawMaps(column.querySelector("[data-maps]"), tensor, scale, nameOf(column), on(node, pointing));
    drawBars(column.querySelector("[data-bars]"), tensor, traced.labels, on(node, pointing));
    if (node !== "input" && node) drawStrip(column.querySelector("[data-strip]"), traced.stages[node - 1], scale, on(node - 1, pointing));
    drawPicture(column.querySelector("[data-picture]"), tensor, { min, max }, nameOf(column), on(node, pointing));
  }
  return scale;
}

/** @typedef {{onHover: (at: number[] | null) => void, onPick: (at: number[], how: {byKey: boolean}) => void}} Pointed */

/**
 * @param {number | "input"} node
 * @param {Pointing} pointing
 * @returns {Pointed}
 */
function on(node, { onHover, onPick }) {
  return { onHover: (at) => onHover(at && { node, at }), onPick: (at, how) => onPick({ node, at }, how) };
}

/** @param {HTMLElement} column */
function nameOf(column) {
  return column.querySelector("h2")?.textContent?.trim() ?? "";
}

/**
 * @param {HTMLElement[]} columns
 * @param {Traced} traced
 */
function sharedScale(columns, { stages }) {
  const shown = columns.filter((column) => column.querySelector("[data-maps]")).map(({ dataset }) => stages[Number(dataset.stage)].data);
  const all = new Float32Array(shown.reduce((size, data) => size + data.length, 0));
  shown.reduce((start, data) => (all.set(data, start), start + data.length), 0);
  return valueScale(range(all, { quantile: 0.99 }));
}

/**
 * @param {HTMLElement} column
 * @param {Traced} traced
 * @param {number | "input"} node
 */
function drawMeasures(column, { notes, input, stages }, node) {
  const label = /** @type {HTMLElement} */ (column.querySelector("[data-shape]"));
  if (node === "input") {
    label.textContent = shape(input.shape);
    const text = /** @type {HTMLElement} */ (column.querySelector("[data-facts-text]"));
    text.textContent = unbroken(notes.input.conversions.join(t("; ")));
    return;
  }
  const { cost, stats } = notes.stages[node];
  const [size, before] = [stages[node].data.length, (stages[node - 1] ?? input).data.length];
  label.textContent = shape(stages[node].shape);
  say(column, "facts", {
    parameters: count(cost.parameters),
    macs: si(cost.macs),
    zeros: percent(stats.zeros / size, 0),
    size: count(size),
    before: count(before),
  });
}

/**
 * @param {HTMLElement | null} element
 * @param {Tensor} tensor
 * @param {Scale} scale
 * @param {string} name
 * @param {Pointed} pointed
 */
function drawMaps(element, tensor, scale, name, pointed) {
  if (element) featureMaps(element, tensor, { scale, name, zoom: zoomFor(tensor, MAP_SIZE), ...pointed });
}

/**
 * @param {HTMLElement | null} element
 * @param {Tensor} tensor
 * @param {{min: number, max: number}} picture
 * @param {string} name
 * @param {Pointed} pointed
 */
function drawPicture(element, tensor, picture, name, pointed) {
  if (!element) return;
  const wanted = Number.parseInt(getComputedStyle(element).getPropertyValue("--room"), 10);
  const room = Math.min(wanted, element.closest("[data-stage]")?.clientWidth ?? wanted);
  featureMaps(element, tensor, { picture, name, zoom: zoomFor(tensor, room), ...pointed });
}

/**
 * @param {Tensor} tensor
 * @param {number} room
 */
function zoomFor({ shape: sizes }, room) {
  return Math.max(1, Math.floor(room / Math.max(sizes[sizes.length - 1], sizes[sizes.length - 2])));
}

/**
 * All numbers of a stage as one narrow column, row by row.
 * @param {HTMLElement | null} element
 * @param {Tensor} tensor
 * @param {Scale} scale
 * @param {Pointed} pointed
 */
function drawStrip(element, tensor, scale, { onHover, onPick }) {
  if (!element) return;
  const columns = tensor.shape[tensor.shape.length - 1];
  const rows = tensor.data.length / columns;
  const strip = { ...tensor, shape: [rows, columns] };
  /** @param {number[]} at */
  const unroll = ([row, column]) => indexAt(tensor.shape, row * columns + column);
  featureMaps(element, strip, {
    scale,
    name: t("All {count} numbers in one column", { count: count(tensor.data.length) }),
    label: () => t("{count} numbers", { count: count(tensor.data.length) }),
    zoom: [Math.max(1, Math.floor(STRIP.width / columns)), Math.max(1, Math.floor(STRIP.height / rows))],
    onHover: (at) => onHover(at && unroll(at)),
    onPick: (at, how) => onPick(unroll(at), how),
  });
}

/**
 * @param {HTMLElement | null} element
 * @param {Tensor} tensor
 * @param {string[]} labels
 * @param {Pointed} pointed
 */
function drawBars(element, { data }, labels, { onHover, onPick }) {
  if (!element) return;
  bars(element, {
    labels,
    values: data,
    scale: element.dataset.bars === "share" ? valueScale(range(data)) : valueScale({ ...range(data), signed: true }),
    format: element.dataset.bars === "share" ? percent : number,
    onHover: (row) => onHover(row < 0 ? null : [0, row]),
    onPick: (row) => onPick([0, row], { byKey: false }),
  });
}

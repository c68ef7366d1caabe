// @ts-check
// The weights of a dense layer: those of the chosen output, as the maps that its input was before it was laid out in a
// row, and the whole matrix, a row for each output.
import { precise } from "../../data/format.js";
import { orderOf, pageOf } from "../../data/map_order.js";
import { asMaps, inTensor } from "../../data/planes.js";
import { t } from "../../text.js";
import { featureMaps } from "../../views/feature_maps.js";
import { mark } from "../../views/marker.js";
import { pager } from "../../views/pager.js";
import { make } from "../shared/page_text.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("./kernels.js").Shared & {row: number, maps: [number, number, number] | null, onRow: (row: number) => void}} Options */

const EACH = 36;
const [SIDE, ROOM] = [40, 280];

/**
 * @param {Tensor} weight (out, in)
 * @param {Options} options
 */
export function drawMatrix(weight, options) {
  const { place, row, maps } = options;
  const features = weight.shape[1];
  const own = { ...weight, shape: [features], data: weight.data.subarray(row * features, (row + 1) * features) };
  const [rowPlace, whole] = [make("div", { className: "weights" }), make("div", { className: "matrix" })];
  place.replaceChildren(make("p", { className: "small soft", textContent: t("of output {row}", { row }) }), rowPlace, make("p", { className: "small soft", textContent: t("all: a row for each output, a column for each input") }), whole);
  if (maps) drawMaps({ ...own, shape: [1, ...maps] }, 0, rowPlace, options);
  else drawRow(own, rowPlace, options);
  drawWhole(weight, whole, options);
}

/**
 * @param {Tensor} own (1, maps, height, width)
 * @param {number} page
 * @param {HTMLElement} place
 * @param {Options} options
 */
function drawMaps(own, page, place, options) {
  const { pages, scale, order, onSay } = options;
  const [, maps, height, width] = own.shape;
  const all = orderOf(own, maps, order);
  const onHover = (/** @type {number[] | null} */ at) => {
    const [map, y, x] = at?.slice(-3) ?? [];
    onSay(at ? t("{value} for map {map}: row {y}, column {x}", { value: precise(own.data[(map * height + y) * width + x]), map, y, x }) : "");
  };
  featureMaps(place, own, { scale, maps: pageOf(all, page, EACH), zoom: Math.max(1, Math.floor(SIDE / Math.max(height, width))), label: (map) => t("weights for map {map}", { map }), onHover });
  const turn = (/** @type {number} */ next) => drawMaps(own, next, place, options);
  pager(pages, { page, pages: Math.ceil(maps / EACH), name: t("maps"), last: maps - 1, onTurn: turn, onFind: (found) => turn(Math.floor(all.indexOf(found) / EACH)) });
}

/**
 * @param {Tensor} own (in)
 * @param {HTMLElement} place
 * @param {Options} options
 */
function drawRow(own, place, { scale, onSay }) {
  const laid = asMaps(own, "square");
  const onHover = (/** @type {number[] | null} */ at) => {
    const found = at && inTensor(own.shape, at, "square");
    onSay(found ? t("{value} for input {input}", { value: precise(own.data[found[0]]), input: found[0] }) : "");
  };
  featureMaps(place, laid, { scale, zoom: Math.max(1, Math.min(8, Math.floor(ROOM / laid.shape[3]))), label: () => t("the weights, one for each input"), onHover });
}

/**
 * @param {Tensor} weight
 * @param {HTMLElement} place
 * @param {Options} options
 */
function drawWhole(weight, place, { scale, row, onSay, onRow }) {
  const [outputs, inputs] = weight.shape;
  const across = inputs > ROOM ? ROOM / inputs : Math.min(8, Math.floor(ROOM / inputs));
  const down = Math.min(Math.max(across, Math.min(8, 96 / outputs)), ROOM / outputs);
  const onHover = (/** @type {number[] | null} */ at) => onSay(at ? t("{value} for output {output}, input {input}", { value: precise(weight.data[at[0] * inputs + at[1]]), output: at[0], input: at[1] }) : "");
  featureMaps(place, weight, { scale, zoom: [across, down], label: () => t("the matrix of weights"), onHover, onPick: ([output]) => onRow(output) });
  mark(place, { start: [row, 0], stop: [row + 1, inputs] });
}

// @ts-check
// The kernels of the chosen map: a few with their numbers, many as tiles on pages, single numbers as one picture.
import { precise } from "../../data/format.js";
import { orderOf, pageOf } from "../../data/map_order.js";
import { t } from "../../text.js";
import { featureMaps } from "../../views/feature_maps.js";
import { kernel } from "../../views/kernel.js";
import { pager } from "../../views/pager.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {{place: HTMLElement, pages: HTMLElement, scale: import("../../data/color.js").Scale, order: string, onSay: (text: string) => void}} Shared */

const EACH = 64;
const [FEW, SIDE, CELL, ROOM] = [3, 24, 8, 280];

/**
 * @param {Tensor} kernels (1, maps, height, width)
 * @param {Shared & {first: number}} options first: the map before that the first kernel belongs to
 */
export function drawKernels(kernels, options) {
  const [, maps, height, width] = kernels.shape;
  if (maps <= FEW) return drawFew(kernels, options);
  if (height * width === 1) return drawSingle(kernels, options);
  drawPage(kernels, orderOf(kernels, maps, options.order), 0, options);
}

/**
 * @param {Tensor} kernels
 * @param {Shared} options
 */
function drawFew({ shape: [, maps, height, width], data }, { place, scale }) {
  const size = height * width;
  kernel(place, Array.from({ length: maps }, (_, i) => ({ width, height, data: data.subarray(i * size, (i + 1) * size) })), scale);
}

/**
 * @param {Tensor} kernels
 * @param {Shared & {first: number}} options
 */
function drawSingle(kernels, { place, scale, first, onSay }) {
  const { data } = kernels;
  const width = Math.ceil(Math.sqrt(data.length));
  const height = Math.ceil(data.length / width);
  const laid = { ...kernels, shape: [1, 1, height, width], data: Float32Array.from({ length: height * width }, (_, i) => (i < data.length ? data[i] : NaN)) };
  const onHover = (/** @type {number[] | null} */ at) => {
    const map = at ? at[2] * width + at[3] : data.length;
    onSay(map < data.length ? t("{value} for map {map}", { value: precise(data[map]), map: first + map }) : "");
  };
  featureMaps(place, laid, { scale, zoom: Math.max(1, Math.min(2 * CELL, Math.floor(ROOM / width))), label: () => t("the weights, one for each map before"), onHover });
}

/**
 * @param {Tensor} kernels
 * @param {number[]} order
 * @param {number} page
 * @param {Shared & {first: number}} options
 */
function drawPage(kernels, order, page, options) {
  const { place, pages, scale, first, onSay } = options;
  const [, maps, height, width] = kernels.shape;
  const turn = (/** @type {number} */ next) => drawPage(kernels, order, next, options);
  const onHover = (/** @type {number[] | null} */ at) => {
    const [map, y, x] = at?.slice(-3) ?? [];
    onSay(at ? t("{value} for map {map}: row {y}, column {x}", { value: precise(kernels.data[(map * height + y) * width + x]), map: first + map, y, x }) : "");
  };
  featureMaps(place, kernels, { scale, maps: pageOf(order, page, EACH), zoom: Math.max(1, Math.min(CELL, Math.floor(SIDE / Math.max(height, width)))), label: (map) => t("weights for map {map}", { map: first + map }), onHover });
  pager(pages, { page, pages: Math.ceil(maps / EACH), name: t("kernels"), last: maps - 1, onTurn: turn, onFind: (found) => turn(Math.floor(order.indexOf(Math.max(0, found - first)) / EACH)) });
}

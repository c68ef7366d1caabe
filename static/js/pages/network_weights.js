// @ts-check
// The weights that the chosen map was made with, as pictures: one for each map before it.
import { weightScale } from "../color.js";
import { count, shape } from "../format.js";
import { range } from "../tensor.js";
import { joined, t } from "../text.js";
import { featureMaps } from "../views/feature_maps.js";
import { kernel } from "../views/kernel.js";
import { legend } from "../views/legend.js";
import { offerWeights } from "./network_pictures.js";
import { view, write } from "./page_text.js";

/** @typedef {import("../tensor.js").Tensor} Tensor */

const WEIGHT = "weight";
const MOST = 64;
const [FEW, SIDE, CELL] = [3, 24, 8];

let wanted = { number: -1, map: 0 };

/**
 * @param {HTMLElement} root
 * @param {{run: import("./network_run.js").StageRun, number: number, stage: {name: string, shape: number[]}}} which
 * @param {number} map
 */
export async function drawWeights(root, { run, number, stage }, map) {
  const place = /** @type {HTMLElement} */ (root.querySelector("[data-part=kernel-of]"));
  const asked = (wanted = { number, map });
  const weight = await run.weight(number, WEIGHT);
  if (asked !== wanted) return;
  // Of a weight that is laid out otherwise, which part belongs to a map is not for this page to know.
  const isOfMaps = weight && weight.shape.length === stage.shape.length && weight.shape.length > 2 && weight.shape[0] === stage.shape[1];
  place.hidden = !isOfMaps;
  offerWeights(isOfMaps ? weight : null, stage.name, map);
  if (isOfMaps) draw(root, weight, map);
}

/**
 * @param {HTMLElement} root
 * @param {Tensor} weight
 * @param {number} map
 */
function draw(root, weight, map) {
  const [, inputs] = weight.shape;
  const [height, width] = weight.shape.slice(-2);
  const each = weight.data.length / weight.shape[0];
  const own = { ...weight, shape: [1, each / (height * width), height, width], data: weight.data.subarray(map * each, (map + 1) * each) };
  const scale = weightScale(range(weight.data));
  const shown = Math.min(own.shape[1], MOST);
  const rest = inputs > shown ? t("the first {shown} of {count}", { shown, count: count(inputs) }) : "";
  write(root, "weight-shape", joined(shape(weight.shape.slice(1)), rest));
  const place = /** @type {HTMLElement} */ (view(root, "weights"));
  place.replaceChildren();
  if (shown <= FEW) {
    const size = height * width;
    kernel(place, Array.from({ length: shown }, (_, i) => ({ width, height, data: own.data.subarray(i * size, (i + 1) * size) })), scale);
  } else {
    const maps = Array.from({ length: shown }, (_, i) => i);
    featureMaps(place, own, { scale, maps, zoom: Math.max(1, Math.min(CELL, Math.floor(SIDE / Math.max(height, width)))), label: (channel) => t("weights for map {map}", { map: channel }) });
  }
  legend(/** @type {HTMLElement} */ (view(root, "weights-legend")), scale, { label: t("weight") });
}

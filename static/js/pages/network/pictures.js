// @ts-check
// The pictures of a network's page that can be seen full size: the chosen map and its neighbours, the picture, weights.
import { greyScale, weightScale } from "../../data/color.js";
import { asMaps, laidOut } from "../../data/planes.js";
import { range } from "../../data/tensor.js";
import { t } from "../../text.js";
import { featureMaps } from "../../views/feature_maps.js";
import { offerPicture } from "../shared/pictures.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */

export const ROOM = 280; // of a picture, in screen pixels

/**
 * @param {{maps: Tensor, scale: import("../../data/color.js").Scale, note: string, stage: {name: string}, map: number, at: number[], file: string, onChoose: (place: number[]) => void}} chosen
 */
export function offerMap({ maps, scale, note, stage, map, at, file, onChoose }) {
  const several = maps.shape[1] > 1;
  /** @type {import("../shared/pictures.js").Picture} */
  const one = { title: stage.name, file: `${file}-${stage.name}`, tensor: maps, axes: ["sample", "map"], lead: [0, map], scale, note, isShared: true, at, onChoose, all: several ? "all-maps" : undefined };
  offerPicture("chosen", one);
  offerPicture("all-maps", several ? { ...one, title: t("{name}, all maps", { name: stage.name }), tiled: 1, single: "chosen", all: undefined, onChoose: undefined } : null);
}

/**
 * @param {Tensor} tensor (1, maps, height, width)
 * @param {import("./panel.js").Config} config
 */
export function offerPictureOf(tensor, { input: { range: [min, max] }, file, pictured = true }) {
  const isColour = pictured && tensor.shape[1] === 3;
  const title = pictured ? t("The picture as the network gets it") : t("The input as the network gets it");
  const colours = pictured ? { min, max } : range(tensor.data);
  offerPicture("given", { title, file: `${file}-input`, tensor, axes: ["sample", "map"], lead: [0, 0], scale: greyScale(colours), colours: isColour ? { min, max } : null, names: isColour ? ["R", "G", "B"] : null, isShared: true });
}

/**
 * The picture as the network gets it, about as large as a column is wide.
 * @param {HTMLElement} element
 * @param {{tensor: (number: number) => Tensor | null}} run
 * @param {import("./panel.js").Config} config
 */
export function drawPictureIn(element, run, { input: { shape: sizes, range: [min, max] }, room = ROOM, pictured = true }) {
  const tensor = asMaps(/** @type {Tensor} */ (run.tensor(-1)));
  const { height, width, maps } = laidOut(sizes);
  const zoom = room / Math.max(height, width);
  const isPicture = pictured && (maps === 1 || maps === 3);
  const whole = zoom >= 1 ? Math.floor(zoom) : zoom;
  element.parentElement?.style.setProperty("--across", `${Math.round(width * whole)}px`); // what stands below is as wide
  featureMaps(element, tensor, { picture: isPicture ? { min, max } : null, maps: [0], scale: isPicture ? null : greyScale(range(tensor.data)), zoom: whole, name: pictured ? t("the picture as the network gets it") : t("the input as the network gets it") });
}

/**
 * @param {Tensor | null} weight null: there is none to be shown
 * @param {string} name of the stage
 * @param {number} map
 */
export function offerWeights(weight, name, map) {
  if (!weight) return offerPicture("weights", null);
  /** @type {import("../shared/pictures.js").Picture["axes"]} */
  const all = ["kernel", "channel", "slice"];
  const axes = all.slice(0, weight.shape.length - 2);
  return offerPicture("weights", { title: t("{name}: weights", { name }), file: `${name}-weight`, tensor: weight, axes, lead: axes.map((_, i) => (i ? 0 : map)), scale: weightScale(range(weight.data)), note: t("weight"), isShared: true });
}

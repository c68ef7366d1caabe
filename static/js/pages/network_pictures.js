// @ts-check
// The pictures of a network's page that can be seen full size: the chosen map and its neighbours, the picture, weights.
import { greyScale, weightScale } from "../color.js";
import { range } from "../tensor.js";
import { t } from "../text.js";
import { offerPicture } from "./pictures.js";

/** @typedef {import("../tensor.js").Tensor} Tensor */

/**
 * @param {{maps: Tensor, scale: import("../color.js").Scale, stage: {name: string}, map: number, at: number[], model: string, onChoose: (place: number[]) => void}} chosen
 */
export function offerMap({ maps, scale, stage, map, at, model, onChoose }) {
  const several = maps.shape[1] > 1;
  /** @type {import("./pictures.js").Picture} */
  const one = { title: stage.name, file: `${model}-${stage.name}`, tensor: maps, axes: ["sample", "map"], lead: [0, map], scale, note: t("of the whole stage"), isShared: true, at, onChoose, all: several ? "all-maps" : undefined };
  offerPicture("chosen", one);
  offerPicture("all-maps", several ? { ...one, title: t("{name}, all maps", { name: stage.name }), tiled: 1, single: "chosen", all: undefined, onChoose: undefined } : null);
}

/**
 * @param {Tensor} tensor (1, maps, height, width)
 * @param {{min: number, max: number}} colours the values of black and white
 * @param {string} model
 */
export function offerPictureOf(tensor, colours, model) {
  const isColour = tensor.shape[1] === 3;
  offerPicture("given", { title: t("The picture as the network gets it"), file: `${model}-input`, tensor, axes: ["sample", "map"], lead: [0, 0], scale: greyScale(colours), colours: isColour ? colours : null, names: isColour ? ["R", "G", "B"] : null, isShared: true });
}

/**
 * @param {Tensor | null} weight null: there is none to be shown
 * @param {string} name of the stage
 * @param {number} map
 */
export function offerWeights(weight, name, map) {
  if (!weight) return offerPicture("weights", null);
  /** @type {import("./pictures.js").Picture["axes"]} */
  const all = ["kernel", "channel", "slice"];
  const axes = all.slice(0, weight.shape.length - 2);
  return offerPicture("weights", { title: t("{name}: weights", { name }), file: `${name}-weight`, tensor: weight, axes, lead: axes.map((_, i) => (i ? 0 : map)), scale: weightScale(range(weight.data)), note: t("weight"), isShared: true });
}

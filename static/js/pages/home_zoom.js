// @ts-check
// The pictures of the front page full size: the photograph as the network gets it, and the maps of every layer.
import { greyScale } from "../data/color.js";
import { t } from "../text.js";
import { offerPicture } from "./shared/pictures.js";

/** @typedef {import("./shared/pictures.js").Picture} Picture */

/**
 * @param {HTMLElement} flow
 * @param {import("../views/network.js").Traced & {scale: import("../data/color.js").Scale}} shown
 * @param {[number, number]} blackAndWhite the values that 0 and 1 became
 * @param {(node: number, at: number[]) => void} onChoose a number that is to be followed
 */
export function offerStages(flow, { input, stages, labels, scale }, [min, max], onChoose) {
  offerPicture("input", { ...pictureOf(flow, "input", input), scale: greyScale({ min, max }), colours: { min, max }, names: ["R", "G", "B"] });
  stages.forEach((tensor, node) => {
    const picture = { ...pictureOf(flow, String(node), tensor), scale, note: t("99 % lie within"), onChoose: (/** @type {number[]} */ at) => onChoose(node, at) };
    const columns = tensor.shape.at(-1) === labels.length ? labels : null;
    const isTiled = picture.axes.length > 1;
    offerPicture(`stage-${node}`, isTiled ? { ...picture, tiled: 1, single: `stage-${node}-map`, onChoose: undefined } : { ...picture, columns });
    if (isTiled) offerPicture(`stage-${node}-map`, { ...picture, all: `stage-${node}` });
  });
}

/**
 * @param {HTMLElement} flow
 * @param {string} stage
 * @param {import("../data/tensor.js").Tensor} tensor
 */
function pictureOf(flow, stage, tensor) {
  const title = flow.querySelector(`[data-stage="${stage}"] h2`)?.textContent?.trim() ?? "";
  /** @type {Picture["axes"]} */
  const axes = tensor.shape.length > 3 ? ["sample", "map"] : [];
  return { title, file: `network-${stage}`, tensor, axes, lead: axes.map(() => 0), isShared: true };
}

// @ts-check
// The input and the output of a lab as pictures that can be seen full size.
import { reindexed } from "../../data/touched.js";
import { isRow } from "../../data/pick.js";
import { readState } from "../../state.js";
import { flatWindow } from "../../data/terms.js";
import { weightScale } from "../../data/color.js";
import { range } from "../../data/tensor.js";
import { joined, t } from "../../text.js";
import { inDepth, inputPlane, metBy, planar } from "./planar.js";
import { tell } from "./pointing.js";
import { channelNames, inScale, isPicture, outScale, rangeOf } from "./scales.js";
import { offerPicture } from "../shared/pictures.js";
import { mountZoomDialog } from "../zoom/dialog.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../shared/pictures.js").Picture} Picture */

/**
 * @param {HTMLElement} root
 * @param {import("../lab.js").Look} look
 * @returns {import("../lab.js").Part}
 */
export function mountZoom(root, look) {
  mountZoomDialog();
  const titles = ["in-title", "out-title"].map((id) => document.getElementById(id)?.textContent ?? "");
  return {
    explain: (scene) => offerInput(scene, root, titles[0]),
    draw: (scene) => {
      offerInput(scene, root, titles[0]);
      offerPicture("kernel", kernelPicture(scene));
      const maps = mapsPicture(scene, look);
      offerPicture("output", { ...outputPicture(scene, look, titles[1]), all: maps.tiled === undefined ? undefined : "maps" });
      offerPicture("maps", maps);
      offerPicture("out-slices", slicesOf(outputPicture(scene, look, titles[1]), "output"));
    },
  };
}

/**
 * @param {Scene} scene
 * @param {import("../lab.js").Look} look
 * @param {string} title
 * @returns {Picture}
 */
export function outputPicture(scene, look, title) {
  const { at, axes, config, facts, labels, tensors: { output } } = scene;
  const scale = outScale(scene);
  return {
    title, tensor: output, scale, at, file: config.layer, isSecret: scene.isSecret, stats: scene.isSecret ? null : facts.stats,
    axes: kinds(output.shape.length - 2, axes), lead: at.slice(0, -2),
    note: scale.clipped.low || scale.clipped.high ? t("99 % lie within") : "",
    columns: isRow(output.shape) && labels?.length === output.shape.at(-1) ? labels : null,
    isShared: rangeOf(scene) !== "map",
    onLead: (lead) => look([...lead, ...at.slice(-2)], true),
    onChoose: (chosen) => look(chosen, true),
  };
}

/**
 * @param {Scene} scene
 * @param {HTMLElement} root
 * @param {string} title
 */
function offerInput(scene, root, title) {
  const picture = inputPicture(scene, root, title);
  const slices = slicesOf(picture, "input");
  offerPicture("input", slices ? { ...picture, all: "in-slices" } : picture);
  offerPicture("in-slices", slices);
}

/**
 * All slices of a volume beside each other, from which one goes to a single one.
 * @param {Picture} picture
 * @param {string} single
 * @returns {Picture | null}
 */
function slicesOf(picture, single) {
  const axis = picture.axes.indexOf("slice");
  return axis < 0 || picture.tensor.shape[axis] < 2 ? null : { ...picture, title: joined(picture.title, t("Slices")), tiled: axis, single, isShared: true };
}

/**
 * The weights as they were used, a sheet for each kernel and channel.
 * @param {Scene} scene
 * @returns {Picture | null}
 */
function kernelPicture(scene) {
  const { weight: tensor, at, axes, config } = scene;
  if (!tensor || tensor.shape.length < 3) return null;
  /** @type {Picture["axes"]} */
  const all = ["kernel", "channel", "slice"];
  const count = tensor.shape.length - 2;
  const map = Math.min(at.at(-axes - 1) ?? 0, tensor.shape[0] - 1);
  return { title: t("Kernel"), tensor, scale: weightScale(range(tensor.data)), file: `${config.layer}-weight`, axes: all.slice(0, count), lead: [map, ...new Array(count - 1).fill(0)], note: t("weight"), isShared: true };
}

/**
 * All maps of the output in one scale, from which one is gone to.
 * @param {Scene} scene
 * @param {import("../lab.js").Look} look
 * @returns {Picture}
 */
function mapsPicture(scene, look) {
  const { at, axes } = scene;
  const picture = outputPicture({ ...scene, state: { ...scene.state, range: "layer" } }, look, t("All feature maps"));
  const axis = picture.axes.indexOf("map");
  if (axes === 1 || axis < 0 || picture.tensor.shape[axis] < 2) return picture;
  return {
    ...picture, tiled: axis, single: "output", isShared: true,
    onLead: (lead) => look([...lead.map((place, i) => (i === axis ? at[i] : place)), ...at.slice(-2)], true),
  };
}

/**
 * @param {Scene} scene
 * @param {HTMLElement} root
 * @param {string} title
 * @returns {Picture}
 */
function inputPicture(scene, root, title) {
  const { axes, config, facts, source: { tensor } } = scene;
  const scale = inScale(scene);
  const flat = planar(scene);
  const { n, map } = inputPlane(flat);
  const lead = axes === 1 ? [n] : axes === 2 ? [n, map] : [n, map, inDepth(scene)];
  const count = Math.max(0, tensor.shape.length - 2);
  const [of, pinned = ""] = (readState().pin ?? "").split(":");
  return {
    title, tensor, scale, file: `${config.layer}-input`,
    axes: kinds(count, axes), lead: [...new Array(Math.max(0, count - lead.length)).fill(0), ...lead.slice(Math.max(0, lead.length - count))],
    note: t("input value"), names: channelNames(scene),
    colours: isPicture(scene) && rangeOf(scene) !== "all" ? { min: 0, max: 1 } : null,
    isShared: true, near: nearOf(flat, lead, tensor.shape.length), at: of === "input" ? reindexed(pinned.split(",").map(Number), facts.input.shape, tensor.shape) : null,
    onChoose: (at) => tell(root, { of: "input", at: reindexed(at, tensor.shape, facts.input.shape), pin: true }),
  };
}

/**
 * The middle of what the element that is looked at was made of.
 * @param {Scene} flat a planar scene
 * @param {number[]} lead
 * @param {number} rank
 */
function nearOf(flat, lead, rank) {
  const box = flatWindow(flat.element?.window) ?? metBy(flat).box;
  if (!box || flat.axes === 1) return null;
  const middle = box.start.map((start, axis) => (start + box.stop[axis] - 1) >> 1);
  return [...lead, ...middle].slice(-rank);
}

/**
 * What the axes before the last two are.
 * @param {number} count
 * @param {number} axes
 * @returns {Picture["axes"]}
 */
function kinds(count, axes) {
  /** @type {Picture["axes"]} */
  const all = axes === 3 ? ["sample", "map", "slice"] : axes === 2 ? ["sample", "map"] : ["sample"];
  return [...new Array(Math.max(0, count - all.length)).fill("sample"), ...all.slice(Math.max(0, all.length - count))];
}

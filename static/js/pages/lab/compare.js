// @ts-check
// Several layers on the same input beside each other, in the colours of one scale. Which, the template says.
import { runLayer } from "../../service/api.js";
import { shape } from "../../data/format.js";
import { latest } from "../../service/latest.js";
import { placeOf } from "../../data/pick.js";
import { channels, plane } from "../../data/tensor.js";
import { featureMaps } from "../../views/feature_maps.js";
import { legend } from "../../views/legend.js";
import { onOtherWidth } from "../../views/room.js";
import { scaleOver } from "./scales.js";
import { offerPicture } from "../shared/pictures.js";
import { zoomButton } from "../zoom/button.js";

const NEAR = "100px"; // on a phone it lies far below: until somebody comes to it, nothing is asked for it

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {{layer: string, set: Record<string, string>, share: string[], otherwise?: Record<string, string>, perChannel?: string}} Call share: parameters taken over from the page's own layer, as used; otherwise: what stands for those that it has not; perChannel: the parameter that gets the number of channels */

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountCompare(root) {
  const place = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=compare]"));
  if (!place) return {};
  /** @type {Call[]} */
  const calls = JSON.parse(place.dataset.calls ?? "[]");
  let again = () => {};
  const run = latest(async (/** @type {Scene} */ scene, signal) => {
    const answers = await Promise.all(calls.map((call) => runLayer(call.layer, paramsOf(call, scene), { input: inputOf(scene) }, { signal })));
    again = () => draw(place, answers.map(({ tensors }) => tensors.output), scene);
    again();
  });
  onOtherWidth(place, () => again());
  /** @type {Scene | null} */
  let due = null;
  const watcher = new IntersectionObserver((entries) => {
    if (!due || !entries[entries.length - 1].isIntersecting) return;
    run(due).catch(() => place.classList.add("stale"));
    due = null;
  }, { rootMargin: NEAR });
  return {
    draw: (scene) => {
      place.hidden = scene.axes !== 2;
      due = scene;
      watcher.unobserve(place); // it tells anew where the place is, once the maps above have their sizes
      watcher.observe(place);
    },
  };
}

/**
 * What the page's own layer takes without a batch or a channel, another may not.
 * @param {Scene} scene
 * @returns {import("../../service/api.js").TensorSource}
 */
function inputOf({ source, facts, given }) {
  return source.tensor.shape.length === facts.input.shape.length ? { ref: source.ref } : given.input;
}

/**
 * @param {Call} call
 * @param {Scene} scene
 */
function paramsOf({ set, share, otherwise, perChannel }, { facts, source }) {
  const shared = share.filter((name) => facts.params[name] !== undefined).map((name) => [name, facts.params[name]]);
  const apart = perChannel ? { [perChannel]: channels(source.tensor) } : {};
  return { ...otherwise, ...Object.fromEntries(shared), ...apart, ...set };
}

/**
 * @param {HTMLElement} place
 * @param {Tensor[]} outputs
 * @param {Scene} scene
 */
function draw(place, outputs, scene) {
  place.classList.remove("stale");
  const scale = scaleOver(scene, outputs);
  place.querySelectorAll("figure").forEach((figure, i) => {
    const output = outputs[i];
    const [maps, caption] = /** @type {HTMLElement[]} */ ([...figure.children]);
    const { width, height } = plane(output);
    const fit = (maps.clientWidth || 144) / Math.max(width, height);
    const map = Math.min(placeOf(scene.at).map, channels(output) - 1);
    featureMaps(maps, output, { scale, maps: [map], zoom: fit >= 1 ? Math.floor(fit) : fit, label: () => caption.textContent ?? "" });
    const size = caption.querySelector("span");
    if (size) size.textContent = shape(output.shape.slice(-2));
    offer(`compare-${i}`, caption, { tensor: output, lead: [placeOf(scene.at).n, map], scale, file: `${scene.config.layer}-${i + 1}` });
  });
  const strip = /** @type {HTMLElement | null} */ (place.querySelector("[data-view=compare-legend]"));
  if (strip) legend(strip, scale);
}

/**
 * Each can be seen full size, by a button in its caption.
 * @param {string} name
 * @param {HTMLElement} caption
 * @param {Pick<import("../shared/pictures.js").Picture, "tensor" | "lead" | "scale" | "file">} picture
 */
function offer(name, caption, picture) {
  const title = Array.from(caption.childNodes, (node) => (node instanceof Text ? node.data.trim() : "")).join("");
  if (!caption.querySelector("[data-zoom]")) caption.prepend(zoomButton(name, title));
  offerPicture(name, { ...picture, title, axes: ["sample", "map"], isShared: true });
}

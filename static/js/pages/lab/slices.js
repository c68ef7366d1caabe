// @ts-check
// A volume in a lab: all slices of the channel that is looked at, beside the one that is drawn large.
import { slicesOf } from "../../data/axes.js";
import { placeOf } from "../../data/pick.js";
import { t } from "../../text.js";
import { featureMaps } from "../../views/feature_maps.js";
import { inDepth, inputPlane, outDepth, planar } from "./planar.js";
import { inScale, outScale } from "./scales.js";
import { make, view } from "../shared/page_text.js";
import { zoomButton } from "../zoom/button.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */

const TILE = 34;
const MOST = 48;

/**
 * @param {HTMLElement} root
 * @param {import("../lab.js").Look} look
 * @returns {import("../lab.js").Part}
 */
export function mountSlices(root, look) {
  const [input, output] = ["in-map", "out-map"].map((name) => {
    const [said, tiles] = [make("span", { className: "small soft" }), make("div", { className: "tiles" })];
    view(root, name)?.after(make("div", { className: "slices" }, make("p", {}, said), tiles));
    return { said, tiles, zoom: name.replace("map", "slices") };
  });
  return {
    explain: (scene) => {
      if (scene.axes !== 3) return;
      const flat = planar(scene);
      const { n, map } = placeOf(flat.at);
      const { tensor } = scene.source;
      if (tensor.shape.length > 4) draw(input, tensor, inputPlane(flat), { depth: inDepth(scene), scale: inScale(flat) });
      const { output: made } = scene.tensors;
      if (made.shape.length < 5) return;
      const onPick = (/** @type {number[]} */ [, z]) => look([n, map, z, ...scene.at.slice(-2)], true);
      draw(output, made, { n, map }, { depth: outDepth(scene), scale: outScale(flat), onPick });
    },
  };
}

/**
 * @param {{said: HTMLElement, tiles: HTMLElement, zoom: string}} place zoom: what the button calls all of them
 * @param {Tensor} tensor
 * @param {{n: number, map: number}} which
 * @param {{depth: number, scale: import("../../data/color.js").Scale, onPick?: (at: number[]) => void}} options
 */
function draw({ said, tiles, zoom }, tensor, { n, map }, { depth, scale, onPick }) {
  const slices = slicesOf(tensor, n, map);
  const [, count, high, wide] = slices.shape;
  const fit = TILE / Math.max(high, wide);
  featureMaps(tiles, slices, {
    scale, zoom: fit >= 1 ? Math.floor(fit) : fit, name: t("Slices"), onPick,
    maps: Array.from({ length: Math.min(count, MOST) }, (_, z) => z),
    label: (z) => t("slice {slice} (0 to {last})", { slice: z, last: count - 1 }),
  });
  for (const canvas of tiles.querySelectorAll("canvas")) canvas.toggleAttribute("data-chosen", Number(canvas.dataset.map) === depth);
  said.textContent = t("slice {slice} (0 to {last})", { slice: depth, last: count - 1 });
  if (!said.nextElementSibling) said.after(" ", zoomButton(zoom, t("Slices")));
}

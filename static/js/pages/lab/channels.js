// @ts-check
// The values of every channel before and after the layer, as histograms on one axis each.
import { t } from "../../text.js";
import { spreads } from "../../views/spreads.js";
import { inScale, outScale } from "./scales.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */

const MOST = 8;

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountChannels(root) {
  const place = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=channels]"));
  if (!place) return {};
  const { before = "", after = "" } = place.dataset;
  return {
    draw: (scene) => {
      const [input, output] = [scene.source.tensor, scene.tensors.output];
      if ((place.hidden = input.shape.length < 2 || String(input.shape) !== String(output.shape))) return;
      const sides = [
        { values: channelsOf(input), scale: inScale(scene), said: before },
        { values: channelsOf(output), scale: outScale(scene), said: after },
      ];
      spreads(place, sides, { name: t("The values of each channel, before and after"), chosen: scene.at[1] ?? 0 });
    },
  };
}

/**
 * The first sample's channels (N, C, ...); of two axes all samples of a channel.
 * @param {Tensor} tensor
 */
function channelsOf({ shape, data }) {
  const [samples, count] = shape;
  const size = data.length / (samples * count);
  return Array.from({ length: Math.min(MOST, count) }, (_, c) =>
    size > 1 ? data.subarray(c * size, (c + 1) * size) : Float32Array.from({ length: samples }, (__, n) => data[n * count + c]),
  );
}

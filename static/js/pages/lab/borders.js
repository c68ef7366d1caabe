// @ts-check
// What the plan knows of borders: cells that no window reaches, and where the input lies in a larger output.
import { plane } from "../../data/tensor.js";
import { setApart } from "../../views/strips.js";
import { view } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountBorders(root) {
  return {
    explain: (scene) => {
      const [input, output] = ["in-map", "out-map"].map((name) => view(root, name));
      if (input) setApart(input, "unreached", unreached(scene));
      if (output) setApart(output, "core", core(scene));
    },
  };
}

/** @param {Scene} scene */
function unreached({ axes, plan, source }) {
  const [rows = 0, columns = 0] = plan?.dropped.slice(-2) ?? [];
  const { height, width } = plane(source.tensor);
  if (axes === 1 || plan?.dropped.length < 2) return [];
  return [
    ...(rows ? [{ start: [height - rows, 0], stop: [height, width] }] : []),
    ...(columns ? [{ start: [0, width - columns], stop: [height - rows, width] }] : []),
  ];
}

/** @param {Scene} scene */
function core({ axes, config, plan, source }) {
  const offset = plan?.receptive_field?.offset.slice(-2) ?? [];
  if (!config.core || axes === 1 || offset.length < 2 || offset.every((/** @type {number} */ one) => one === 0)) return [];
  const { height, width } = plane(source.tensor);
  const start = offset.map((/** @type {number} */ one) => -one);
  return [{ start, stop: [start[0] + height, start[1] + width] }];
}

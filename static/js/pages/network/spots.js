// @ts-check
// Which number of a network is looked at when nobody has chosen one.
import { strengths } from "../../data/map_order.js";
import { asMaps, inTensor } from "../../data/planes.js";
import { plane } from "../../data/tensor.js";

/** @typedef {import("./run.js").StageRun} Run */
/** @typedef {import("./panel.js").Spot} Spot */

/**
 * The largest number of one map.
 * @param {Run} run
 * @param {number} node whose numbers are here
 * @param {number} map
 * @returns {number[]}
 */
export function strongestOn(run, node, map) {
  const tensor = /** @type {import("../../data/tensor.js").Tensor} */ (run.tensor(node));
  const { width, data } = plane(asMaps(tensor), 0, map);
  let best = 0;
  for (let i = 0; i < data.length; i += 1) if (data[i] > data[best]) best = i;
  return inTensor(tensor.shape, [map, Math.floor(best / width), best % width]) ?? tensor.shape.map(() => 0);
}

/**
 * The first stage that has weights, or the first stage.
 * @param {{stages: readonly {explained: boolean, shape: number[], tensors: Record<string, unknown>}[]}} config
 */
export function openingStage({ stages }) {
  return Math.max(0, stages.findIndex(({ explained, shape, tensors }) => explained && shape.length > 3 && Object.keys(tensors).length > 0));
}

/**
 * The largest number of the strongest map of the stage that the page opens with.
 * @param {{stages: readonly {explained: boolean, shape: number[], tensors: Record<string, unknown>}[]}} config
 * @param {Run} run
 * @returns {Promise<Spot>}
 */
export async function openingSpot(config, run) {
  const node = openingStage(config);
  await run.need([node]);
  const maps = asMaps(/** @type {import("../../data/tensor.js").Tensor} */ (run.tensor(node)));
  const strong = strengths(maps);
  return { node, at: strongestOn(run, node, strong.indexOf(Math.max(...strong))) };
}

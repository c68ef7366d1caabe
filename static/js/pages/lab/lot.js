// @ts-check
// Cells of the output by lot, explained, those that a reader learns most from first.
import { explain } from "../../service/api.js";
import { drawCells, tellingFirst } from "../../data/cells.js";
import { most } from "../../limits.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/terms.js").Element} Element */

const CANDIDATES = 24;

/**
 * @param {Pick<Scene, "config" | "params" | "sent" | "tensors" | "element">} scene
 * @param {number} seed
 * @param {AbortSignal} [signal]
 * @returns {Promise<Element[]>}
 */
export async function tellingCells({ config, params, sent, tensors, element }, seed, signal) {
  const { layer, order, limit } = config;
  const count = Math.max(1, most("explained", Math.min(CANDIDATES, Math.floor(most("explained_terms") / (element?.terms_total || 1)))));
  const { elements } = await explain(layer, { ...params, order, limit }, sent, drawCells(tensors.output.shape, seed, count), { signal });
  return tellingFirst(elements);
}

/**
 * A number that stands for a text: FNV-1a.
 * @param {string} text
 */
export function seedOf(text) {
  let hash = 0x811c9dc5;
  for (const sign of text) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

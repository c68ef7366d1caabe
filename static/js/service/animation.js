// @ts-check
// A layer at work, over HTTP.
import { request, toForm } from "./api.js";

/** @typedef {import("./api.js").Options} Options */
/** @typedef {import("./api.js").Param} Param */
/** @typedef {import("./api.js").TensorSource} TensorSource */

/**
 * The layer at work, as a GIF.
 * @param {string} layer
 * @param {Record<string, Param>} params
 * @param {Record<string, TensorSource | null | undefined>} tensors
 * @param {Options} [options]
 */
export async function animateLayer(layer, params, tensors, { signal } = {}) {
  return (await request(`/layers/${layer}/animation`, { accept: "image/gif", body: toForm(tensors, params), signal })).blob();
}

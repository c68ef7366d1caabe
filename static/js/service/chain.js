// @ts-check
// A chain over HTTP.
import { postForJson, postForTensors, request, toForm } from "./api.js";

/** @typedef {import("./api.js").Options} Options */
/** @typedef {readonly Record<string, unknown>[]} Specs the layers, as the service takes them */

const PATH = "/pipeline";

/**
 * What each layer would do; nothing is run.
 * @param {Specs} layers with shapes in place of tensors
 * @param {readonly number[]} shape of the input
 * @param {readonly number[]} ranges the numbers of the layers whose ranges are wanted
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
export function planChain(layers, shape, ranges, options = {}) {
  return postForJson(`${PATH}/plan`, toForm({}, { input: JSON.stringify({ shape }), layers: JSON.stringify(layers), ranges: JSON.stringify(ranges) }), options);
}

/**
 * All that every layer makes, by its number.
 * @param {Specs} layers
 * @param {string} ref of the input
 * @param {Options} [options]
 */
export function runChain(layers, ref, options = {}) {
  return postForTensors(PATH, toForm({ input: { ref } }, { layers: JSON.stringify(layers), return: "all" }), options);
}

/**
 * The same without the numbers: the service holds them, and says under which refs.
 * @param {Specs} layers
 * @param {string} ref of the input
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
export function holdChain(layers, ref, options = {}) {
  return postForJson(PATH, toForm({ input: { ref } }, { layers: JSON.stringify(layers), return: "all", output: "ref" }), options);
}

/**
 * What an .onnx is that was exported here: its layers, and their tensors by `0.weight`.
 * @param {Blob} file
 * @param {Options} [options]
 */
export function openChain(file, options = {}) {
  const form = new FormData();
  form.append("model", file, "chain.onnx");
  return postForTensors(`${PATH}/open`, form, options);
}

/**
 * The chain as a file that runs elsewhere.
 * @param {Specs} layers
 * @param {string} ref of the input
 * @param {string} format `onnx`, `pytorch`, `keras`, `numpy`
 */
export async function exportChain(layers, ref, format) {
  return (await request(`${PATH}/export?format=${format}`, { accept: "*/*", body: toForm({ input: { ref } }, { layers: JSON.stringify(layers) }) })).blob();
}

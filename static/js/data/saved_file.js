// @ts-check
// A file that restores a page with tensors that its link cannot carry. Plain data.
//
//     {
//       "layerlab": 1,                 the version of this form
//       "layer": "...",                the page, as in its address
//       "language": "en",
//       "state": {"stride": "2", "at": "0,0,3,4", "input": "", ...},   the query of the link, all values text
//       "tensors": {"input": "k05VTVBZ..."}                            by their names in the state: .npy in base64
//     }
import { fromNpy, toNpy } from "./tensor.js";
import { t } from "../text.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {import("../state.js").State} State */
/** @typedef {{layer: string, language: string, state: State, tensors: Record<string, Tensor>}} Saved */

const VERSION = 1;
const LONGEST_STATE = 20_000;
const CHUNK = 0x8000; // as many arguments as a call may have
export const MOST_BYTES = 128 * 1024 * 1024;

/** @param {Saved} saved */
export function toSaved({ layer, language, state, tensors }) {
  const texts = Object.entries(tensors).map(([name, tensor]) => [name, toBase64(toNpy(tensor))]);
  return JSON.stringify({ layerlab: VERSION, layer, language, state, tensors: Object.fromEntries(texts) });
}

/**
 * Whether a text means to be such a file.
 * @param {string} text
 */
export function isSaved(text) {
  return text.slice(0, 100).replaceAll(/\s/g, "").startsWith('{"layerlab":');
}

/**
 * @param {string} text
 * @returns {Saved}
 */
export function fromSaved(text) {
  const { layerlab, layer, language, state, tensors } = parsed(text);
  if (Number(layerlab) > VERSION) throw new Error(t("This file was saved by a newer Layerlab."));
  const isState = isRecord(state) && JSON.stringify(state).length <= LONGEST_STATE;
  if (layerlab !== VERSION || typeof layer !== "string" || typeof language !== "string" || !isState || !isRecord(tensors)) throw damaged();
  return { layer, language, state, tensors: Object.fromEntries(Object.entries(tensors).map(([name, npy]) => [name, readTensor(npy)])) };
}

/**
 * @param {string} text
 * @returns {any}
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged();
  }
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, string>}
 */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every((one) => typeof one === "string");
}

/** @param {string} base64 */
function readTensor(base64) {
  let tensor;
  try {
    tensor = fromNpy(Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)).buffer);
  } catch {
    throw damaged();
  }
  if (tensor.data.length !== tensor.shape.reduce((a, b) => a * b, 1)) throw damaged();
  return tensor;
}

/** @param {ArrayBuffer} buffer */
function toBase64(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK) text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  return btoa(text);
}

function damaged() {
  return new Error(t("This file is damaged: it does not hold all that a saved page needs."));
}

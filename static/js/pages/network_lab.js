// @ts-check
// From a stage of a network to the page of its layer, with the numbers that it has here.
import { saidValue } from "../setting.js";
import { carried, carriedRow, lodgeOwn } from "./lab_own.js";
import { weightOf } from "./network_weights.js";

/** @typedef {import("../tensor.js").Tensor} Tensor */
/** @typedef {{layer: string, title: string, url: string}} Family */

const MOST_NUMBERS = 256; // of weights that stand in the link
// What those pages open with, and what is no part of this stage.
const NOTHING = { before: "", "input.size": "", "input.mode": "", sample: "", numbers: "" };

/**
 * @param {{layer: string | null, sources: Record<string, string>}} stage
 * @param {readonly Family[]} families
 */
export function labOf({ layer, sources }, families) {
  return (Object.keys(sources).length === 1 && families.find((family) => family.layer === layer)) || null;
}

/**
 * @param {string} model
 * @param {any} stage
 * @param {Tensor} input
 * @param {number[]} at
 * @returns {Promise<string>} the query of that page
 */
export async function labQuery(model, stage, input, at) {
  // That page opens on other settings: all are said, also those that are nothing.
  const params = Object.entries(stage.params).map(([name, value]) => [name, value === null ? "" : saidValue(value)]);
  const own = Object.entries(stage.tensors).map(async ([name, path]) => [name, await inLink(await weightOf(model, path))]);
  const source = "weight" in stage.tensors ? { weights: "custom" } : {};
  const [lodged, ...tensors] = await Promise.all([lodgeOwn({ ...input, shape: stage.input.shape }), ...own]);
  const state = { ...NOTHING, ...Object.fromEntries(params), ...source, ...Object.fromEntries(tensors), input: lodged, at: at.join(",") };
  return `?${new URLSearchParams(state)}`;
}

/** @param {Tensor} tensor */
function inLink(tensor) {
  if (tensor.shape.length < 2) return carriedRow(tensor);
  return tensor.data.length > MOST_NUMBERS ? lodgeOwn(tensor) : carried(tensor);
}

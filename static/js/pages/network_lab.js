// @ts-check
// From a stage of a network to the page of its layer, with the numbers that it has here.
import { shortest } from "../format.js";
import { saidValue } from "../setting.js";
import { carried, lodgeOwn } from "./lab_own.js";
import { weightOf } from "./network_weights.js";

/** @typedef {import("../tensor.js").Tensor} Tensor */
/** @typedef {{layer: string, title: string, url: string}} Family */

const OWN = ["weight", "bias"];
const MOST_BIASES = 400;
const MOST_NUMBERS = 600; // of weights that stand in the link
// What those pages open with, and what is no part of this stage.
const NOTHING = { before: "", "input.size": "", "input.mode": "", sample: "", numbers: "" };

/**
 * Whether the page of the layer can be told all that the stage has: a link has room for
 * the biases of some hundred maps.
 * @param {{layer: string | null, shape: number[], tensors: Record<string, string>, sources: Record<string, string>}} stage
 * @param {readonly Family[]} families
 */
export function labOf({ layer, shape, tensors, sources }, families) {
  const names = Object.keys(tensors);
  const isCarried = !names.length || (names.every((name) => OWN.includes(name)) && shape[1] <= MOST_BIASES);
  return (isCarried && Object.keys(sources).length === 1 && families.find((family) => family.layer === layer)) || null;
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
  /** @type {Record<string, string>} */
  const state = { ...NOTHING, ...Object.fromEntries(params) };
  state.input = await lodgeOwn({ ...input, shape: stage.input.shape });
  state.at = at.join(",");
  const [weight, bias] = await Promise.all(OWN.map((name) => (stage.tensors[name] ? weightOf(model, stage.tensors[name]) : null)));
  if (weight) Object.assign(state, { weights: "custom", weight: await (weight.data.length > MOST_NUMBERS ? lodgeOwn(weight) : carried(weight)) });
  if (bias) state.bias = Array.from(bias.data, shortest).join(" ");
  return `?${new URLSearchParams(state)}`;
}

// @ts-check
// From a stage of a network to the page of its layer, with the numbers that it has here.
import { saidValue } from "../setting.js";
import { formatState } from "../state.js";
import { carried, lodgeOwn } from "./lab_own.js";
import { weightOf } from "./network_weights.js";

/** @typedef {import("../tensor.js").Tensor} Tensor */
/** @typedef {{layer: string, title: string, url: string}} Family */

const OWN = ["weight", "bias"];
const DONE = ["spatial_dims", "device", "in_channels", "in_features"];

/**
 * Whether the page of the layer can be told all that the stage has.
 * @param {{layer: string | null, tensors: Record<string, string>, sources: Record<string, string>}} stage
 * @param {readonly Family[]} families
 */
export function labOf({ layer, tensors, sources }, families) {
  const isCarried = Object.keys(tensors).every((name) => OWN.includes(name)) && Object.keys(sources).length === 1;
  return (isCarried && families.find((family) => family.layer === layer)) || null;
}

/**
 * @param {string} model
 * @param {any} stage
 * @param {Tensor} input
 * @param {number[]} at
 * @returns {Promise<string>} the query of that page
 */
export async function labQuery(model, stage, input, at) {
  const params = Object.entries(stage.params).filter(([name, value]) => value !== null && !DONE.includes(name));
  /** @type {Record<string, string>} */
  const state = Object.fromEntries(params.map(([name, value]) => [name, saidValue(value)]));
  state.input = await lodgeOwn({ ...input, shape: stage.input.shape });
  state.at = at.join(",");
  const [weight, bias] = await Promise.all(OWN.map((name) => (stage.tensors[name] ? weightOf(model, stage.tensors[name]) : null)));
  if (weight) Object.assign(state, { weights: "custom", weight: await carried(weight) });
  if (bias) state.bias = Array.from(bias.data, String).join(" ");
  return formatState(state);
}

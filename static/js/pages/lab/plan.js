// @ts-check
// What the service says before it computes: shapes, cost, and how far every setting can go.
import { planLayer, Problem } from "../../service/api.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */

/**
 * The plan, handed on as soon as it is here; null where there is none: what is wrong, the run itself says.
 * @param {string} layer
 * @param {Record<string, Tensor>} tensors
 * @param {Record<string, string>} params
 * @param {(plan: any, params: Record<string, string>) => void} onPlan
 * @param {AbortSignal} signal
 */
export async function planOf(layer, tensors, params, onPlan, signal) {
  const { shapes, rest } = shapesOf(tensors, params);
  try {
    const plan = await planLayer(layer, rest, shapes, { signal });
    onPlan(plan, params);
    return plan;
  } catch (error) {
    if (error instanceof Problem || signal.aborted) return null;
    throw error;
  }
}

/**
 * A typed tensor is a JSON list among the parameters.
 * @param {Record<string, Tensor>} tensors
 * @param {Record<string, string>} params
 */
function shapesOf(tensors, params) {
  const typed = Object.entries(params).filter(([, value]) => value.startsWith("["));
  const rest = Object.fromEntries(Object.entries(params).filter(([, value]) => !value.startsWith("[")));
  const sent = Object.entries(tensors).map(([name, { shape }]) => [name, shape]);
  const lists = typed.map(([name, value]) => [name, [value.split(",").length]]);
  return { shapes: Object.fromEntries([...sent, ...lists]), rest };
}

// @ts-check
// A chain planned and run: what each layer would do as soon as it is known, then what each of them made.
import { getTensor, Problem } from "../api.js";
import { toPlanned, toSpecs } from "../chain.js";
import { holdChain, planChain, runChain } from "../chain_api.js";

/** @typedef {import("../chain.js").Link} Link */
/** @typedef {import("../tensor.js").Tensor} Tensor */
/** @typedef {import("./lab_source.js").Source} Source */
/** @typedef {{stages: any[], whole: any, problem: Problem | null}} Planned stages: those that fit; whole: null where not all do */
/** @typedef {{facts: any, tensorOf: (number: number) => Promise<Tensor>, weightOf: (number: number) => Tensor | null, isHere: boolean}} Run weightOf: what was made for it; isHere: all of it came with the answer */

const AT_ONCE = 1 << 20; // numbers that come in one answer; of more, only what is looked at

/**
 * @param {readonly Link[]} chain
 * @param {Record<string, {tensors: string[]}>} kinds
 * @param {Source} source
 * @param {readonly number[]} ranges of which layers
 * @param {AbortSignal} signal
 * @returns {Promise<Planned>}
 */
export async function planOf(chain, kinds, source, ranges, signal) {
  try {
    const whole = await planChain(toPlanned(chain, (layer) => kinds[layer].tensors), source.tensor.shape, ranges, { signal });
    return { stages: whole.stages, whole, problem: null };
  } catch (error) {
    const isOfLayer = error instanceof Problem && error.errors.some(({ loc }) => loc[0] === "layers" && loc.length > 1);
    if (!isOfLayer) throw error;
    return { stages: error.stages, whole: null, problem: error };
  }
}

/**
 * @param {readonly Link[]} chain of layers that fit
 * @param {Source} source
 * @param {readonly {shape: number[]}[]} stages as planned
 * @param {AbortSignal} signal
 * @returns {Promise<Run>}
 */
export async function runOf(chain, source, stages, signal) {
  const specs = toSpecs(chain);
  const numbers = stages.reduce((sum, { shape }) => sum + shape.reduce((all, size) => all * size, 1), 0);
  if (numbers <= AT_ONCE) {
    const { metadata, tensors } = await runChain(specs, source.ref, { signal });
    return { facts: metadata, tensorOf: async (number) => tensors[String(number)], weightOf: (number) => tensors[`${number}.weight`] ?? null, isHere: true };
  }
  const facts = await holdChain(specs, source.ref, { signal });
  /** @type {Map<number, Promise<Tensor>>} */
  const known = new Map();
  return {
    facts,
    isHere: false,
    weightOf: () => null,
    tensorOf: (number) => {
      const tensor = known.get(number) ?? getTensor(facts.refs[String(number)]);
      known.set(number, tensor);
      return tensor;
    },
  };
}

// @ts-check
// A chain planned and run: what each layer would do as soon as it is known, then what each of them made.
import { explain, getTensor, Problem, putTensor, runLayer } from "../../service/api.js";
import { toPlanned, toSpecs } from "../../data/chain.js";
import { holdChain, planChain, runChain } from "../../service/chain.js";
import { formParams, readRef } from "../../data/chain_tensors.js";
import { valueScale } from "../../data/color.js";
import { joinsIn } from "../../data/joins.js";
import { spanOf } from "../../data/map_scales.js";
import { parseNumbers } from "../../data/numbers.js";

/** @typedef {import("../../data/chain.js").Link} Link */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../lab/source.js").Source} Source */
/** @typedef {{stages: any[], whole: any, problem: Problem | null}} Planned stages: those that fit; whole: null where not all do */
/** @typedef {{chain: readonly Link[], source: Source, stages: readonly any[]}} Asked chain: of layers that fit; stages: as planned */

const AT_ONCE = 1 << 20; // numbers that come in one answer; of more, only what is looked at
const FEW = 4096; // that are shown as bars

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
 * @param {Asked} asked
 * @param {AbortSignal} signal
 */
export async function runOf(asked, signal) {
  const specs = toSpecs(asked.chain);
  const numbers = asked.stages.reduce((sum, { shape }) => sum + count(shape), 0);
  if (numbers <= AT_ONCE) {
    const { metadata, tensors } = await runChain(specs, asked.source.ref, { signal });
    return new ChainRun(asked, metadata, tensors);
  }
  const run = new ChainRun(asked, await holdChain(specs, asked.source.ref, { signal }), {});
  const last = asked.stages.length - 1;
  if (count(asked.stages[last].shape) <= FEW) await run.load([last]);
  return run;
}

/** What every layer made of one input: here, or held by the service. It is what a graph of stages asks for. */
export class ChainRun {
  #asked;
  #made;
  /** @type {Map<number, Tensor>} */
  #tensors = new Map();
  /** @type {Map<number, Promise<string>>} */
  #refs = new Map();
  /** @type {Map<string, Promise<Tensor | null>>} */
  #weights = new Map();

  /**
   * @param {Asked} asked
   * @param {any} facts
   * @param {Record<string, Tensor>} made by the number of the stage, and `0.weight` of what was made for it
   */
  constructor(asked, facts, made) {
    this.#asked = asked;
    this.#made = made;
    this.facts = facts;
    const [first] = asked.stages;
    this.#tensors.set(-1, { ...asked.source.tensor, shape: first.input.shape });
    asked.stages.forEach((_, number) => made[String(number)] && this.#tensors.set(number, made[String(number)]));
  }

  get output() {
    return this.#tensors.get(this.#asked.stages.length - 1);
  }

  get notes() {
    const values = Array.from(this.output?.data ?? []);
    return { top: [{ index: values.indexOf(Math.max(...values)) }] };
  }

  /** The colours of all stages together. */
  get shared() {
    const stats = this.facts.stages.map((/** @type {any} */ stage) => stage.stats);
    return valueScale(spanOf(stats));
  }

  /** @param {number} number of a stage, −1 the input */
  tensor(number) {
    return this.#tensors.get(number) ?? null;
  }

  /** @param {readonly number[]} numbers */
  async load(numbers) {
    await Promise.all(numbers.filter((number) => !this.#tensors.has(number)).map(async (number) => void this.#tensors.set(number, await getTensor(this.facts.refs[String(number)]))));
  }

  /** @param {readonly number[]} numbers */
  need(numbers) {
    return this.load(numbers);
  }

  drop() {}

  /**
   * How one number was made.
   * @param {number} number
   * @param {readonly number[]} at
   * @param {{limit: number, order: string, signal?: AbortSignal}} options
   */
  async explain(number, at, { limit, order, signal }) {
    const { layer, params } = this.#asked.chain[number];
    const { elements } = await explain(layer, { ...formParams(params), limit, order }, await this.#givenTo(number), at, { signal });
    return elements[0];
  }

  /**
   * A tensor that a layer was given, or that was made for it; null where there is none.
   * @param {number} number
   * @param {string} name
   */
  weight(number, name) {
    const key = `${number}.${name}`;
    const found = this.#weights.get(key) ?? this.#weightOf(number, name);
    this.#weights.set(key, found);
    found.catch(() => this.#weights.delete(key));
    return found;
  }

  /**
   * @param {number} number
   * @param {string} name
   * @returns {Promise<Tensor | null>}
   */
  async #weightOf(number, name) {
    const { layer, params } = this.#asked.chain[number];
    const own = params[name];
    const held = readRef(own);
    if (held) return getTensor(held.ref);
    if (own) return parseNumbers(own);
    if (!this.#asked.stages[number].tensors[name]) return null;
    if (this.#made[String(number)]) return this.#made[`${number}.${name}`] ?? null;
    const { tensors } = await runLayer(layer, formParams(params), await this.#givenTo(number));
    return tensors[name] ?? null;
  }

  /**
   * What a layer takes of the layers before it.
   * @param {number} number
   * @returns {Promise<Record<string, {ref: string}>>}
   */
  async #givenTo(number) {
    const sources = [["input", number - 1], ...joinsIn(this.#asked.chain[number].params)];
    const held = sources.map(async ([name, source]) => [name, { ref: await this.#refOf(Number(source)) }]);
    return Object.fromEntries(await Promise.all(held));
  }

  /** @param {number} number of the stage whose output goes into the next one */
  #refOf(number) {
    const { source } = this.#asked;
    const known = number < 0 ? source.ref : this.facts.refs?.[String(number)];
    const found = this.#refs.get(number) ?? (known ? Promise.resolve(known) : putTensor(/** @type {Tensor} */ (this.tensor(number))).then(({ ref }) => ref));
    this.#refs.set(number, found);
    found.catch(() => this.#refs.delete(number));
    return found;
  }
}

/** @param {readonly number[]} shape */
function count(shape) {
  return shape.reduce((all, size) => all * size, 1);
}

// @ts-check
// One picture in a network: what is said of all stages, and the numbers of those that somebody looks at.
import { valueScale } from "../../data/color.js";
import { spanOf } from "../../data/map_scales.js";
import { Problem, explainAlone, getArray, trace } from "../../service/api.js";
import { elementFirst, last, lastOf, tensorFirst } from "../../data/channels_last.js";
import { Turns, patiently } from "../../service/turns.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../../data/color.js").Scale} Scale */

const MOST_BYTES = 4 * 1024 * 1024; // of one answer, so that what is in view comes before what is beside it

/** @typedef {{explained: boolean, shape: number[], channels_last?: boolean, cost: {macs: number, output_bytes: number}, tensors: Record<string, string>}} Stage */
/**
 * @typedef {object} StageRun what the graph of stages and its panel ask for, of a network or of a chain
 * @property {(number: number) => Tensor | null} tensor of a stage that is here; −1 is the input
 * @property {(numbers: readonly number[]) => Promise<void>} load
 * @property {(numbers: readonly number[]) => Promise<void>} need
 * @property {(numbers: readonly number[]) => void} drop
 * @property {(number: number, at: readonly number[], options: {limit: number, order: string, signal?: AbortSignal}) => Promise<any>} explain
 * @property {(number: number, name: string) => Promise<Tensor | null>} weight
 * @property {Tensor} [output] of the last stage
 * @property {any} notes `top`: the classes, the most probable first
 * @property {Scale | null} [shared] the colours of all stages together
 */

export class Run {
  /** @type {Map<number, Tensor>} */
  #tensors = new Map();
  /** @type {Set<number>} */
  #wanted = new Set();
  /** @type {Map<string, Promise<Tensor>>} */
  #weights = new Map();
  /** @type {Promise<void> | null} */
  #working = null;
  /** @type {Scale | null} */
  #shared = null;
  #model;
  #picture;
  #stages;
  #isLast;
  #turns = new Turns();

  /**
   * @param {string} model
   * @param {Blob | Tensor} picture or other numbers
   * @param {readonly Stage[]} stages
   * @param {boolean} isInputLast the channels of the input come last
   */
  constructor(model, picture, stages, isInputLast) {
    this.#model = model;
    this.#picture = picture;
    this.#stages = stages;
    this.#isLast = lastOf(stages, isInputLast);
    this.ref = "";
    /** @type {any} what is said of the input, of every stage and of the classes */
    this.notes = null;
  }

  /**
   * @param {AbortSignal} [signal]
   * @param {readonly number[]} [first] stages whose numbers come along
   */
  async start(signal, first = []) {
    const { metadata, tensors } = await patiently(() => trace(this.#model, this.#picture, { nodes: [-1, ...first], signal }), { signal });
    this.notes = metadata;
    this.#shared = null;
    this.ref = metadata.input.ref;
    for (const number of [-1, ...first]) this.#keep(number, tensors);
    this.output = tensors.output;
  }

  /** The colours of all stages together. */
  get shared() {
    this.#shared ??= valueScale(spanOf(this.notes.stages.map((/** @type {{stats: import("../../data/map_scales.js").Stats}} */ { stats }) => stats)));
    return this.#shared;
  }

  /** @param {number} number of a stage, −1 the picture */
  tensor(number) {
    return this.#tensors.get(number) ?? null;
  }

  /**
   * Those asked for last come first; several are one question. It ends early where they are no longer wanted.
   * @param {readonly number[]} numbers
   */
  async load(numbers) {
    this.#wanted = new Set([...numbers, ...this.#wanted].filter((number) => !this.#tensors.has(number)));
    while (numbers.some((number) => this.#wanted.has(number))) {
      this.#working ??= this.#next().finally(() => {
        this.#working = null;
      });
      await this.#working;
    }
  }

  /**
   * @param {readonly number[]} numbers of which there is no use without all
   */
  async need(numbers) {
    while (numbers.some((number) => !this.#tensors.has(number))) await this.load(numbers);
  }

  /** @param {readonly number[]} numbers that are no longer looked at */
  drop(numbers) {
    for (const number of numbers) this.#wanted.delete(number);
  }

  async #next() {
    await null; // what is asked for in the same breath is one question
    /** @type {number[]} */
    const nodes = [];
    let bytes = 0;
    for (const number of this.#wanted) {
      bytes += this.#stages[number]?.cost.output_bytes ?? 0;
      if (nodes.length && bytes > MOST_BYTES) break;
      nodes.push(number);
    }
    if (!nodes.length) return;
    // Megabytes may be long on their way; what is pointed at meanwhile need not wait for that.
    const { tensors } = await this.again((onHead) => trace(this.#model, { ref: this.ref }, { nodes, onHead }));
    for (const number of nodes) {
      this.#keep(number, tensors);
      this.#wanted.delete(number);
    }
  }

  /**
   * @param {number} number
   * @param {Record<string, Tensor>} tensors of an answer
   */
  #keep(number, tensors) {
    const tensor = number < 0 ? tensors.input : tensors[number];
    this.#tensors.set(number, this.#isLast.has(number) ? tensorFirst(tensor) : tensor);
  }

  /**
   * How one number was made; null where that cannot be told.
   * @param {number} number
   * @param {readonly number[]} at
   * @param {{limit: number, order: string, signal?: AbortSignal}} options
   */
  async explain(number, at, options) {
    if (!this.#stages[number].explained) return null;
    const place = this.#isLast.has(number) ? last(at) : at;
    const element = await this.again(() => explainAlone(this.#model, number, place, { ref: this.ref, ...options }), options);
    return elementFirst(element, number, this.#stages, this.#isLast);
  }

  /**
   * A tensor that a stage has, asked for once; null where it has none of this name.
   * @param {number} number
   * @param {string} name
   */
  async weight(number, name) {
    const path = this.#stages[number].tensors[name];
    if (!path) return null;
    const found = this.#weights.get(path) ?? getArray(`/models/${this.#model}/tensors/${encodeURIComponent(path)}`);
    this.#weights.set(path, found);
    found.catch(() => this.#weights.delete(path));
    return found;
  }

  /**
   * What is asked of this picture, in turn. The service may have let go of it: it is sent again.
   * @template T
   * @param {(pass: () => void) => Promise<T>} ask
   * @param {import("../../service/turns.js").Turn} [turn]
   */
  again(ask, { isLast, signal } = {}) {
    return this.#turns.take(async (pass) => {
      const asked = () => patiently(() => ask(pass), { signal });
      try {
        return await asked();
      } catch (error) {
        if (!(error instanceof Problem && error.isTensorGone)) throw error;
        await this.start();
        return asked();
      }
    }, { isLast, signal });
  }
}

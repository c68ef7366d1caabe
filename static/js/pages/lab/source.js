// @ts-check
// The input of a lab: a sample, a picture, typed numbers, or what a network made of a picture. Lodged once with the
// service; after that every request names it by its ref.
import { getArray, getJson, getTensor, putFile, putTensor, runLayer, trace } from "../../service/api.js";
import { isHeld, refOf } from "../../service/held.js";
import { keptConversions } from "../../service/kept_tensors.js";
import { parseNumbers } from "../../data/numbers.js";
import { Once } from "../../service/once.js";
import { readBias } from "../../data/weights.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../../state.js").State} State */
/** @typedef {{name: string, title: string, url: string, licence: string}} Sample */
/** @typedef {{name: string, title: string, layer: string, params: Record<string, string>}} Before */
/**
 * @typedef {object} Config what the template says of its page
 * @property {string} layer
 * @property {string | null} selector
 * @property {State} defaults
 * @property {Sample[]} samples
 * @property {"picture" | "values"} paint
 * @property {"index" | "contribution"} order of the terms of an explanation
 * @property {number} limit of those terms
 * @property {string} [model] the network whose tensors the page can use
 * @property {boolean} [trace] the input is what that network feeds to this layer
 * @property {string} [traceTo] or to the first stage of another kind
 * @property {boolean} [core] a line on the output shows where the input lies in it
 * @property {boolean} [ranked] all axes after the first two are spatial
 * @property {Record<string, State>} [sets] what else changes when a sample is chosen
 * @property {Before[]} [before] layers that can stand before this one
 * @property {Record<string, string[]>} [channelNames] by the number of channels
 * @property {boolean} [sameScale] input and output share their colours
 * @property {boolean} [edit] the input's numbers can be changed one by one
 * @property {State} [typed] what else changes when numbers are typed
 * @property {number} [digits] of the output's numbers
 * @property {string[]} layers all that there are
 * @property {string[]} languages of the pages
 * @property {import("../../data/setting.js").Pair[]} [pairs] of settings to compare
 */
/** @typedef {{ref: string, tensor: Tensor, conversions: string[], pictured: boolean, seen: Tensor | null, seenRange: number[]}} Source seen: the picture before a network or a layer made this of it; its range is black to white */
/** @typedef {{refs: Record<string, {ref: string}>, tensors: Record<string, Tensor>}} Trained */

const BIAS = "bias"; // of zeros is none

const kept = new Once();
const once = kept.ask.bind(kept);

/** @type {Source | null} a file that was sent a moment ago: the link names its ref next */
let last = null;

/** The service has let go of its tensors: the next request sends them again. */
export function forget() {
  last = null;
  kept.forget();
}

/**
 * @param {Config} config
 * @param {State} state
 * @returns {Promise<Source>}
 */
export function loadSource(config, state) {
  const { sample = "", input = "", numbers = "", before = "" } = state;
  const decode = { size: state["input.size"] || undefined, mode: state["input.mode"] || undefined };
  return once(JSON.stringify(["source", sample, input, numbers, before, decode]), async () => {
    const first = await openFirst(config, state, decode);
    const layer = numbers ? null : config.before?.find(({ name }) => name === before);
    return layer ? through(layer, first) : first;
  });
}

/**
 * @param {Config} config
 * @param {State} state
 * @param {{size?: string, mode?: string}} decode
 */
async function openFirst(config, { sample, input, numbers }, decode) {
  if (numbers) return lodged(parseNumbers(numbers));
  if (input) return held(input.replace(/^ref:/, ""));
  const found = config.samples.find(({ name }) => name === sample) ?? config.samples[0];
  const picture = await once(found.url, async () => (await fetch(found.url)).blob());
  return openPicture(config, picture, decode);
}

/**
 * @param {Config} config
 * @param {Blob} picture or an .npy file
 * @param {{size?: string, mode?: string}} decode
 * @returns {Promise<Source>}
 */
export async function openPicture(config, picture, decode) {
  if (config.trace && config.model && picture.type.startsWith("image/")) return traced(config.model, config.traceTo ?? config.layer, picture);
  const isImage = picture.type.startsWith("image/");
  const { ref, conversions, tensor } = await putFile(picture, isImage ? decode : {});
  /** @type {Source} */
  const source = { ref, tensor, conversions, pictured: isImage, seen: null, seenRange: [0, 1] };
  last = { ...source, pictured: isPicture(tensor) };
  return source;
}

/**
 * @param {Tensor} tensor
 * @returns {Promise<Source>}
 */
async function lodged(tensor) {
  const { ref, conversions } = await putTensor(tensor);
  return { ref, tensor, conversions, pictured: false, seen: null, seenRange: [0, 1] };
}

/**
 * @param {string} ref
 * @returns {Promise<Source>}
 */
async function held(ref) {
  if (last?.ref === ref) return last;
  const [tensor, conversions] = await Promise.all([getTensor(ref), keptConversions(ref)]);
  return { ref, tensor, conversions, pictured: isPicture(tensor), seen: null, seenRange: [0, 1] };
}

/** @param {Tensor} tensor */
function isPicture({ shape, data }) {
  return [1, 3].includes(shape.at(-3) ?? 1) && data.every((value) => value >= 0 && value <= 1);
}

/**
 * What reaches the first stage of this kind in a network that looks at the picture.
 * @param {string} model
 * @param {string} layer
 * @param {Blob} picture
 * @returns {Promise<Source>}
 */
async function traced(model, layer, picture) {
  const [{ metadata, tensors }, { input }] = await Promise.all([trace(model, picture), describeModel(model)]);
  const stage = metadata.stages.findIndex((/** @type {{layer: string}} */ one) => one.layer === layer);
  const tensor = stage > 0 ? tensors[String(stage - 1)] : tensors.input;
  return { ...(await lodged(tensor)), conversions: metadata.input.conversions ?? [], seen: tensors.input, seenRange: input.range ?? [0, 1] };
}

/**
 * @param {Before} layer
 * @param {Source} source
 * @returns {Promise<Source>}
 */
async function through({ layer, params }, source) {
  const { metadata, tensors } = await runLayer(layer, { ...params, refs: 1 }, { input: { ref: source.ref } });
  return { ...source, ref: metadata.refs.output.replace(/^ref:/, ""), tensor: tensors.output, pictured: false, seen: source.tensor };
}

/**
 * The visitor's own tensors: numbers that stand in the link, or the refs of more than it can carry.
 * @param {Record<string, string>} texts by the names of the tensors
 * @returns {Promise<Trained>}
 */
export function ownTensors(texts) {
  return once(`own ${JSON.stringify(texts)}`, async () => {
    const found = await Promise.all(Object.entries(texts).map(async ([name, text]) => ({ name, ...(await ownTensor(name, text)) })));
    const own = found.flatMap(({ name, tensor, ref }) => (tensor && ref ? [{ name, tensor, ref }] : []));
    return { refs: Object.fromEntries(own.map(({ name, ref }) => [name, { ref }])), tensors: Object.fromEntries(own.map(({ name, tensor }) => [name, tensor])) };
  });
}

/**
 * @param {string} name
 * @param {string} text
 */
async function ownTensor(name, text) {
  if (isHeld(text)) return { tensor: await getTensor(refOf(text)), ref: refOf(text) };
  const tensor = name === BIAS ? readBias(text) : parseNumbers(text);
  return tensor ? { tensor, ref: (await putTensor(tensor)).ref } : {};
}

/**
 * The trained tensors that a network has for the first stage of this kind.
 * @param {string} model
 * @param {string} layer
 * @returns {Promise<Trained>}
 */
export function trainedTensors(model, layer) {
  return once(`weights ${model} ${layer}`, async () => {
    const { stages } = await describeModel(model);
    const { tensors } = stages.find((/** @type {{layer: string}} */ one) => one.layer === layer);
    const lodgings = Object.entries(tensors).map(async ([name, path]) => {
      const tensor = await getArray(`/models/${model}/tensors/${path}`);
      const { ref } = await putTensor(tensor);
      return { name, ref, tensor };
    });
    const all = await Promise.all(lodgings);
    return {
      refs: Object.fromEntries(all.map(({ name, ref }) => [name, { ref }])),
      tensors: Object.fromEntries(all.map(({ name, tensor }) => [name, tensor])),
    };
  });
}

/**
 * @param {string} model
 * @returns {Promise<{classes: string[], stages: any[], input: {range?: number[]}}>}
 */
export function describeModel(model) {
  return once(`model ${model}`, () => getJson(`/models/${model}`));
}

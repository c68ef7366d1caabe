// @ts-check
// From a stage of a network or a chain to the page of its layer, with the numbers that it has here.
import { SOURCE } from "../../data/chain.js";
import { CHAIN_INPUT, readJoin } from "../../data/joins.js";
import { OWN, saidValue } from "../../data/setting.js";
import { carried, carriedRow, lodgeOwn } from "../lab/own.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../../state.js").State} State */
/** @typedef {{layer: string, title: string, url: string}} Family */

const MOST_NUMBERS = 256; // of weights that stand in the link
const WEIGHT = "weight";
const INPUT = ["sample", "input", "numbers", "input.size", "input.mode"];
// What those pages open with, and what is no part of this stage.
const NOTHING = { before: "", ...Object.fromEntries(INPUT.map((name) => [name, ""])) };

/**
 * @param {{layer: string | null, sources: Record<string, string>}} stage
 * @param {readonly Family[]} families
 */
export function labOf({ layer, sources }, families) {
  return (Object.keys(sources).length === 1 && families.find((family) => family.layer === layer)) || null;
}

/**
 * @param {{params: Record<string, unknown>, input: {shape: number[]}}} stage its parameters as the service took them
 * @param {object} numbers
 * @param {Tensor | null} numbers.input null: what `said` has of it
 * @param {Record<string, Tensor>} numbers.tensors that go along
 * @param {State} [numbers.said] what was set here besides
 * @returns {Promise<string>} the query of that page
 */
export async function labQuery(stage, { input, tensors, said = {} }) {
  // That page opens on other settings: all are said, also those that are nothing.
  const params = Object.entries(stage.params).map(([name, value]) => [name, value === null ? "" : saidValue(value, name)]);
  const source = WEIGHT in tensors ? { [SOURCE]: OWN } : {};
  const own = Object.entries(tensors).map(async ([name, tensor]) => [name, await inLink(tensor)]);
  const given = input ? { input: await lodgeOwn({ ...input, shape: stage.input.shape }) } : {};
  return `?${new URLSearchParams({ ...NOTHING, ...said, ...Object.fromEntries(params), ...source, ...Object.fromEntries(await Promise.all(own)), ...given })}`;
}

/** @param {Tensor} tensor */
function inLink(tensor) {
  if (tensor.shape.length < 2) return carriedRow(tensor);
  return tensor.data.length > MOST_NUMBERS ? lodgeOwn(tensor) : carried(tensor);
}

/**
 * The tensors of a stage, by name.
 * @param {import("../network/run.js").StageRun} run
 * @param {number} number
 * @param {readonly string[]} names
 * @returns {Promise<Record<string, Tensor>>}
 */
export async function tensorsOf(run, number, names) {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await run.weight(number, name)])));
}

/**
 * Goes from a stage of a chain to the page of its layer. Weights that were drawn at random, or named, are made there
 * again; those that the layer was given go along.
 * @param {{run: import("../network/run.js").StageRun, chain: readonly import("../../data/chain.js").Link[], stages: readonly any[]}} ran
 * @param {number} number
 * @param {State} page whose input the first layer has
 */
export async function lookAtStage({ run, chain, stages }, number, page) {
  const { layer, params } = chain[number];
  const source = readJoin(params.input) ?? number - 1;
  await run.load([source]);
  const given = Object.keys(stages[number].tensors).filter((name) => params[name]);
  const plain = Object.fromEntries(Object.entries(params).filter(([name, text]) => !given.includes(name) && readJoin(text) === null));
  const isFirst = source === CHAIN_INPUT;
  const own = !isFirst ? {} : Object.fromEntries(INPUT.flatMap((name) => (page[name] === undefined ? [] : [[name, page[name]]])));
  const said = { [SOURCE]: "random", ...plain, ...own };
  const query = await labQuery(stages[number], { input: isFirst ? null : run.tensor(source), tensors: await tensorsOf(run, number, given), said });
  location.assign(`${location.pathname.replace(/[^/]*$/, layer)}${query}`);
}

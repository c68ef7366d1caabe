// @ts-check
// A layer of a chain on its own page, with its own input and weights: there every number is taken apart.
import { SOURCE } from "../chain.js";
import { saidValue } from "../setting.js";
import { lodgeOwn } from "./lab_own.js";

/** @typedef {import("../state.js").State} State */

const INPUT = ["sample", "input", "numbers", "input.size", "input.mode"];

/**
 * @param {import("../chain.js").Link} link
 * @param {Record<string, unknown>} used its parameters as the service took them
 * @param {State} state of this page, whose input the first layer has
 * @param {import("../tensor.js").Tensor | null} before what came out of the layer before it
 */
export async function openLab({ layer, params }, used, state, before) {
  // That page opens on other settings: all are said, also those that are nothing.
  const said = Object.fromEntries(Object.entries({ ...params, ...used }).map(([name, value]) => [name, value === null ? "" : saidValue(value)]));
  const own = Object.fromEntries(INPUT.flatMap((name) => (state[name] === undefined ? [] : [[name, state[name]]])));
  /** @type {State} */
  const input = before ? { input: await lodgeOwn(before) } : { "input.mode": "", ...own };
  const query = new URLSearchParams({ ...said, [SOURCE]: params[SOURCE] ?? "random", before: "", ...input });
  location.assign(`${location.pathname.replace(/[^/]*$/, layer)}?${query}`);
}

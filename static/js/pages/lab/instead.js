// @ts-check
// A link that is wrong from the start: what is drawn in its place, so that something real is there to be seen.
import { Problem } from "../../service/api.js";

/** @typedef {import("../../state.js").State} State */

const INPUT = ["sample", "input", "numbers", "input.size", "input.mode"];

/**
 * States to try one after the other: without what the error names, without any setting, without the input too.
 * @param {unknown} error
 * @param {State} state
 * @param {State} defaults of the page
 * @param {string[]} settings the names of all that can be set
 * @returns {State[]}
 */
export function insteadOf(error, state, defaults, settings) {
  const named = error instanceof Problem ? error.errors.flatMap(({ loc }) => loc.map(String)) : [];
  return [named, settings, [...settings, ...INPUT]].map((names) => without(state, names, defaults));
}

/**
 * @param {State} state
 * @param {string[]} names
 * @param {State} defaults
 * @returns {State}
 */
function without(state, names, defaults) {
  const kept = Object.entries(state).filter(([name]) => !names.includes(name));
  const back = names.flatMap((name) => (name in defaults ? [[name, defaults[name]]] : []));
  return Object.fromEntries([...kept, ...back]);
}

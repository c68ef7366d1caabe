// @ts-check
// What a network gives its classes: probabilities where it ends in a softmax over all of them, else scores.
import { percent, precise } from "./format.js";

/** @typedef {"probabilities" | "scores" | "maps"} Gives maps: it has no classes */

/**
 * How a number that a class is given is written.
 * @param {Gives} gives
 * @returns {(value: number) => string}
 */
export function saidAs(gives) {
  return gives === "probabilities" ? (value) => percent(value) : precise;
}

/**
 * That number of a class, as the service tells it.
 * @param {{probability?: number, score?: number}} told
 */
export function givenTo({ probability, score }) {
  return probability ?? score ?? NaN;
}

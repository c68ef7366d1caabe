// @ts-check
// What a network gives its classes: probabilities where it ends in a softmax over all of them, else scores.
import { number, percent, precise } from "./format.js";
import { t } from "./text.js";

/** @typedef {"probabilities" | "scores" | "maps"} Gives maps: it has no classes */
/** @typedef {{index: number, label: string, probability?: number, score?: number}} Given what a class is given, as the service tells it */

/**
 * How a number that a class is given is written.
 * @param {Gives} gives
 * @returns {(value: number) => string}
 */
export function saidAs(gives) {
  return gives === "probabilities" ? (value) => percent(value) : precise;
}

/**
 * How much such a number changes: probabilities by points, each a hundredth of the whole.
 * @param {Gives} gives
 * @returns {(size: number) => string} of a size above 0
 */
export function sizeAs(gives) {
  if (gives !== "probabilities") return precise;
  return (size) => (size > 0 && size < 0.0005 ? t("under {points} points", { points: number(0.1, 1) }) : t("{points} points", { points: number(size * 100, 1) }));
}

/**
 * That number of a class, as the service tells it.
 * @param {Given | {probability?: number, score?: number}} told
 */
export function givenTo({ probability, score }) {
  return probability ?? score ?? NaN;
}

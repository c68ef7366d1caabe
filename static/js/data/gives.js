// @ts-check
// What a network gives its classes: probabilities where it ends in a softmax over all of them, else scores.
import { number, percent, precise } from "./format.js";
import { t } from "../text.js";

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
 * How much such a number changed, as the two are written: a reader who subtracts finds the same.
 * @param {Gives} gives
 * @returns {(one: number, other: number) => string}
 */
export function changeAs(gives) {
  const size = sizeAs(gives);
  const [factor, least] = gives === "probabilities" ? [1000, 0] : [100, 0.1];
  return (one, other) => {
    const written = Math.abs(Math.round(one * factor) - Math.round(other * factor)) / factor;
    return written && Math.min(Math.abs(one), Math.abs(other)) >= least ? size(written) : size(Math.abs(one - other));
  };
}

/**
 * That number of a class, as the service tells it.
 * @param {Given | {probability?: number, score?: number}} told
 */
export function givenTo({ probability, score }) {
  return probability ?? score ?? NaN;
}

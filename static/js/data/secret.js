// @ts-check
// One number that is to be predicted: what is told of its element before it is revealed, and how good a guess is.
// Plain data. What is not told is undefined, and written as a question mark.

/** @typedef {import("./terms.js").Element} Element */
/** @typedef {import("./terms.js").Term} Term */
/** @typedef {import("./tensor.js").Tensor} Tensor */

/** Of a term, what it comes to. */
const RESULTS = /** @type {const} */ (["product", "share", "log", "winner"]);
/** Of an element, what follows from its value or says half of it. */
const TOLD_BY = ["value", "normalised", "slope", "branch", "ties", "winner_index"];

const CLOSE = 0.01;

/**
 * The element with its window and weights, without what they make.
 * @param {Element} element
 * @returns {Element}
 */
export function withoutResult(element) {
  const hidden = Object.fromEntries(TOLD_BY.map((name) => [name, undefined]));
  const { latex, mathml } = element.formula ?? {};
  return /** @type {Element} */ ({ ...element, ...hidden, formula: element.formula && { latex, mathml }, terms: element.terms.map(withoutProduct) });
}

/**
 * Its keys stay: a term that has no product is of another kind.
 * @param {Term} term
 * @returns {Term}
 */
function withoutProduct(term) {
  return { ...term, ...Object.fromEntries(RESULTS.filter((name) => name in term).map((name) => [name, undefined])) };
}

/**
 * The tensor without one of its numbers.
 * @param {Tensor} tensor
 * @param {number} place in the flat data
 * @returns {Tensor}
 */
export function withoutValue(tensor, place) {
  const data = Float32Array.from(tensor.data);
  data[place] = NaN;
  return { ...tensor, data };
}

/**
 * A guess is right within 0.01, or within 1 % of a number above 1.
 * @param {number} guess
 * @param {number} truth
 */
export function judge(guess, truth) {
  const difference = guess - truth;
  return { difference, isRight: Math.abs(difference) <= CLOSE * Math.max(1, Math.abs(truth)) * (1 + 1e-6) };
}

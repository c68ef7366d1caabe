// @ts-check
// Where paths of a chain meet: a tensor of a layer that is what an earlier layer gives, `@2` in a link, or the chain's
// input, `@input`. Plain data.

/** @typedef {import("./chain.js").Link} Link */

const JOIN = /^@(\d+|input)$/;
export const CHAIN_INPUT = -1;

/**
 * @param {string} [text] as a link has it
 * @returns {number | null} the number of the layer, −1 the chain's input; null: it is no join
 */
export function readJoin(text = "") {
  const [, said] = JOIN.exec(text) ?? [];
  if (said === undefined) return null;
  return said === "input" ? CHAIN_INPUT : Number(said);
}

/** @param {number} number */
export function formatJoin(number) {
  return number === CHAIN_INPUT ? "@input" : `@${number}`;
}

/**
 * As the service says it; null: a value of another kind.
 * @param {unknown} value
 */
export function joinOf(value) {
  const stage = value !== null && typeof value === "object" && "stage" in value ? value.stage : null;
  return stage === "input" ? CHAIN_INPUT : typeof stage === "number" ? stage : null;
}

/** @param {number} number @returns {{stage: number | "input"}} */
export function toJoin(number) {
  return { stage: number === CHAIN_INPUT ? "input" : number };
}

/**
 * The tensors of a layer that earlier ones give.
 * @param {Record<string, string>} params
 * @returns {[string, number][]}
 */
export function joinsIn(params) {
  return Object.entries(params).flatMap(([name, text]) => {
    const number = readJoin(text);
    return number === null ? [] : [[name, number]];
  });
}

/**
 * A chain in another order, in which each layer still meets what it met before. What is gone is stood in for by what
 * stood before it.
 * @param {readonly Link[]} chain in its new order, its joins those of the old one
 * @param {readonly number[]} order which layer of before stands where; −1 is one that is new
 * @returns {Link[]}
 */
export function rejoined(chain, order) {
  const placed = (/** @type {number} */ number, /** @type {number} */ at) => {
    for (let old = number; old >= 0; old -= 1) {
      const place = order.indexOf(old);
      if (place >= 0 && place < at) return place;
    }
    return CHAIN_INPUT;
  };
  return chain.map(({ layer, params }, at) => {
    const joins = joinsIn(params).map(([name, number]) => [name, placed(number, at)]);
    // An input that the layer before gives needs no word.
    const said = joins.map(([name, number]) => [name, name === "input" && number === at - 1 ? "" : formatJoin(Number(number))]);
    return said.length ? { layer, params: { ...params, ...Object.fromEntries(said) } } : { layer, params };
  });
}

/**
 * What a layer that comes in meets at first: what was given last in the shape that comes to it, but for that itself.
 * @param {readonly (readonly number[])[]} shapes of the chain's input, then of what each layer before it gives
 */
export function firstJoin(shapes) {
  const comes = String(shapes.at(-1));
  const alike = shapes.slice(0, -1).findLastIndex((shape) => String(shape) === comes);
  return Math.max(alike, 0) + CHAIN_INPUT;
}

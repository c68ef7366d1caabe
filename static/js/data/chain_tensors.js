// @ts-check
// The tensors that a visitor gave the layers of a chain, as its link has them: numbers, or the ref of more than it can
// carry with the shape that a plan needs. Plain data.
import { formatChain, readChain, REF, SOURCE } from "./chain.js";
import { shortest } from "./format.js";
import { readJoin } from "./joins.js";

/** @typedef {import("./chain.js").Link} Link */

const NAMED = /^layers\.(\d+)\.(\w+)$/;

/**
 * @param {string} ref with its prefix, as others have it
 * @param {readonly number[]} shape
 */
export function formatRef(ref, shape) {
  return `${ref}:${shape.join(",")}`;
}

/**
 * Few numbers, as the service reads them too.
 * @param {import("./tensor.js").Tensor} tensor
 */
export function formatTensor({ shape, data }) {
  const values = Array.from(data, shortest);
  return JSON.stringify(shape.length < 2 ? values : { shape, data: values });
}

/**
 * @param {string} [text]
 * @returns {{ref: string, shape: number[]} | null} null: it is no ref
 */
export function readRef(text = "") {
  const [, ref, sizes] = REF.exec(text) ?? [];
  return ref === undefined ? null : { ref, shape: sizes.split(",").filter(Boolean).map(Number) };
}

/**
 * What the link of a chain names but does not carry.
 * @param {string} [layers]
 * @returns {{name: string, ref: string}[]} name: `layers.2.weight`
 */
export function refsOfChain(layers = "") {
  return readChain(layers).flatMap(({ params }, at) =>
    Object.entries(params).flatMap(([name, text]) => {
      const found = readRef(text);
      return found ? [{ name: `layers.${at}.${name}`, ref: found.ref }] : [];
    }),
  );
}

/**
 * @param {string} name
 * @returns {boolean} whether it is one of those
 */
export function isOfChain(name) {
  return NAMED.test(name);
}

/**
 * The link with another ref; null: without the tensor.
 * @param {string} layers
 * @param {string} name
 * @param {string | null} ref with its prefix
 */
export function withChainRef(layers, name, ref) {
  const [, at, param] = NAMED.exec(name) ?? [];
  return formatChain(readChain(layers).map((link, number) => (number === Number(at) ? withParam(link, param, ref) : link)));
}

/**
 * @param {Link} link
 * @param {string} name
 * @param {string | null} ref
 * @returns {Link}
 */
function withParam({ layer, params }, name, ref) {
  const { [name]: old = "", ...others } = params;
  return { layer, params: ref === null ? others : { ...others, [name]: formatRef(ref, readRef(old)?.shape ?? []) } };
}

/**
 * The parameters of one layer as a form of its own has them, without what other layers give.
 * @param {Record<string, string>} params
 */
export function formParams(params) {
  const said = Object.entries(params).filter(([name, text]) => name !== SOURCE && text !== "" && readJoin(text) === null);
  return Object.fromEntries(said.map(([name, text]) => [name, readRef(text) ? `ref:${readRef(text)?.ref}` : text]));
}

// @ts-check
// Layers in a row, as a page has them and as its link says them. Plain data.

import { formatJoin, joinOf, readJoin, toJoin } from "./joins.js";

/** @typedef {{layer: string, params: Record<string, string>}} Link one layer with all that was set on it, as text */

const BETWEEN = "*"; // layers, in the link; it needs no escape there
const NAME = /^\w+$/;
/** A tensor that the service holds, with its shape: `ref:TOKEN:6,1,5,5`. */
export const REF = /^ref:([^:]*):([\d,]*)$/;
/** Where a layer's weights come from is the page's choice, not a parameter. */
export const SOURCE = "weights";

/**
 * `conv kernel_size:5 padding:2*pooling` and the like.
 * @param {readonly Link[]} chain
 */
export function formatChain(chain) {
  return chain.map(({ layer, params }) => [layer, ...Object.entries(params).map(([name, value]) => `${name}:${escaped(value)}`)].join(" ")).join(BETWEEN);
}

/**
 * What is not readable as a layer is left out.
 * @param {string} text
 * @returns {Link[]}
 */
export function readChain(text) {
  return text.split(BETWEEN).flatMap((one) => {
    const [layer, ...said] = one.trim().split(" ").filter(Boolean);
    return layer && NAME.test(layer) ? [{ layer, params: Object.fromEntries(said.flatMap(readParam)) }] : [];
  });
}

/** @typedef {{selector: string, default: string, tags: Record<string, Record<string, string>>}} Needed what its variants cannot be without */

/**
 * A layer with what it cannot be without, where the link leaves that out.
 * @param {Link} link
 * @param {Readonly<Record<string, Needed>>} needed by the names of the layers
 * @returns {Link}
 */
export function withNeeded(link, needed) {
  const own = needed[link.layer];
  return own ? { ...link, params: { ...own.tags[link.params[own.selector] ?? own.default], ...link.params } } : link;
}

/** @param {string} text @returns {[string, string][]} */
function readParam(text) {
  const [name, ...value] = text.split(":");
  return NAME.test(name) && value.length ? [[name, unescaped(value.join(":"))]] : [];
}

/** @param {string} value */
function escaped(value) {
  return value.replace(/[%*\s]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** @param {string} value */
function unescaped(value) {
  return value.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

/**
 * A chain as the service has it, as a page sets it.
 * @param {readonly Record<string, unknown>[]} layers
 * @returns {Link[]}
 */
export function fromSpecs(layers) {
  return layers.map(({ layer, ...params }) => ({ layer: String(layer), params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, written(value)])) }));
}

/** @param {unknown} value */
function written(value) {
  const join = joinOf(value);
  return join === null ? String(value) : formatJoin(join);
}

/**
 * What is sent.
 * @param {readonly Link[]} chain
 * @returns {Record<string, unknown>[]}
 */
export function toSpecs(chain) {
  return chain.map(({ layer, params }) => ({ layer, ...valuesOf(params, (_, text) => valueOf(text)) }));
}

/**
 * The same with shapes in place of the tensors that are typed.
 * @param {readonly Link[]} chain
 * @param {(layer: string) => readonly string[]} tensorsOf the names of those that a layer takes
 * @returns {Record<string, unknown>[]}
 */
export function toPlanned(chain, tensorsOf) {
  return chain.map(({ layer, params }) => ({ layer, ...valuesOf(params, (name, text) => (tensorsOf(layer).includes(name) ? shapeOrNot(text) : valueOf(text))) }));
}

/**
 * The shape of a tensor that a link has: a list, an object that says it, a ref that has it beside it.
 * @param {string} text
 * @returns {number[] | null} null: the service will refuse it
 */
export function shapeIn(text) {
  const held = REF.exec(text);
  if (held) return held[2].split(",").filter(Boolean).map(Number);
  /** @type {any} */
  const value = valueOf(text);
  if (value?.shape) return value.shape;
  const shape = [];
  for (let level = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  return shape.length ? shape : null;
}

/** @param {string} text */
function shapeOrNot(text) {
  const shape = shapeIn(text);
  return shape ? { shape } : valueOf(text);
}

/**
 * @param {Record<string, string>} params
 * @param {(name: string, text: string) => unknown} read
 */
function valuesOf(params, read) {
  return Object.fromEntries(Object.entries(params).filter(([name, value]) => name !== SOURCE && value !== "").map(([name, value]) => [name, read(name, value)]));
}

/**
 * A text as the service reads it in a form: JSON, else a list with commas, else a name.
 * @param {string} text
 * @returns {unknown}
 */
function valueOf(text) {
  const held = REF.exec(text);
  if (held) return { ref: held[1] };
  const join = readJoin(text);
  if (join !== null) return toJoin(join);
  try {
    return JSON.parse(text);
  } catch {
    return text.includes(",") ? text.split(",").map((part) => valueOf(part.trim())) : text;
  }
}

/**
 * @param {readonly Link[]} chain
 * @param {number} at
 * @param {Link} link
 */
export function withInserted(chain, at, link) {
  return chain.toSpliced(at, 0, link);
}

/**
 * @param {readonly Link[]} chain
 * @param {number} at
 */
export function without(chain, at) {
  return chain.toSpliced(at, 1);
}

/**
 * @param {readonly Link[]} chain
 * @param {number} at
 * @param {Link} link
 */
export function withChanged(chain, at, link) {
  return chain.with(at, link);
}

/**
 * @param {readonly Link[]} chain
 * @param {number} from
 * @param {number} to where it stands then
 */
export function withMoved(chain, from, to) {
  return chain.toSpliced(from, 1).toSpliced(to, 0, chain[from]);
}

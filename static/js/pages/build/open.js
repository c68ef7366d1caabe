// @ts-check
// An .onnx that was exported here, chosen or dropped: it comes back as the chain that it is, with its weights.
import { Problem } from "../../service/api.js";
import { formatChain, fromSpecs, SOURCE } from "../../data/chain.js";
import { openChain } from "../../service/chain.js";
import { OWN } from "../../data/setting.js";
import { fits, onState, setState } from "../../state.js";
import { textOf } from "./weights.js";
import { lodgeOwn } from "../lab/own.js";

/** @typedef {import("../../data/chain.js").Link} Link */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */

const [WEIGHT, MODEL] = ["weight", "model"];
const FREE = 3000; // characters of the link, for what is built on it

/**
 * @param {HTMLElement} root
 * @param {() => readonly number[]} shapeNow of the input that the page has
 * @param {(error: unknown) => void} complain
 * @returns {(file: Blob, name: string) => boolean} takes a file, if it is one of these
 */
export function mountModelFile(root, shapeNow, complain) {
  const button = /** @type {HTMLElement} */ (root.querySelector("[data-model]"));
  const input = /** @type {HTMLInputElement} */ (button.nextElementSibling);
  const elsewhere = /** @type {HTMLElement} */ (root.querySelector("[data-elsewhere]"));
  const take = async (/** @type {Blob} */ file) => {
    try {
      await open(file, shapeNow());
    } catch (error) {
      complain(error);
      elsewhere.hidden = !isOtherNetwork(error);
    }
  };
  onState(() => (elsewhere.hidden = true));
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    if (input.files?.[0]) take(input.files[0]);
    input.value = ""; // the same file can be chosen again
  });
  return (file, name) => {
    if (!name.toLowerCase().endsWith(".onnx")) return false;
    take(file);
    return true;
  };
}

/** @param {unknown} error whether it is of a file that could be read, but is no chain of ours */
function isOtherNetwork(error) {
  return error instanceof Problem && error.status === 422 && error.errors.some(({ loc }) => loc[0] === MODEL);
}

/**
 * @param {Blob} file
 * @param {readonly number[]} shapeNow
 */
async function open(file, shapeNow) {
  const { metadata, tensors } = await openChain(file);
  const chain = await withTensors(fromSpecs(metadata.layers), tensors);
  setState({ layers: formatChain(chain), open: "", at: null, ...(await inputFor(metadata.input.shape, shapeNow)) });
}

/**
 * The link carries the smallest tensors, as far as it has room; the others are lodged with the service.
 * @param {Link[]} chain
 * @param {Record<string, Tensor>} tensors by `0.weight`
 */
async function withTensors(chain, tensors) {
  let found = chain;
  const rising = Object.entries(tensors).sort(([, one], [, other]) => one.data.length - other.data.length);
  for (const [name, tensor] of rising) {
    const [at, param] = name.split(".");
    const text = await textOf(tensor, { hasRoom: (written) => fits({ layers: formatChain(withParam(found, Number(at), param, written)) }, FREE) });
    found = withParam(found, Number(at), param, text);
  }
  return found;
}

/**
 * @param {Link[]} chain
 * @param {number} at
 * @param {string} name
 * @param {string} text
 */
function withParam(chain, at, name, text) {
  const { layer, params } = chain[at];
  return chain.with(at, { layer, params: { ...params, ...(name === WEIGHT ? { [SOURCE]: OWN } : {}), [name]: text } });
}

/**
 * An input that the chain takes, where the page has another: a picture where one can be it, else numbers.
 * @param {readonly number[]} shape
 * @param {readonly number[]} shapeNow
 * @returns {Promise<Record<string, string | null>>}
 */
async function inputFor(shape, shapeNow) {
  const isBatch = shape.length > 1 && shape.length === shapeNow.length;
  if (String(isBatch ? shape.slice(1) : shape) === String(isBatch ? shapeNow.slice(1) : shapeNow)) return {};
  const [channels, height, width] = shape.slice(-3);
  if (shape.length !== 4 || (channels !== 1 && channels !== 3)) return { input: await lodgeOwn(scattered(shape)), numbers: null };
  return { "input.size": `${width}x${height}`, "input.mode": channels === 1 ? "L" : "", numbers: null, input: null };
}

/**
 * Numbers from 0 to 1 without an order, the same whenever a file is opened.
 * @param {readonly number[]} shape
 * @returns {Tensor}
 */
function scattered(shape) {
  const data = new Float32Array(shape.reduce((all, size) => all * size, 1));
  const mixed = (/** @type {number} */ n) => Math.imul(n ^ (n >>> 15), 0x45d9f3b);
  return { shape: [...shape], data: data.map((_, place) => (mixed(mixed(place + 1)) >>> 8) / 2 ** 24), dtype: "float32" };
}

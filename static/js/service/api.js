// @ts-check
// The service over HTTP. Everything a page knows about numbers comes through here.
import { within } from "../limits.js";
import { fromNpy, fromSafetensors, toNpy } from "../data/tensor.js";
import { language } from "../text.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {Blob | Tensor | string | {ref: string}} TensorSource a file, numbers, or the ref of a tensor the service holds */
/** @typedef {string | number | boolean | null | undefined | readonly (string | number)[]} Param */
/** @typedef {{signal?: AbortSignal, onHead?: () => void}} Options onHead: the service is done, its answer is on the way */
/** @typedef {{metadata: any, tensors: Record<string, Tensor>}} Answer */

const ROOT = "/api/v1";

/** What the service says is wrong, as RFC 9457 has it. */
export class Problem extends Error {
  /** @param {{type?: string, title?: string, status?: number, detail?: string, errors?: {loc: (string | number)[], msg: string}[], stages?: any[], retryAfter?: number}} body */
  constructor({ type = "about:blank", title = "", status = 0, detail = "", errors = [], stages = [], retryAfter = 0 }) {
    super(detail || title || `HTTP ${status}`);
    this.type = type;
    this.status = status;
    this.detail = this.message;
    this.errors = errors;
    this.retryAfter = retryAfter; // seconds, of a service that is busy
    this.stages = stages; // of a chain: those before the one to blame
  }

  /** A ref is no longer held: the tensor must be sent again. */
  get isTensorGone() {
    return this.type.endsWith("/tensor-gone");
  }
}

/**
 * @param {string} path
 * @param {{accept?: string, body?: FormData, signal?: AbortSignal}} [options]
 */
export async function request(path, { accept = "application/json", body, signal } = {}) {
  const headers = { Accept: accept, "Accept-Language": language() };
  const response = await fetch(ROOT + path, { method: body ? "POST" : "GET", headers, body, signal });
  if (response.ok) return response;
  const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  throw new Problem({ status: response.status, ...(isJson ? await response.json() : { title: response.statusText }), retryAfter });
}

/**
 * A form of tensors and parameters. What is null, undefined or empty is left to its default.
 * @param {Record<string, TensorSource | null | undefined>} tensors
 * @param {Record<string, Param>} [params]
 */
export function toForm(tensors, params = {}) {
  const form = new FormData();
  for (const [name, source] of Object.entries(tensors)) if (source) append(form, name, source);
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== "") form.append(name, String(value));
  }
  return form;
}

/**
 * @param {FormData} form
 * @param {string} name
 * @param {TensorSource} source
 */
function append(form, name, source) {
  if (typeof source === "string") form.append(name, source);
  else if (source instanceof Blob) form.append(name, source, `${name}.${source.type.split("/")[1] || "npy"}`);
  else if ("ref" in source) form.append(name, `ref:${source.ref}`);
  else form.append(name, new Blob([toNpy(source)], { type: "application/x-npy" }), `${name}.npy`);
}

/**
 * @param {string} path
 * @param {FormData} body
 * @param {Options} options
 * @returns {Promise<Answer>}
 */
export async function postForTensors(path, body, { signal, onHead }) {
  const response = await request(path, { accept: "application/vnd.safetensors", body, signal });
  onHead?.();
  return fromSafetensors(await response.arrayBuffer());
}

/**
 * @param {string} path
 * @param {FormData} body
 * @param {Options} options
 */
export async function postForJson(path, body, { signal }) {
  return (await request(path, { body, signal })).json();
}

/**
 * Any JSON of the service, by its path below /api/v1.
 * @param {string} path
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
export async function getJson(path, { signal } = {}) {
  return (await request(path, { signal })).json();
}

/**
 * Any tensor of the service, by its path below /api/v1.
 * @param {string} path
 * @param {Options} [options]
 */
export async function getArray(path, { signal } = {}) {
  return fromNpy(await (await request(path, { accept: "application/x-npy", signal })).arrayBuffer());
}

/**
 * Lodge a tensor with the service, so that it is sent once.
 * @param {TensorSource} input
 * @param {{size?: string, mode?: string} & Options} [options] how a picture is decoded: size "224x224", mode "L" for grey
 * @returns {Promise<{ref: string, shape: number[], dtype: string, stats: any, conversions: string[]}>}
 */
export function putTensor(input, { size, mode, signal } = {}) {
  return postForJson("/tensors", toForm({ input }, { "input.size": size, "input.mode": mode }), { signal });
}

/**
 * The same of a file, with the numbers that it became; those of a picture come compressed.
 * @param {Blob} file
 * @param {{size?: string, mode?: string} & Options} [options]
 * @returns {Promise<{ref: string, conversions: string[], tensor: Tensor}>}
 */
export async function putFile(file, { size, mode, ...options } = {}) {
  const coding = file.type.startsWith("image/") ? "gzip" : "";
  const { metadata, tensors } = await postForTensors("/tensors", toForm({ input: file }, { "input.size": size, "input.mode": mode, coding }), options);
  return { ...metadata, tensor: tensors.output };
}

/**
 * @param {string} ref
 * @param {Options} [options]
 */
export function getTensor(ref, options) {
  return getArray(`/tensors/${encodeURIComponent(ref)}`, options);
}

/**
 * Run one layer. `tensors.output` and the rest of the outputs; `metadata` is what the JSON answer says beside them.
 * @param {string} layer
 * @param {Record<string, Param>} params
 * @param {Record<string, TensorSource | null | undefined>} tensors
 * @param {Options} [options]
 */
export function runLayer(layer, params, tensors, options = {}) {
  return postForTensors(`/layers/${layer}`, toForm(tensors, params), options);
}

/**
 * Run one layer and answer in JSON, for what is said beside the numbers.
 * @param {string} layer
 * @param {Record<string, Param>} params
 * @param {Record<string, TensorSource | null | undefined>} tensors
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
export function askLayer(layer, params, tensors, options = {}) {
  return postForJson(`/layers/${layer}`, toForm(tensors, params), options);
}

/**
 * The same call as a file that runs elsewhere.
 * @param {string} layer
 * @param {Record<string, Param>} params
 * @param {Record<string, TensorSource | null | undefined>} tensors
 * @param {string} format `onnx`, `pytorch`, `keras`, `numpy`
 */
export async function exportLayer(layer, params, tensors, format) {
  return (await request(`/layers/${layer}/export?format=${format}`, { accept: "*/*", body: toForm(tensors, params) })).blob();
}

/**
 * What a layer does to shapes, and which values each parameter could have; nothing is run.
 * @param {string} layer
 * @param {Record<string, Param>} params
 * @param {Record<string, readonly number[]>} shapes of the tensors
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
export function planLayer(layer, params, shapes, options = {}) {
  const sent = Object.entries(shapes).map(([name, shape]) => [name, JSON.stringify({ shape })]);
  return postForJson(`/layers/${layer}/plan`, toForm({}, { ...params, ...Object.fromEntries(sent) }), options);
}

/**
 * The terms of some output elements.
 * @param {string} layer
 * @param {Record<string, Param>} params
 * @param {Record<string, TensorSource | null | undefined>} tensors
 * @param {readonly number[] | readonly number[][]} at one place, or a list of them
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
export function explain(layer, params, tensors, at, options = {}) {
  return postForJson(`/layers/${layer}/explain`, toForm(tensors, { ...params, ...within(params.limit), at: JSON.stringify(at) }), options);
}

/**
 * What an element of the input or of the weight touches, as strided boxes.
 * @param {string} layer
 * @param {Record<string, Param>} params
 * @param {Record<string, TensorSource | null | undefined>} tensors
 * @param {"input" | "weight"} of
 * @param {readonly number[]} at
 * @param {Options} [options]
 * @returns {Promise<any>}
 */
export function touch(layer, params, tensors, of, at, options = {}) {
  return postForJson(`/layers/${layer}/explain`, toForm(tensors, { ...params, of, at }), options);
}

/**
 * A picture through a network, with what every stage made of it.
 * @param {string} model
 * @param {TensorSource} input
 * @param {{nodes?: readonly number[]} & Options} [options] nodes: the only stages whose numbers are wanted, −1 the input
 */
export function trace(model, input, { nodes, ...options } = {}) {
  return postForTensors(`/models/${model}/trace`, toForm({ input }, { refs: 1, nodes: nodes?.join(",") }), options);
}

/**
 * How one number of a network was made, without its way through the others.
 * @param {string} model
 * @param {number} node
 * @param {readonly number[]} at
 * @param {{ref: string, limit: number, order: string} & Options} options ref: the traced input
 * @returns {Promise<import("../data/terms.js").Element>}
 */
export async function explainAlone(model, node, at, { ref, limit, order, signal }) {
  const { path } = await postForJson(`/models/${model}/explain`, toForm({ input: { ref } }, { node, at: JSON.stringify(at), ...within(limit), order, path: 0 }), { signal });
  return path[0];
}

/**
 * The way of one number through a network, forward and back.
 * @param {string} model
 * @param {number} node
 * @param {readonly number[]} at
 * @param {{ref: string, limit?: number} & Options} options ref: the traced input
 * @returns {Promise<any>}
 */
export function explainModel(model, node, at, { ref, limit, signal }) {
  return postForJson(`/models/${model}/explain`, toForm({ input: { ref } }, { node, at, ...within(limit) }), { signal });
}

// @ts-check
// Why a network says what it says, over HTTP.
import { postForJson, toForm } from "./api.js";

/** @typedef {import("../data/gives.js").Given} Given */
/** @typedef {{ref: string, signal?: AbortSignal}} Of ref: the picture as the network takes it */

/**
 * What some classes are given, with a part of the picture covered.
 * @param {string} model
 * @param {Of & {classes: readonly number[], cover: readonly number[] | null, value: number}} asked cover: top, left, bottom, right
 * @returns {Promise<{top: Given[], classes: Given[]}>}
 */
export function predictCovered(model, { ref, classes, cover, value, signal }) {
  return postForJson(`/models/${model}/predict`, toForm({ input: { ref } }, { classes: JSON.stringify(classes), cover: cover && JSON.stringify(cover), value }), { signal });
}

/**
 * What a class is given with one square of the picture after another covered.
 * @param {string} model
 * @param {Of & {chosen: number, size: number, tops: readonly number[], lefts: readonly number[], value: number}} asked
 * @returns {Promise<{covered: (number | null)[][], probability?: number, score?: number}>}
 */
export function occlude(model, { ref, chosen, size, tops, lefts, value, signal }) {
  return postForJson(`/models/${model}/occlude`, toForm({ input: { ref } }, { class: chosen, size, tops: JSON.stringify(tops), lefts: JSON.stringify(lefts), value }), { signal });
}

/**
 * Where in the last maps a class was seen.
 * @param {string} model
 * @param {Of & {chosen: number}} asked
 * @returns {Promise<{stage: number, bias: number, cells: (number | null)[][]}>}
 */
export function classMap(model, { ref, chosen, signal }) {
  return postForJson(`/models/${model}/class_map`, toForm({ input: { ref } }, { class: chosen }), { signal });
}

/**
 * What each feature adds to the score of a class.
 * @param {string} model
 * @param {Of & {chosen: number}} asked
 * @returns {Promise<import("../data/contributions.js").Made & {stage: number | null, maps: number | null, total: number, output: number}>}
 */
export function contributions(model, { ref, chosen, signal }) {
  return postForJson(`/models/${model}/contributions`, toForm({ input: { ref } }, { class: chosen }), { signal });
}

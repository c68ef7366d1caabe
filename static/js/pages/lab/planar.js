// @ts-check
// A scene of a signal or a volume as one of planes: a volume by the slice that is looked at.
import { asPlanes, boxAround, planeIndex, weightPlanes } from "../../data/axes.js";
import { isRow, placeOf } from "../../data/pick.js";
import { channels } from "../../data/tensor.js";
import { cellsApart, flatWindow, winnerOf } from "../../data/terms.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */

/** @type {WeakMap<Tensor, Map<number, Tensor>>} */
const made = new WeakMap();

/**
 * The same planes each time, as long as the tensor lives.
 * @param {Tensor} tensor
 * @param {number} axes
 * @param {number} depth
 */
export function planesOf(tensor, axes, depth) {
  const known = made.get(tensor) ?? new Map();
  made.set(tensor, known);
  if (!known.has(depth)) known.set(depth, asPlanes(tensor, axes, depth));
  return /** @type {Tensor} */ (known.get(depth));
}

/** @param {Scene} scene */
export function outDepth({ at, axes }) {
  return axes === 3 ? (at.at(-3) ?? 0) : 0;
}

/**
 * The slice of the input in the middle of what the element was made of.
 * @param {Scene} scene
 */
export function inDepth(scene) {
  const { element, axes, source, tensors } = scene;
  const deep = source.tensor.shape.at(-3) ?? 1;
  if (axes !== 3 || source.tensor.shape.length < 5) return 0;
  const met = (element?.terms ?? []).flatMap(({ input_index: index }) => (index ? [index.at(-3) ?? 0] : []));
  const share = outDepth(scene) / (tensors.output.shape.at(-3) || 1);
  return met.length ? met.sort((a, b) => a - b)[met.length >> 1] : Math.min(deep - 1, Math.floor(share * deep));
}

/**
 * @param {Scene} scene
 * @returns {Scene}
 */
export function planar(scene) {
  const { axes, source, tensors, at, weight, element } = scene;
  if (axes === 2) return scene;
  const terms = element?.terms.map((term) => ({ ...term, input_index: term.input_index && planeIndex(term.input_index, axes) }));
  return {
    ...scene,
    at: planeIndex(at, axes),
    source: { ...source, tensor: planesOf(source.tensor, axes, inDepth(scene)) },
    tensors: { ...tensors, output: planesOf(tensors.output, axes, outDepth(scene)) },
    weight: weight && weightPlanes(weight, axes),
    element: element && { ...element, terms: terms ?? [] },
    whole: { input: source.tensor, output: tensors.output },
    unplanar: scene,
  };
}

/**
 * A cell of a kernel's planes as an index of the weight itself.
 * @param {Scene} scene a planar one
 * @param {number[]} at map, plane, row, column
 */
export function weightIndex({ axes, unplanar }, [map, plane, y, x]) {
  const deep = unplanar?.weight?.shape.at(-3) ?? 1;
  if (axes === 1) return [map, plane, x];
  return axes === 3 ? [map, Math.floor(plane / deep), plane % deep, y, x] : [map, plane, y, x];
}

/**
 * Where the terms of the element lie in the input, if they all lie in one map: that map, and the box around them.
 * @param {Scene} scene a planar one
 */
export function metBy({ element, source }) {
  const least = Math.min(3, source.tensor.shape.length); // a place in a row says nothing of the planes it was made of
  const places = element?.terms.map(({ input_index: index }) => (index && index.length >= least ? index : null)) ?? [];
  const maps = new Set(places.flatMap((place) => (place && place.length > 2 ? [place.at(-3)] : [])));
  return { map: maps.size === 1 ? ([...maps][0] ?? null) : null, box: boxAround(places) };
}

/**
 * Rows and columns of the cells that the element is made of, padding too, where others lie between them; null where
 * none do.
 * @param {Scene} scene a planar one
 * @returns {number[][] | null}
 */
export function readBy(scene) {
  const { element, facts } = scene;
  const window = flatWindow(element?.window);
  if (window) return cellsApart(window, [1, ...(facts.params.dilation ?? [1, 1])].slice(-2));
  const { box } = metBy(scene);
  if (!box || !element || element.terms.length < element.terms_total) return null;
  const cells = new Map(element.terms.flatMap(({ input_index: index }) => (index ? [[String(index.slice(-2)), index.slice(-2)]] : [])));
  const all = (box.stop[0] - box.start[0]) * (box.stop[1] - box.start[1]);
  return cells.size < all ? [...cells.values()] : null;
}

/**
 * The row and column of the cell that a maximum is; null where it lies on another slice, or there is none.
 * @param {Scene} scene a planar one
 */
export function winnerOn({ unplanar, ...scene }) {
  const { element, axes } = unplanar ?? scene;
  const index = element && winnerOf(element);
  if (!index || (axes === 3 && unplanar && index.at(-3) !== inDepth(unplanar))) return null;
  return planeIndex(index, axes).slice(-2);
}

/**
 * The plane of the input that belongs to the output element: the one its terms lie in, else its own channel where
 * there are as many.
 * @param {Scene} scene
 */
export function inputPlane(scene) {
  const { source, tensors, at } = scene;
  const { n, map } = placeOf(at);
  const own = channels(source.tensor) === channels(tensors.output) && tensors.output.shape.length > 2 ? map : 0;
  return { n: source.tensor.shape.length > 3 ? n : 0, map: metBy(scene).map ?? own };
}

/**
 * A row of numbers that each have a name; a signal is a curve instead.
 * @param {Scene} scene
 * @param {readonly number[]} shape
 */
export function isNamedRow({ axes }, shape) {
  return axes !== 1 && isRow(shape);
}

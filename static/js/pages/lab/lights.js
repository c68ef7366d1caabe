// @ts-check
// What lights up when an input cell or a weight is pointed at: cells of the maps and the lenses, rows of bars, cells of
// the kernel and of the arithmetic.
import { placeOf } from "../../data/pick.js";
import { channels } from "../../data/tensor.js";
import { onPlane, reshaped } from "../../data/touched.js";
import { regionOf } from "../../views/lens.js";
import { lightLens, lightMap } from "../../views/lit.js";
import { frame } from "../../views/svg.js";
import { inDepth, inputPlane, outDepth, planar } from "./planar.js";
import { isPicture } from "./scales.js";
import { view } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("./pointing.js").Pointed} Pointed */

/**
 * @param {HTMLElement} root
 * @param {Scene | null} scene
 * @param {Pointed | null} pointed
 */
export function light(root, scene, pointed) {
  if (!scene) return;
  const flat = planar(scene);
  const { facts, tensors, source, axes } = scene;
  const cells = pointed?.of === "input" ? [pointed.at.map((i) => ({ start: i, stop: i + 1, step: 1 }))] : (pointed?.inputs ?? []);
  const inputs = reshaped(cells, facts.input.shape, source.tensor.shape);
  const { n, map } = inputPlane(flat);
  const onInput = onPlane(inputs, { n, map, depth: inDepth(scene), axes });
  const shown = placeOf(flat.at);
  const outputs = pointed?.of === "weight" ? [] : (pointed?.outputs ?? []);
  const onOutput = onPlane(outputs, { n: shown.n, map: shown.map, depth: outDepth(scene), axes });
  for (const [name, which, found] of /** @type {const} */ ([["in", isPicture(scene) ? 0 : map, onInput], ["out", shown.map, onOutput]])) {
    const [place, lens] = [view(root, `${name}-map`), view(root, `${name}-lens`)];
    if (place) lightMap(place, which, found);
    const region = lens && regionOf(lens);
    if (lens && region) lightLens(lens, region, found);
  }
  const all = view(root, "in-maps");
  if (all) {
    const maps = Array.from({ length: channels(source.tensor) }, (_, which) => onPlane(inputs, { n, map: which, depth: 0, axes }));
    const which = maps.findIndex(({ length }) => length > 0);
    lightMap(all, which, maps[which] ?? []);
  }
  lightRows(view(root, "out-bars"), tensors.output.shape, outputs);
  frameCells(root, pointed ? `[data-${pointed.of}-index="${pointed.at}"]` : null);
}

/**
 * Frames the same element wherever it stands in a kernel or in the arithmetic.
 * @param {HTMLElement} root
 * @param {string | null} selector
 */
function frameCells(root, selector) {
  for (const old of root.querySelectorAll(".pointed-frame")) old.remove();
  for (const old of root.querySelectorAll("input.pointed")) old.classList.remove("pointed");
  for (const cell of selector ? root.querySelectorAll(`input${selector}`) : []) cell.classList.add("pointed");
  for (const cell of selector ? root.querySelectorAll(`rect${selector}`) : []) {
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(cell.getAttribute(name)));
    const around = frame(x, y, width, height);
    around.classList.add("pointed-frame");
    cell.closest("svg")?.append(around);
  }
}

/**
 * @param {HTMLElement | null} bars
 * @param {readonly number[]} shape
 * @param {import("../../data/touched.js").Box[]} outputs
 */
function lightRows(bars, shape, outputs) {
  const spans = bars?.hidden ? [] : outputs.map((box) => box[shape.length - 1]);
  [...(bars?.children ?? [])].forEach((row, i) => row.classList.toggle("fed", spans.some(({ start, stop, step }) => i >= start && i < stop && (i - start) % step === 0)));
}

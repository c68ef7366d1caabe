// @ts-check
// The curve of a function of one number, with the visitor's own values on its axes.
import { getJson } from "../../service/api.js";
import { number } from "../../data/format.js";
import { points } from "../../limits.js";
import { Once } from "../../service/once.js";
import { valueAt } from "../../data/tensor.js";
import { curvePlot, SPAN } from "../../views/curve.js";
import { inScale } from "./scales.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../views/curve.js").Curve} Curve */

const POINTS = 281;

const known = new Once();

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountCurve(root) {
  const place = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=curve]"));
  if (!place) return {};
  /** @param {Scene} scene */
  const draw = async (scene) => {
    const { selector } = scene.config;
    const { [selector ?? ""]: name, ...params } = scene.params;
    const than = place.dataset.compare ?? "";
    const [curve, other] = await Promise.all([fetchCurve(name, params), than && than !== name ? fetchCurve(than, {}) : null]);
    if (current !== scene) return;
    const { source, tensors, at } = scene;
    const x = valueAt(source.tensor, at);
    const y = valueAt(tensors.output, at);
    curvePlot(place, {
      curve, other, values: source.tensor.data, results: tensors.output.data, scale: inScale(scene), point: scene.isSecret ? null : { x, y },
      said: { name: `${name}(x)`, other: than, derivative: place.dataset.derivative ?? "", input: place.dataset.in ?? "", output: place.dataset.out ?? "" },
    });
    if (!scene.isSecret) place.querySelector("svg")?.setAttribute("data-point", `${number(x)} → ${number(y)}`);
  };
  /** @type {Scene | null} */
  let current = null;
  const show = (/** @type {Scene} */ scene) => {
    current = scene;
    draw(scene).catch(() => {}); // a curve that cannot be drawn was refused with the answer, where it is said
  };
  return { draw: show, explain: show };
}

/**
 * @param {string} name
 * @param {Record<string, string>} params
 * @returns {Promise<Curve>}
 */
function fetchCurve(name, params) {
  const { weight: _, ...numbers } = params;
  const query = new URLSearchParams({ ...numbers, start: String(-SPAN), stop: String(SPAN), num: String(points(POINTS)) });
  const path = `/activations/${name}/curve?${query}`;
  return known.ask(path, () => getJson(path));
}

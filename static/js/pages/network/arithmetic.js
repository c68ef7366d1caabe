// @ts-check
// One number of a network taken apart, by the same component as on the pages of the layers.
import { valueScale } from "../../data/color.js";
import { count } from "../../data/format.js";
import { range } from "../../data/tensor.js";
import { isWeighted } from "../../data/terms.js";
import { t } from "../../text.js";
import { largestTerms } from "../../views/arithmetic.js";
import { sumLine } from "../../views/sum.js";
import { fromWhere, mountArithmetic, whereOf } from "../lab/arithmetic.js";
import { outScale, termScales } from "../lab/scales.js";
import { saidQuotient, shareTable } from "../lab/shares.js";
import { view, write } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../../data/terms.js").Element} Element */
/** @typedef {{stage: any, maps: number[] | null, name: (tensor: string) => string, input: Tensor, output: Tensor, at: number[], labels: string[] | null}} Asked maps: what the input was before it was a row; name: of the stage that a tensor comes from */

const MOST_CELLS = 600;
const MOST_TERMS = 1100; // a softmax over a thousand classes
const MOST_SHARES = 12;
const LARGEST = 24;
const TOLD = ["facts", "neighbours"]; // by the numbers that the template names

/**
 * How an element is best asked for: all terms in their order, or the largest of very many.
 * @param {{shape: number[], cost: {macs: number}}} stage
 */
export function waysToAsk({ shape, cost }) {
  const each = cost.macs / shape.reduce((all, size) => all * size, 1);
  const isFew = each <= MOST_CELLS && (shape.length > 2 || each <= 1);
  return isFew ? { limit: MOST_TERMS, order: "index" } : { limit: LARGEST, order: "contribution" };
}

/**
 * @param {HTMLElement} root
 * @param {(at: number[]) => void} onPick another number of the same stage
 */
export function mountNetworkArithmetic(root, onPick) {
  const modes = new Map(["cells", "largest", ...TOLD, "sources", "shares"].map((mode) => [mode, /** @type {HTMLElement} */ (root.querySelector(`[data-mode="${mode}"]`))]));
  const parts = new Map(["cells", "largest", ...TOLD].map((mode) => [mode, mountArithmetic(/** @type {HTMLElement} */ (modes.get(mode)))]));
  /**
   * @param {Asked} asked
   * @param {Element | null} element null: that cannot be told
   */
  return (asked, element) => {
    write(root, "unexplained", element ? "" : t("This operator is run and shown here, but not explained."));
    const mode = element ? (TOLD.find((one) => hasFacts(/** @type {HTMLElement} */ (modes.get(one)), element)) ?? modeOf(element)) : "";
    for (const [name, place] of modes) place.hidden = name !== mode;
    if (!element) return;
    const scene = sceneOf(asked, element);
    const place = /** @type {HTMLElement} */ (modes.get(mode));
    if (mode === "sources") showSources(place, asked, element, scene);
    else if (mode === "shares") showShares(place, scene, onPick);
    else parts.get(mode)?.explain?.(scene);
    write(place, "from", fromWhere(element, asked.name(element.terms[0]?.tensor ?? "input")));
  };
}

/**
 * Whether the explanation has every number that the template names.
 * @param {HTMLElement} place
 * @param {Element} element
 */
function hasFacts(place, element) {
  /** @type {{fact: string}[]} */
  const wanted = JSON.parse(/** @type {HTMLElement} */ (place.querySelector("[data-facts]")).dataset.facts ?? "[]");
  return wanted.every(({ fact }) => fact === "input" || fact === "output" || fact in element);
}

/**
 * Of many values that are only told together, a mean or the largest, no list is made.
 * @param {Element} element
 */
function modeOf(element) {
  const { terms, terms_total: total, combine } = element;
  if (new Set(terms.map(({ tensor }) => tensor)).size > 1) return "sources";
  if (combine === "normalise" && terms.length === total) return "shares";
  return isWeighted(element) && (terms.length < total || terms.some(({ input_index: at }) => at?.length === 2)) ? "largest" : "cells";
}

/**
 * @param {HTMLElement} place
 * @param {Scene} scene
 * @param {(at: number[]) => void} onPick
 */
function showShares(place, scene, onPick) {
  write(place, "where", whereOf(scene));
  write(place, "terms", t("{count} values", { count: count(scene.element?.terms.length ?? 0) }));
  shareTable(/** @type {HTMLElement} */ (view(place, "shares")), scene, { onPick, most: MOST_SHARES });
  write(place, "quotient", saidQuotient(scene));
}

/**
 * What the component takes: a layer's page with nothing but this element.
 * @param {Asked} asked
 * @param {Element} element
 * @returns {Scene}
 */
function sceneOf({ stage, maps, input, output, at, labels }, element) {
  const axes = Math.max(1, stage.shape.length - 2);
  const source = { ref: "", tensor: { ...input, shape: maps ? [1, ...maps] : stage.input.shape }, conversions: [], pictured: false, seen: null, seenRange: [0, 1] };
  /** @type {any} only what the component looks at */
  const config = { layer: stage.layer ?? "", paint: "values" };
  return { config, state: {}, source, params: {}, sent: {}, facts: {}, tensors: { output }, weight: null, given: {}, axes: stage.shape.length < 4 ? 2 : axes, plan: null, labels, at, element };
}

/**
 * Several tensors meet: a line for each.
 * @param {HTMLElement} place
 * @param {Asked} asked
 * @param {Element} element
 * @param {Scene} scene
 */
function showSources(place, { name }, { terms, value, combine }, scene) {
  write(place, "where", whereOf(scene));
  write(place, "terms", t("{count} stages meet", { count: new Set(terms.map(({ tensor }) => tensor)).size }));
  let next = 0;
  const scale = valueScale(range(terms.map(({ input }) => input ?? 0)));
  const whole = terms.map((term) => ({ ...term, weight: term.weight ?? 1, product: term.product ?? term.input }));
  const body = /** @type {HTMLElement} */ (view(place, "sources"));
  largestTerms(body, { ...scene.element, terms: whole, at: scene.at, value, combine, terms_total: terms.length }, { scales: { ...termScales(scene), input: scale, product: scale }, most: LARGEST, name: () => name(terms[next++].tensor ?? "input") });
  sumLine(/** @type {HTMLElement} */ (view(place, "sources-sum")), [{ said: t("output"), value, scale: outScale(scene), before: "=", isOutput: true }]);
}

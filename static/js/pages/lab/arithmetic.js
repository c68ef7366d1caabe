// @ts-check
// The middle of a lab: one output element, written out with the real numbers.
import { count, number } from "../../data/format.js";
import { isRow, placeOf } from "../../data/pick.js";
import { hasWholeNumbers } from "../../data/tensor.js";
import { groupTerms, isCopy, isWeighted } from "../../data/terms.js";
import { t } from "../../text.js";
import { arithmetic, largestTerms } from "../../views/arithmetic.js";
import { legend } from "../../views/legend.js";
import { neighbours } from "../../views/neighbours.js";
import { runningSums, sumLine } from "../../views/sum.js";
import { channelNames, outScale, termScales } from "./scales.js";
import { make, write } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../views/sum.js").Part} SumPart */
/** @typedef {import("../../data/terms.js").Group} Group */
/** @typedef {{fact: string, said: string, before?: string, open?: string, close?: string, only?: string, line?: boolean, step?: boolean}} Fact only: where this setting is on; line: it begins another one; step: it comes out on the way */

const MOST_SUMS = 10;

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountArithmetic(root) {
  const place = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=arithmetic]"));
  const [grid, line, steps, legends] = ["terms", "sums output", "steps", "legends"].map((className) => make("div", { className }));
  const largest = make("tbody");
  const table = make("table", { className: "largest" }, make("caption", { textContent: place?.dataset.largest ?? "" }), largest);
  place?.append(grid, line, steps, ...(place.dataset.largest ? [table] : []), legends);
  return {
    explain: (scene) => {
      writeWhere(root, scene);
      if (!place || !scene.element) return;
      if (place.dataset.facts) return showFacts(scene, JSON.parse(place.dataset.facts), grid, line);
      const { element, source } = scene;
      const scales = termScales(scene);
      const groups = groupTerms(element, source.tensor.shape, scene.axes);
      const names = channelNames(scene);
      const isWhole = element.terms.length === (element.terms_total ?? element.terms.length);
      const weighted = isWeighted(element);
      grid.hidden = (element.terms.length < 2 && !weighted) || !isWhole;
      const isBeside = !weighted && element.terms.length > 1;
      place.classList.toggle("beside", isBeside && !grid.hidden);
      const whole = hasWholeNumbers(source.tensor);
      const hasProducts = !grid.hidden && arithmetic(grid, element, { scales, inputShape: source.tensor.shape, names, axes: scene.axes, whole }).hasProducts;
      sumLine(line, sumParts(scene, isWhole ? groups : [], names, place.dataset), { atEnd: isBeside && !grid.hidden, whole });
      const bias = element.bias ?? null;
      steps.hidden = !weighted || !isWhole || (element.terms.length < 2 && bias === null) || Boolean(place.dataset.largest) || Boolean(scene.isSecret);
      if (!steps.hidden) runningSums(steps, groups, { bias, names, scale: scales.product, whole });
      if (place.dataset.largest) largestTerms(largest, element, { scales, name: (index) => inputName(index, source.tensor.shape) });
      legends.hidden = !weighted || Boolean(scene.isSecret);
      if (weighted) showLegends(legends, scene, hasProducts || Boolean(place.dataset.largest));
    },
  };
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 */
function writeWhere(root, scene) {
  const { element } = scene;
  write(root, "where", whereOf(scene));
  write(root, "from", fromWhere(element));
  if (element && "normalised" in element) return write(root, "terms", element.counted ? t("mean and variance of {count} values", { count: count(element.counted) }) : "");
  const terms = element?.terms_total ?? element?.terms.length ?? 0;
  const weighted = element && isWeighted(element);
  write(root, "terms", weighted ? (terms === 1 ? t("1 product") : t("{count} products, summed", { count: count(terms) })) : terms > 1 ? t("{count} values", { count: count(terms) }) : "");
}

/**
 * Which element it is, in words.
 * @param {Scene} scene
 */
export function whereOf({ at, labels, tensors, axes }) {
  const { y, x, map } = placeOf(at);
  const row = axes !== 1 && (isRow(tensors.output.shape) || at.length < 2 || (at.length === 2 && tensors.output.shape[0] === 1));
  const named = row && labels && labels.length === tensors.output.shape.at(-1) ? labels[x] : t("output {x}", { x });
  const channel = at.length > 2 ? t("row {y}, column {x}, map {map}", { y, x, map }) : t("row {y}, column {x}", { y, x });
  const deep = axes === 1 ? t("place {x}, map {map}", { x, map: y }) : t("slice {z}, row {y}, column {x}, map {map}", { z: map, y, x, map: at.at(-4) ?? 0 });
  return row ? named : axes === 1 || at.length > 4 ? deep : channel;
}

/**
 * @param {Scene} scene
 * @param {Group[]} groups
 * @param {readonly string[] | null} names
 * @param {DOMStringMap} words what the template calls each way to combine
 * @returns {SumPart[]}
 */
function sumParts(scene, groups, names, words) {
  const element = /** @type {import("../../data/terms.js").Element} */ (scene.element);
  const scale = outScale(scene);
  const output = { said: t("output"), value: element.value, scale, before: "=", isOutput: true };
  const only = element.terms.length === 1 ? element.terms[0] : null;
  if (isCopy(element)) return [{ said: t("input"), value: only?.input, scale }, output];
  if (isNew(element)) return [{ ...output, before: "" }];
  if (only && !isWeighted(element)) {
    const slope = element.slope;
    const parts = [{ said: "x", value: only.input, scale: termScales(scene).input }, { ...output, before: "→", said: words.output ?? output.said }];
    return slope === undefined ? parts : [...parts, { said: t("slope here"), value: slope, scale: null, before: "" }];
  }
  if (!isWeighted(element)) {
    return [{ ...output, said: t(words[element.combine] ?? "{count} values", { count: count(element.counted ?? element.terms_total ?? element.terms.length) }) }];
  }
  const bias = element.bias === null || element.bias === undefined ? [] : [{ said: t("bias"), value: element.bias, scale: termScales(scene).weight }];
  return [...sumsOf(groups, names, scale), ...bias, output];
}

/**
 * @param {Scene} scene
 * @param {Fact[]} wanted
 * @param {HTMLElement} grid where neighbours stand whose squares count
 * @param {HTMLElement} line
 */
function showFacts(scene, wanted, grid, line) {
  const { element } = scene;
  grid.hidden = !element?.terms.some(({ square }) => square !== undefined);
  if (element && !grid.hidden) neighbours(grid, element, termScales(scene).input);
  sumLine(line, factParts(scene, wanted));
}

/**
 * The numbers of the explanation that the template names, in its order; the output at the end.
 * @param {Scene} scene
 * @param {Fact[]} wanted
 * @returns {SumPart[]}
 */
function factParts(scene, wanted) {
  const { element } = scene;
  if (isNew(element)) return newCell(scene);
  const scales = { ...termScales(scene), output: outScale(scene) };
  const own = element?.terms.find(({ input_index: at }) => String(at) === String(element.at)) ?? element?.terms[0];
  return factsOf(scene, wanted).map(({ fact, said, before, open, close, line }) => {
    const value = fact === "output" ? element?.value : fact === "input" ? own?.input : element?.[fact];
    const scale = fact === "output" ? scales.output : fact === "input" ? scales.input : null;
    return { said, before, open, close, line, value: value === null || value === undefined ? value : Number(value), scale, isOutput: fact === "output" };
  });
}

/**
 * Those facts that had a part in the number: some do only with a setting that is on.
 * @template {{only?: string}} Wanted
 * @param {Scene} scene
 * @param {Wanted[]} wanted
 * @returns {Wanted[]}
 */
export function factsOf({ facts }, wanted) {
  return wanted.filter(({ only }) => !only || facts.params?.[only]);
}

/**
 * Whether nothing of the input has a part in it.
 * @param {import("../../data/terms.js").Element | null} element
 */
export function isNew(element) {
  return element?.combine === "sum" && element.terms.length === 0;
}

/**
 * A cell that holds the number that new cells are given.
 * @param {Scene} scene
 * @returns {SumPart[]}
 */
function newCell(scene) {
  const { element } = scene;
  const scale = outScale(scene);
  return [{ said: t("value"), value: element?.bias, scale }, { said: t("output"), value: element?.value, scale, before: "=", isOutput: true }];
}

/**
 * Where the one value came from that an element is a copy of.
 * @param {import("../../data/terms.js").Element | null} element
 * @param {string} [name] of what it was taken from
 */
export function fromWhere(element, name = "input") {
  if (!element) return "";
  if (isCopy(element)) return t("taken from {name}[{index}]", { name, index: element.terms[0].input_index?.join(", ") ?? "" });
  return isNew(element) ? t("a new cell") : "";
}

/**
 * @param {Group[]} groups
 * @param {readonly string[] | null} names
 * @param {import("../../data/color.js").Scale} scale
 * @returns {SumPart[]}
 */
function sumsOf(groups, names, scale) {
  if (groups.length > MOST_SUMS) return [{ said: t("all products"), value: allOf(groups), scale }];
  const alone = groups.length === 1;
  return groups.map(({ channel, slice, sum }, i) => ({ said: names?.[channel] ?? (groups.some((other, j) => j !== i && other.channel === channel) ? t("slice {slice}", { slice }) : alone ? t("all products") : t("map {map}", { map: channel })), ...(i && !names ? { brief: String(channel) } : {}), value: sum, scale }));
}

/** @param {Group[]} groups */
function allOf(groups) {
  const sums = groups.map(({ sum }) => sum ?? NaN);
  return groups.some(({ sum }) => sum === undefined) ? undefined : sums.reduce((total, sum) => total + sum, 0);
}

/**
 * Where an input element lies, also when it was laid out in one row first.
 * @param {number[]} index
 * @param {number[]} shape
 */
function inputName(index, shape) {
  const place = index.at(-1) ?? 0;
  if (index.length === 4) return t("map {map}, row {y}, column {x}", { map: index[1], y: index[2], x: index[3] });
  if (index.length !== 2 || shape.length < 4) return t("input {place}", { place });
  const [height, width] = shape.slice(-2);
  const map = Math.floor(place / (height * width));
  return t("map {map}, row {y}, column {x}", { map, y: Math.floor(place / width) % height, x: place % width });
}

/**
 * @param {HTMLElement} place
 * @param {Scene} scene
 * @param {boolean} hasProducts they are seen in these colours
 */
function showLegends(place, scene, hasProducts) {
  const scales = termScales(scene);
  const whole = scene.weight !== null && hasWholeNumbers(scene.weight);
  while (place.children.length < 2) place.append(make("div"));
  const [weight, product] = /** @type {HTMLElement[]} */ ([...place.children]);
  legend(weight, scales.weight, { label: t("weight"), format: number, whole });
  product.hidden = !hasProducts;
  legend(product, scales.product, { label: t("product"), format: number, whole: whole && hasWholeNumbers(scene.source.tensor) });
}

// @ts-check
// How far the controls go: no further than the service says is valid while the others stay.
import { limitPicks } from "./picks.js";
import { paintShare } from "./side_fields.js";
import { t } from "../text.js";
import { ordinary } from "../data/typed.js";
import { keepRanges } from "./works_here.js";

/** @typedef {{min: number | null, max: number | null, step?: number, each?: {min: number, max: number}[]} | {values: (string | number | boolean | number[])[]}} Valid */

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, Valid>} ranges
 * @param {Record<string, string>} [params] that they were worked out for
 */
export function showRanges(form, ranges, params) {
  if (params) keepRanges(form, ranges, params);
  for (const field of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-field]"))) {
    if (field.closest("fieldset:disabled, [data-source][hidden]")) continue;
    const valid = ranges[field.dataset.field ?? ""] ?? null;
    limitSlider(field, valid);
    if (valid && "each" in valid) limitSides(field, valid.each);
    limitChoices(field, valid);
    fix(field, onlyValue(valid));
  }
}

/** @param {Valid | null} valid @returns {string | number | boolean | null} */
export function onlyValue(valid) {
  if (!valid) return null;
  if ("values" in valid) return valid.values.length === 1 && !Array.isArray(valid.values[0]) ? valid.values[0] : null;
  return valid.min === valid.max && !valid.each ? valid.min : null;
}

/**
 * A slider's own ends, drawn in to what is valid.
 * @param {number[]} own low, high
 * @param {Valid | null} valid
 */
export function ends([low, high], valid) {
  if (!valid) return [low, high];
  const [min, max] = "values" in valid ? [Math.min(...valid.values.map(Number)), Math.max(...valid.values.map(Number))] : [valid.min ?? low, valid.max ?? high];
  return [Math.max(low, Math.min(min, high)), Math.max(low, Math.min(high, max))];
}

/**
 * Where a slider comes to stand: on its way, the first value that can be.
 * @param {number} value where it was moved to
 * @param {number} before where it stood
 * @param {number[]} values those that can be
 */
export function settled(value, before, values) {
  const ahead = values.filter((one) => (value < before ? one <= value : one >= value));
  return [...(ahead.length ? ahead : values)].sort((a, b) => Math.abs(a - value) - Math.abs(b - value))[0] ?? value;
}

/**
 * A slider that stops at valid values only.
 * @param {HTMLInputElement} slider
 * @param {Valid | null} valid
 */
function stopAt(slider, valid) {
  const values = valid && "values" in valid ? valid.values.map(Number) : null;
  let before = Number(slider.value);
  slider.oninput = values && (() => (slider.value = String((before = settled(Number(slider.value), before, values)))));
  slider.step = String((valid && "step" in valid && valid.step) || 1);
}

/**
 * @param {HTMLElement} field
 * @param {Valid | null} valid
 */
function limitSlider(field, valid) {
  const slider = /** @type {HTMLInputElement | null} */ (field.querySelector("[type=range]"));
  if (!slider) return;
  slider.dataset.own ??= [slider.min, slider.max].join(",");
  const [low, high] = ends(slider.dataset.own.split(",").map(Number), valid);
  const value = Number(ordinary(/** @type {HTMLInputElement | null} */ (field.querySelector(".v"))?.value ?? "") || slider.value);
  Object.assign(slider, { min: String(low), max: String(high) });
  if (Number.isFinite(value)) slider.value = String(value); // an end that came in may have moved the thumb
  if (field.dataset.kind !== "number") stopAt(slider, valid);
  paintShare(slider);
  const said = slider.parentElement?.querySelectorAll("span[aria-hidden]") ?? [];
  [low, high].forEach((end, i) => said[i] && (said[i].textContent = String(end).replace("-", "\u2212")));
}

/**
 * @param {HTMLElement} field
 * @param {readonly {min: number, max: number}[] | undefined} each what is valid for each number while the others stay
 */
function limitSides(field, each) {
  const own = /** @type {HTMLInputElement | null} */ (field.querySelector(".slider input"))?.dataset.own?.split(",").map(Number);
  if (!own || !each) return;
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (field.querySelectorAll("[data-side]"))) {
    const [low, high] = ends(own, each[Number(input.dataset.side)] ?? null);
    Object.assign(input, { min: String(low), max: String(high) });
    const value = input.closest(".per-side")?.querySelector(".value")?.textContent?.replace("\u2212", "-");
    if (value) input.value = value; // an end that came in may have moved the thumb
    paintShare(input);
  }
}

/**
 * @param {HTMLElement} field
 * @param {Valid | null} valid
 */
function limitChoices(field, valid) {
  const values = valid && "values" in valid ? valid.values.map(String) : null;
  for (const option of field.querySelectorAll("option")) option.disabled = Boolean(values) && !values?.includes(option.value);
}

/** Kinds that one number does not exhaust: "1,3" may be valid where 3 is not. */
const MANY = ["sizes", "padding", "sides"];

/**
 * One valid value: nothing to choose, and it says so.
 * @param {HTMLElement} field
 * @param {string | number | boolean | null} only
 */
function fix(field, only) {
  const controls = /** @type {NodeListOf<HTMLInputElement | HTMLSelectElement>} */ (field.querySelectorAll(MANY.includes(field.dataset.kind ?? "") ? "[type=range]" : "input, select"));
  for (const control of controls) control.disabled = only !== null;
  if (only === null) limitPicks(field);
  const line = /** @type {HTMLElement | null} */ (field.querySelector(":scope > .fixed")) ?? document.createElement("p");
  line.className = "hint fixed";
  line.textContent = only === null ? "" : t("only {value} fits the input and the other settings", { value: String(only) });
  line.hidden = only === null;
  if (only !== null) field.append(line);
}

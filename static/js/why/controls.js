// @ts-check
// The controls of one live figure: their values, as one short text for the link.
import { number } from "../data/format.js";

/** @typedef {HTMLInputElement | HTMLSelectElement} Control */

/**
 * @param {HTMLElement} figure
 * @param {string} text as `textOf` wrote it
 * @param {(values: Record<string, string>, isMoving: boolean) => void} onChange
 */
export function bindControls(figure, text, onChange) {
  const own = readControls(figure);
  figure.dataset.own ??= JSON.stringify(own);
  showControls(figure, { ...JSON.parse(figure.dataset.own), ...parse(text) });
  const tell = (/** @type {Event} */ event) => {
    showControls(figure, readControls(figure));
    onChange(readControls(figure), event.type === "input");
  };
  for (const control of all(figure)) {
    control.addEventListener("input", tell);
    control.addEventListener("change", tell);
  }
}

/** @param {HTMLElement} figure @returns {Control[]} */
function all(figure) {
  return [...figure.querySelectorAll("[data-control]")].map((control) => /** @type {Control} */ (control));
}

/** @param {HTMLElement} figure @returns {Record<string, string>} */
export function readControls(figure) {
  const chosen = all(figure).filter((control) => control.type !== "radio" || /** @type {HTMLInputElement} */ (control).checked);
  return Object.fromEntries(chosen.map((control) => [control.dataset.control ?? "", control.value]));
}

/**
 * @param {HTMLElement} figure
 * @param {Record<string, string>} values
 */
export function showControls(figure, values) {
  for (const control of all(figure)) {
    const value = values[control.dataset.control ?? ""];
    if (value === undefined) continue;
    if (control instanceof HTMLInputElement && control.type === "radio") control.checked = control.value === value;
    else if (control.value !== value) control.value = value;
    if (control instanceof HTMLInputElement && control.type === "range") showSlider(control);
  }
}

/** @param {HTMLInputElement} slider */
function showSlider(slider) {
  const [low, high, at] = [slider.min, slider.max, slider.value].map(Number);
  slider.style.setProperty("--share", `${((at - low) / (high - low || 1)) * 100}%`);
  const said = slider.closest("label")?.querySelector(".value");
  const digits = slider.step.split(".")[1]?.length ?? 0;
  const base = Number(slider.dataset.base ?? 0); // the slider moves through its powers
  if (said) said.textContent = base ? number(base ** at) : number(at, digits);
  if (base) slider.setAttribute("aria-valuetext", number(base ** at));
}

/**
 * What differs from how the figure opens, `name:value` with commas between.
 * @param {HTMLElement} figure
 */
export function textOf(figure) {
  const own = JSON.parse(figure.dataset.own ?? "{}");
  const changed = Object.entries(readControls(figure)).filter(([name, value]) => value !== own[name]);
  return changed.map((pair) => pair.join(":")).join(",");
}

/** @param {string} text @returns {Record<string, string>} */
function parse(text) {
  return Object.fromEntries(text.split(",").filter(Boolean).map((pair) => /** @type {[string, string]} */ (pair.split(":"))));
}

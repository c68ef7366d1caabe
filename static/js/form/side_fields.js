// @ts-check
// A field whose one slider becomes one for each axis or side.
import { listOf, sideNames, turned, withSide } from "../data/sides.js";
import { t } from "../text.js";
import { ordinary } from "../data/typed.js";

const MINUS = "\u2212";

/** The words are looked up when they are written, not when this file is read. */
function said() {
  return {
    depth: t("depth"), height: t("height"), width: t("width"), length: t("length"), begin: t("begin"), end: t("end"),
    front: t("front"), back: t("back"), top: t("top"), bottom: t("bottom"), left: t("left"), right: t("right"),
  };
}

/** @param {HTMLElement} field */
function typed(field) {
  return ordinary(/** @type {HTMLInputElement} */ (field.querySelector("input.v")).value);
}

/**
 * What a press of the button, or one of the sliders, makes of the field's value.
 * @param {HTMLElement} field
 * @param {HTMLElement} control
 */
export function valueOf(field, control) {
  if (control instanceof HTMLInputElement) return withSide(typed(field), Number(control.dataset.side), Number(control.value));
  const { kind = "", axes = "2", used = "" } = field.dataset;
  return turned(typed(field), { kind, axes: Number(axes), used: used.split(",").filter(Boolean) });
}

/**
 * @param {HTMLElement} field
 * @param {string} value
 */
export function showSides(field, value) {
  const button = /** @type {HTMLElement | null} */ (field.querySelector("button.apart"));
  if (!button) return;
  const { kind = "", axes = "2" } = field.dataset;
  const list = listOf(value);
  button.hidden = kind === "sizes" && axes === "1" && !list;
  button.setAttribute("aria-pressed", String(Boolean(list)));
  const one = /** @type {HTMLElement | null} */ (field.querySelector(".slider"));
  if (one) one.hidden = Boolean(list);
  const rows = [...field.querySelectorAll(".per-side")];
  for (const row of rows.splice(list?.length ?? 0)) row.remove();
  while (list && rows.length < list.length) rows.push(addRow(field, rows.length));
  const names = list ? sideNames(kind, list.length, Number(axes)) : [];
  rows.forEach((row, i) => showRow(/** @type {HTMLElement} */ (row), list?.[i] ?? 0, said()[/** @type {"top"} */ (names[i])] ?? String(i), field.dataset.field ?? ""));
}

/**
 * @param {HTMLElement} field
 * @param {number} index
 */
function addRow(field, index) {
  const row = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "range", step: "1" });
  input.dataset.side = String(index);
  const main = /** @type {HTMLInputElement | null} */ (field.querySelector(".slider input"));
  if (main) [input.min, input.max] = main.dataset.own?.split(",") ?? [main.min, main.max];
  row.className = "per-side";
  row.append(document.createElement("span"), input, Object.assign(document.createElement("b"), { className: "value" }));
  field.insertBefore(row, field.querySelector(".about"));
  return row;
}

/**
 * @param {HTMLElement} row
 * @param {number} value
 * @param {string} name
 * @param {string} parameter
 */
function showRow(row, value, name, parameter) {
  const [text, input, output] = /** @type {[HTMLElement, HTMLInputElement, HTMLElement]} */ ([...row.children]);
  text.textContent = name;
  input.ariaLabel = `${parameter}, ${name}`;
  input.value = String(value);
  output.textContent = String(value).replace("-", MINUS);
  paintShare(input);
}

/** @param {HTMLInputElement} slider */
export function paintShare({ style, min, max, value }) {
  const [low, high, at] = [min, max, value].map(Number);
  style.setProperty("--share", `${high > low ? Math.round(((at - low) / (high - low)) * 1000) / 10 : 0}%`);
}

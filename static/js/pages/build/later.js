// @ts-check
// How far a setting can go before a layer further on stops fitting, said at the setting.
import { t } from "../../text.js";
import { make } from "../shared/page_text.js";

/** @typedef {{min: number, max: number, stops: number | null} | {values: (string | number | boolean)[], stops: number | null}} Later stops: the first layer that does not fit beyond; null where the whole gets too large */

/**
 * @param {HTMLFormElement} form whose sliders end where their own layer does
 * @param {Record<string, Later> | null} later
 */
export function showLater(form, later) {
  for (const field of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-field]"))) {
    const told = field.closest("fieldset:disabled, [data-source][hidden]") ? undefined : later?.[field.dataset.field ?? ""];
    const line = /** @type {HTMLElement | null} */ (field.querySelector(":scope > .later")) ?? make("p", { className: "hint later" });
    line.textContent = told && isInSight(field, told) ? said(told) : "";
    line.hidden = !line.textContent;
    field.append(line);
  }
}

/**
 * What no slider reaches need not be said.
 * @param {HTMLElement} field
 * @param {Later} told
 */
function isInSight(field, told) {
  const slider = /** @type {HTMLInputElement | null} */ (field.querySelector(".slider input"));
  return !slider || "values" in told || told.max < Number(slider.max) || told.min > Number(slider.min);
}

/** @param {Later} told */
function said(told) {
  const number = (told.stops ?? 0) + 1;
  if ("values" in told || told.min === told.max) {
    const values = ("values" in told ? told.values : [told.min]).map(String).join(t(", "));
    return told.stops === null ? t("the whole chain has room with {values}", { values }) : t("layer {number} fits only with {values}", { number, values });
  }
  const { min, max } = told;
  return told.stops === null ? t("the whole chain has room from {min} to {max}", { min, max }) : t("layer {number} fits only from {min} to {max}", { number, min, max });
}

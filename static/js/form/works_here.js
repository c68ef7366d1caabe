// @ts-check
// What works at a field, said with what is wrong there: the range that the last plan gave, as long as all else stayed.
import { t } from "../text.js";
import { ordinary } from "../data/typed.js";

/** @typedef {import("./ranges.js").Valid} Valid */
/** @typedef {Record<string, string>} Params as they are sent */

const NO_END = 2 ** 31 - 1; // as far as any whole number goes: no rule ends there

/** @type {WeakMap<HTMLFormElement, {ranges: Record<string, Valid>, params: Params}>} */
const planned = new WeakMap();

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, Valid>} ranges
 * @param {Params} params that they were worked out for
 */
export function keepRanges(form, ranges, params) {
  planned.set(form, { ranges, params });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} field
 * @param {string} message the rule that is broken, with its numbers
 * @param {Params} params now
 */
export function withWhatWorks(form, field, message, params) {
  const [known, name] = [planned.get(form), field.dataset.field ?? ""];
  const typed = ordinary(/** @type {HTMLInputElement | null} */ (field.querySelector(".v"))?.value ?? "").trim();
  if (!known || !sameBut(name, known.params, params) || !/^-?\d+$/.test(typed)) return message;
  const own = /** @type {HTMLInputElement | null} */ (field.querySelector("[type=range]"))?.dataset.own?.split(",").map(Number);
  return saidHere(message, Number(typed), known.ranges[name] ?? null, own?.[0] ?? -Infinity);
}

/**
 * @param {string} message
 * @param {number} value that does not work
 * @param {Valid | null} valid
 * @param {number} least that the control has at all: below it there is no other rule to tell
 */
export function saidHere(message, value, valid, least) {
  if (valid && "values" in valid) return valid.values.length > 1 ? t("{message}; here {values} work", { message, values: valid.values.map((one) => (Array.isArray(one) ? `[${one.join(", ")}]` : one)).join(t(", ")) }) : message;
  if (!valid || valid.min === null || valid.max === null || valid.min === valid.max) return message;
  if (value >= valid.min && value <= valid.max) return message;
  const far = valid.max >= NO_END;
  const [min, max, not] = [valid.min, valid.max, value].map((number) => String(number).replace("-", "\u2212"));
  if (value < least) return far ? t("at least {min} works here, not {value}", { min, value: not }) : t("from {min} to {max} works here, not {value}", { min, max, value: not });
  return far ? t("{message}; here at least {min} works", { message, min }) : t("{message}; here {min} to {max} works", { message, min, max });
}

/**
 * @param {string} name
 * @param {Params} before
 * @param {Params} now
 */
function sameBut(name, before, now) {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  names.delete(name);
  return [...names].every((other) => before[other] === now[other]);
}

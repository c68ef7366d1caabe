// @ts-check
// What A and B say in numbers: one element's three, the largest and the mean difference, what each side costs.
import { bytes, count, digitsOfDifference, milliseconds, number, precise, shape, si } from "../../data/format.js";
import { formatSetting, saidOf } from "../../data/setting.js";
import { valueAt } from "../../data/tensor.js";
import { t } from "../../text.js";
import { paintCell } from "../../views/arithmetic.js";
import { whereOf } from "./arithmetic.js";
import { make, write } from "../shared/page_text.js";

/** @typedef {import("./ab.js").Both} Both */
/** @typedef {import("./ab.js").Side} Side */

/**
 * @param {HTMLElement} place
 * @param {Both} both
 */
export function drawFacts(place, both) {
  const { a, b, difference } = both;
  /** @type {Record<string, (side: Side, other: Side) => string | Node>} */
  const facts = {
    settings: saidSettings,
    shape: ({ output }) => shape(output.shape),
    parameters: ({ facts: { cost } }) => count(cost.parameters),
    macs: ({ facts: { cost } }) => si(cost.macs),
    bytes: ({ facts: { cost } }) => bytes(cost.output_bytes),
    time: ({ facts: { timing_ms: took } }) => milliseconds(took.run),
  };
  for (const row of /** @type {NodeListOf<HTMLTableRowElement>} */ (place.querySelectorAll("[data-fact]"))) {
    const say = facts[row.dataset.fact ?? ""];
    row.cells[1].replaceChildren(say(a, b));
    row.cells[2].replaceChildren(say(b, a));
  }
  const most = /** @type {HTMLElement} */ (place.querySelector(".ab-most"));
  most.hidden = !difference;
  write(place, "ab-note", noteOn(both));
  if (!difference) return;
  write(place, "ab-largest", precise(difference.largest));
  write(place, "ab-mean", precise(difference.mean));
  const where = /** @type {HTMLElement} */ (place.querySelector("[data-ab=largest]"));
  where.hidden = !difference.largest;
  where.textContent = t("at {at}", { at: `[${difference.at.join(", ")}]` });
}

/**
 * What is wrong with B, and what B is.
 * @param {HTMLElement} place
 * @param {import("../../data/setting.js").Setting | null} setting
 * @param {string} why empty: nothing
 */
export function drawWrong(place, setting, why) {
  place.classList.toggle("failed", Boolean(why));
  const line = /** @type {HTMLElement} */ (place.querySelector(":scope > .error"));
  line.hidden = !why;
  const said = [setting?.layer, ...Object.entries(setting?.params ?? {}).map((pair) => pair.join(" "))].join(" · ");
  line.textContent = why ? t("B ({setting}) cannot be computed: {why}", { setting: said, why }) : "";
}

/** @param {Both} both */
function noteOn({ a, b, difference }) {
  if (formatSetting(a.setting) === formatSetting(b.setting)) return t("A and B are the same so far. Change a setting of the page: that changes A, B stays.");
  if (difference?.skipped) return t("{count} places have no finite difference and are left out", { count: count(difference.skipped) });
  return difference && !difference.largest ? t("A and B are equal in every place.") : "";
}

/**
 * @param {Side} side
 * @param {Side} other
 */
function saidSettings(side, other) {
  const used = (/** @type {Side} */ { setting, facts }) => ({ setting, used: facts.params });
  const parts = saidOf(used(side), used(other)).map(({ name, value, differs }) => make("span", { className: differs ? "differs" : "" }, make("i", { textContent: name }), ` ${value}`));
  return make("span", { className: "ab-settings" }, make("span", {}, make("i", { textContent: side.setting.layer })), ...parts);
}

/**
 * The numbers of one place, written as a subtraction where it is one.
 * @param {HTMLElement} place
 * @param {Both} both
 */
export function drawNumbers(place, both) {
  const { scene, a, b, difference, scale, scaleD, at, atB } = both;
  const [first, second] = [valueAt(a.output, at), valueAt(b.output, atB)];
  const digits = digitsOfDifference(first, second, scene.config.digits);
  const table = /** @type {HTMLTableElement} */ (place.querySelector(".ab-cell"));
  const rows = difference
    ? [line("A", "", first, scale), line("B", "−", second, scale), line("A − B", "=", first - second, scaleD)]
    : [line(`A [${at.join(", ")}]`, "", first, scale), line(`B [${atB.join(", ")}]`, "", second, scale)];
  const where = difference ? whereOf({ ...scene, at }) : "";
  if (table.caption) table.caption.textContent = where;
  table.tBodies[0].replaceChildren(...rows);
  const said = { a: number(first, digits), b: number(second, digits), d: number(first - second, digits) };
  const spoken = difference ? t("{where}; A {a}; B {b}; A − B = {d}", { where, ...said }) : t("A {a}; B {b}", said);
  if (String(at) === String(scene.at)) write(place, "ab-spoken", spoken);

  /**
   * @param {string} name
   * @param {string} sign
   * @param {number} value
   * @param {import("../../data/color.js").Scale} colors
   */
  function line(name, sign, value, colors) {
    const cell = make("td", { title: String(value) });
    paintCell(cell, value, colors, number(value, digits));
    return make("tr", {}, make("th", { scope: "row", textContent: name }), make("td", { textContent: sign }), cell);
  }
}

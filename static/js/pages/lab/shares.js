// @ts-check
// How numbers become shares, as a table: each number, what is left of it below the largest, its exponential, its share.
import { valueScale } from "../../data/color.js";
import { allDigits, count, number, percent, precise } from "../../data/format.js";
import { t } from "../../text.js";
import { paintCell } from "../../views/arithmetic.js";
import { inScale } from "./scales.js";
import { make } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/terms.js").Term} Term */
/** @typedef {import("../../data/terms.js").Element} Element */

/**
 * @param {Scene} scene
 * @param {number[]} sizes
 */
export function namesFor({ labels }, sizes) {
  const many = sizes.at(-1) ?? 1;
  return labels?.length === many ? labels : Array.from({ length: many }, (_, i) => String(i));
}

/**
 * @param {HTMLElement} place
 * @param {Scene} scene
 * @param {{onPick: (at: number[]) => void, most?: number}} options most: lines; of more terms the largest, the chosen
 *   one among them, and all others together
 */
export function shareTable(place, scene, { onPick, most = Infinity }) {
  const { element, tensors } = scene;
  if (!element) return;
  const axis = element.terms[0]?.input_index?.findIndex((index, i) => element.terms.some(({ input_index }) => input_index?.[i] !== index)) ?? -1;
  const names = namesFor(scene, [tensors.output.shape.at(axis) ?? 1]);
  const exps = valueScale({ min: 0, max: 1, signed: false });
  const { terms } = element;
  const isLog = isLogged(element);
  const isDivided = terms.some((term) => "divided" in term);
  const shown = largestShares(terms, scene, most);
  const rows = shown.map((term) => {
    const { input, divided, shifted, exp, share, log, input_index } = term;
    const index = input_index?.at(axis) ?? 0;
    const name = make("button", { type: "button", textContent: names[index] ?? String(index) });
    name.onclick = () => input_index && onPick(input_index);
    const row = make("tr", { className: isChosen(scene, term) ? "chosen" : "" }, make("th", { scope: "row" }, name));
    name.setAttribute("aria-pressed", String(isChosen(scene, term)));
    row.append(cell(input, inScale(scene)), ...(isDivided ? [plain(number(divided))] : []), plain(number(shifted)), cell(exp, exps, number(exp, 3)), cell(share, exps, percent(share)), ...(isLog ? [plain(number(log))] : []));
    return row;
  });
  const others = terms.filter((term) => !shown.includes(term));
  const blanks = { before: isDivided ? 3 : 2, after: isLog ? 1 : 0 };
  if (others.length) rows.push(totals(t("{count} others", { count: count(others.length) }), sumOf(others, "exp"), sumOf(others, "share"), blanks));
  const foot = totals(t("sum"), element.total, scene.isSecret ? undefined : sumOf(element.terms, "share"), blanks);
  const [logit, ...after] = (place.dataset.heads ?? "").split("|");
  const heads = [place.dataset.name ?? "", logit, ...(isDivided ? [`÷ ${allDigits(element.temperature)}`] : []), ...after, ...(isLog ? ["ln"] : [])];
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col", textContent: text })));
  const table = make("table", { className: "shares" }, make("thead", {}, head), make("tbody", {}, ...rows), make("tfoot", {}, foot));
  keepFocus(place, () => place.replaceChildren(table));
}

/**
 * The chosen share as the quotient that it is, with its numbers.
 * @param {Scene} scene
 */
export function saidQuotient(scene) {
  const { element } = scene;
  const chosen = element?.terms.find((term) => isChosen(scene, term));
  if (!element || chosen?.exp === undefined) return "";
  const numbers = { exp: precise(chosen.exp), sum: precise(element.total), share: precise(chosen.share) };
  return isLogged(element) ? t("ln ({exp} ÷ {sum}) = {value}", { ...numbers, value: precise(element.value ?? NaN) }) : t("{exp} ÷ {sum} = {share}", numbers);
}

/**
 * Whether logarithms come out.
 * @param {import("../../data/terms.js").Element} element
 */
function isLogged({ terms }) {
  return terms.some((term) => "log" in term);
}

/**
 * @param {Term[]} terms
 * @param {Scene} scene
 * @param {number} most
 * @returns {Term[]} in their own order where all are shown
 */
function largestShares(terms, scene, most) {
  if (terms.length <= most) return terms;
  const sorted = [...terms].sort((one, other) => (other.exp ?? 0) - (one.exp ?? 0));
  const first = sorted.slice(0, most);
  const chosen = sorted.find((term) => isChosen(scene, term));
  return chosen && !first.includes(chosen) ? [...first.slice(0, -1), chosen] : first;
}

/**
 * @param {Scene} scene
 * @param {Term} term
 */
function isChosen({ at }, { input_index: index }) {
  return String(index) === String(at);
}

/**
 * @param {Term[]} terms
 * @param {"exp" | "share"} field
 */
function sumOf(terms, field) {
  return terms.reduce((sum, term) => sum + (term[field] ?? 0), 0);
}

/**
 * @param {string} name
 * @param {number | undefined} exp
 * @param {number | undefined} share
 * @param {{before: number, after: number}} blanks columns that have no sum
 */
function totals(name, exp, share, { before, after }) {
  const empty = (/** @type {number} */ many) => Array.from({ length: many }, () => plain(""));
  return make("tr", {}, make("th", { scope: "row", textContent: name }), ...empty(before), plain(number(exp, 3)), plain(percent(share)), ...empty(after));
}

/**
 * @param {number | null | undefined} value
 * @param {import("../../data/color.js").Scale} scale
 * @param {string} [text]
 */
function cell(value, scale, text) {
  const element = make("td");
  paintCell(element, value, scale, text);
  return element;
}

/** @param {string} text */
function plain(text) {
  return make("td", { textContent: text });
}

/**
 * The button that was pressed is drawn anew; the keyboard stays on it.
 * @param {HTMLElement} place
 * @param {() => void} change
 */
function keepFocus(place, change) {
  const index = [...place.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  change();
  if (index >= 0) place.querySelectorAll("button")[index]?.focus();
}

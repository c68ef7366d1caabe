// @ts-check
// What adds up to a score, a line for each: value, weight, product, and the product as a bar from a common zero.
import { textOn } from "../data/color.js";
import { precise } from "../data/format.js";
import { t } from "../text.js";

/** @typedef {import("../data/color.js").Scale} Scale */
/** @typedef {import("../data/contributions.js").Feature} Feature */
/** @typedef {{input: Scale, weight: Scale, product: Scale}} Scales */
/** @typedef {{said: string, value: number | null, isResult?: boolean}} Line */

/**
 * @param {HTMLElement} body of the table
 * @param {readonly Feature[]} features
 * @param {{scales: Scales, linkOf: (feature: Feature) => Node}} options
 */
export function addedRows(body, features, { scales, linkOf }) {
  body.replaceChildren(...features.map((feature) => {
    const row = document.createElement("tr");
    const name = Object.assign(document.createElement("th"), { scope: "row" });
    name.append(linkOf(feature));
    row.append(name, cell(feature.input, scales.input), cell(feature.weight, scales.weight, "×"), cell(feature.product, scales.product, "="), bar(feature.product, scales.product));
    return row;
  }));
}

/**
 * The others, the bias and the score: often far larger than any feature, so they have no bars.
 * @param {HTMLElement} foot
 * @param {readonly Line[]} lines
 */
export function sumRows(foot, lines) {
  foot.replaceChildren(...lines.map(({ said, value, isResult }) => {
    const row = document.createElement("tr");
    row.classList.toggle("result", Boolean(isResult));
    const name = Object.assign(document.createElement("th"), { scope: "row", colSpan: 3, textContent: said });
    row.append(name, cell(value, null, isResult ? "=" : (value ?? 0) < 0 ? "" : "+"), document.createElement("td"));
    return row;
  }));
}

/**
 * @param {number | null} value
 * @param {Scale | null} scale
 * @param {string} [before] the sign
 */
function cell(value, scale, before = "") {
  const place = document.createElement("td");
  if (before) place.append(Object.assign(document.createElement("span"), { className: "sign", textContent: before }));
  const number = Object.assign(document.createElement("span"), { className: "value", textContent: precise(value ?? NaN) });
  if (scale) {
    const rgb = scale.rgb(value ?? NaN);
    Object.assign(number.style, { backgroundColor: `rgb(${rgb})`, color: textOn(rgb) });
  }
  place.append(number);
  return place;
}

/**
 * @param {number | null} value
 * @param {Scale} scale symmetric about zero, which is in the middle
 */
function bar(value, scale) {
  const place = Object.assign(document.createElement("td"), { className: "plot" });
  const length = Math.min(1, Math.abs(value ?? 0) / scale.max) * 50;
  const drawn = Object.assign(document.createElement("span"), { className: "bar", title: t("{value} of the score", { value: precise(value ?? NaN) }) });
  Object.assign(drawn.style, { left: `${(value ?? 0) < 0 ? 50 - length : 50}%`, width: `${length}%`, backgroundColor: scale.css(value ?? NaN) });
  place.append(drawn);
  return place;
}

// @ts-check
// A curve and its derivative over axes painted with the colours of the values, a unit as long across as up, and the
// values that went in and came out as histograms on those same axes.
import { d3 } from "../d3.js";
import { centredStart, histogram } from "../data/histogram.js";
import { number, percent, si } from "../data/format.js";
import { t } from "../text.js";
import { drawing, label, svg } from "./svg.js";

/** @typedef {import("../data/color.js").Scale} Scale */
/** @typedef {{x: number[], y: number[], dydx?: number[]}} Curve */
/**
 * @typedef {object} CurveOptions
 * @property {Curve} curve
 * @property {Curve | null} [other] to compare with, dotted
 * @property {{name: string, other: string, derivative: string, input: string, output: string}} said
 * @property {ArrayLike<number>} values that went in
 * @property {ArrayLike<number>} results that came out
 * @property {Scale} scale
 * @property {{x: number, y: number} | null} [point]
 */

const UNIT = 52;
const LEFT = 32;
const TOP = 8;
const WIDE = 7 * UNIT;
const HIGH = 240;
const BINS = 56;
const SIDE = 68;
const UNDER = 84;
export const SPAN = WIDE / UNIT / 2;

/**
 * @param {HTMLElement} place
 * @param {CurveOptions} options
 */
export function curvePlot(place, { curve, other = null, said, values, results, scale, point = null }) {
  const ys = [...curve.y, ...(curve.dydx ?? [])].filter(Number.isFinite);
  const low = centredStart(d3.min(ys) ?? 0, d3.max(ys) ?? 1, HIGH / UNIT);
  const x = d3.scaleLinear([-SPAN, SPAN], [LEFT, LEFT + WIDE]);
  const y = d3.scaleLinear([low, low + HIGH / UNIT], [TOP + HIGH, TOP]);
  const lines = [
    ...axes(x, y, scale),
    ...(other ? [line(other.x, other.y, x, y, "other")] : []),
    ...(curve.dydx ? [line(curve.x, curve.dydx, x, y, "slope")] : []),
    line(curve.x, curve.y, x, y, "main"),
  ];
  const clip = svg("clipPath", { id: "plot-area" }, svg("rect", { x: LEFT, y: TOP, width: WIDE, height: HIGH }));
  const names = curveNames(curve, other, said, x, y);
  const bottom = TOP + HIGH + 40;
  const picture = drawing(
    472, bottom + UNDER + 4, t("{name} and its derivative, with histograms of the values before and after", { name: said.name }),
    svg("defs", {}, clip), ...grid(x, y), svg("g", { "clip-path": "url(#plot-area)" }, ...lines.slice(2)), ...lines.slice(0, 2), ...names,
    ...barsBelow(values, x, bottom, scale, said.input), ...barsBeside(results, y, scale, said.output),
    ...(point ? pointer(point, x, y, bottom) : []),
  );
  place.replaceChildren(picture);
}

/** @typedef {import("d3").ScaleLinear<number, number>} Linear */

/** @param {Linear} x @param {Linear} y */
function grid(x, y) {
  const across = d3.range(Math.ceil(y.domain()[0]), y.domain()[1]).map((value) => tick(value, LEFT, y(value), LEFT + WIDE, y(value), LEFT - 12, y(value) + 4, "end"));
  const up = d3.range(Math.ceil(-SPAN), SPAN).map((value) => tick(value, x(value), TOP, x(value), TOP + HIGH, x(value), TOP + HIGH + 24, "middle"));
  return [...across, ...up].flat();
}

/**
 * @param {number} value
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 * @param {number} textX
 * @param {number} textY
 * @param {string} anchor
 */
function tick(value, x1, y1, x2, y2, textX, textY, anchor) {
  return [
    svg("line", { x1, y1, x2, y2, stroke: value === 0 ? "var(--rule-2)" : "var(--rule)" }),
    label(textX, textY, number(value, 0), { "font-size": 12, class: "soft", "text-anchor": anchor }),
  ];
}

/**
 * The axes are the legend: each is painted with the colour of its values.
 * @param {Linear} x
 * @param {Linear} y
 * @param {Scale} scale
 */
function axes(x, y, scale) {
  const step = 1 / 26;
  const across = d3.range(-SPAN, SPAN, step).map((value) => svg("rect", { x: x(value), y: TOP + HIGH, width: step * UNIT + 0.5, height: 8, fill: scale.css(value) }));
  const [low, high] = y.domain();
  const up = d3.range(low, high, step).map((value) => svg("rect", { x: LEFT - 8, y: y(value + step), width: 8, height: step * UNIT + 0.5, fill: scale.css(value) }));
  return [svg("g", {}, ...across), svg("g", {}, ...up)];
}

/**
 * @param {number[]} xs
 * @param {(number | null)[]} ys
 * @param {Linear} x
 * @param {Linear} y
 * @param {string} name
 */
function line(xs, ys, x, y, name) {
  const draw = d3.line().defined(([, value]) => Number.isFinite(value)).x(([value]) => x(value)).y(([, value]) => y(value));
  const points = xs.map((value, i) => /** @type {[number, number]} */ ([value, ys[i] ?? NaN]));
  return svg("path", { d: draw(points) ?? "", class: `curve-${name}`, fill: "none" });
}

/**
 * @param {Curve} curve
 * @param {Curve | null} other
 * @param {CurveOptions["said"]} said
 * @param {Linear} x
 * @param {Linear} y
 */
function curveNames(curve, other, said, x, y) {
  const key = [
    { name: "main", text: said.name },
    ...(curve.dydx ? [{ name: "slope", text: said.derivative }] : []),
    ...(other ? [{ name: "other", text: said.other }] : []),
  ];
  // At the left, above or below: where the curve is not.
  const atLeft = curve.y[Math.floor(curve.y.length / 5)] ?? 0;
  const [low, high] = y.domain();
  const top = atLeft > (low + high) / 2 ? TOP + HIGH - 16 * key.length - 8 : TOP + 8;
  return key.flatMap(({ name, text }, i) => [
    svg("line", { x1: x(-SPAN) + 8, x2: x(-SPAN) + 32, y1: top + 8 + 16 * i, y2: top + 8 + 16 * i, class: `curve-${name}` }),
    label(x(-SPAN) + 40, top + 12 + 16 * i, text, { "font-size": 12, class: name === "main" ? "strong" : "soft" }),
  ]);
}

/**
 * Logarithmic, so that the rare large values are seen beside the many small ones.
 * @param {ArrayLike<number>} values
 * @param {Linear} x
 * @param {number} top
 * @param {Scale} scale
 * @param {string} said
 */
function barsBelow(values, x, top, scale, said) {
  const { counts, width, beyond } = histogram(values, -SPAN, SPAN, BINS);
  const most = d3.max(counts) ?? 1;
  const size = d3.scaleLog([0.5, Math.max(2, most)], [0, UNDER - 8]).clamp(true);
  const bars = Array.from(counts, (count, i) => {
    const value = -SPAN + i * width;
    const height = count ? size(count) : 0;
    return svg("rect", { x: x(value), y: top + UNDER - height, width: width * UNIT, height, fill: scale.css(value + width / 2), class: "bin" }, svg("title", {}, si(count)));
  });
  return [
    ...bars,
    svg("line", { x1: LEFT, x2: LEFT + WIDE, y1: top + UNDER, y2: top + UNDER, stroke: "var(--ink-2)" }),
    label(0, top + 8, si(most), { "font-size": 12, class: "soft" }),
    label(472, top + 12, said, { "font-size": 12, class: "strong", "text-anchor": "end" }),
    label(472, top + 28, t("counts,"), { "font-size": 12, class: "soft", "text-anchor": "end" }),
    label(472, top + 44, t("log scale"), { "font-size": 12, class: "soft", "text-anchor": "end" }),
    ...(beyond ? [label(472, top + 68, t("{share} beyond", { share: percent(beyond / values.length, 0) }), { "font-size": 12, class: "soft", "text-anchor": "end" })] : []),
  ];
}

/**
 * @param {ArrayLike<number>} results
 * @param {Linear} y
 * @param {Scale} scale
 * @param {string} said
 */
function barsBeside(results, y, scale, said) {
  const left = LEFT + WIDE + 8;
  const [low, high] = y.domain();
  const { counts, width } = histogram(results, low, high, Math.round((HIGH / WIDE) * BINS));
  const most = d3.max(counts) ?? 1;
  const size = d3.scaleLog([0.5, Math.max(2, most)], [0, SIDE - 4]).clamp(true);
  const bars = Array.from(counts, (count, i) => {
    const value = low + i * width;
    return svg("rect", { x: left, y: y(value + width), width: count ? size(count) : 0, height: width * UNIT, fill: scale.css(value + width / 2), class: "bin" }, svg("title", {}, si(count)));
  });
  return [
    ...bars,
    svg("line", { x1: left, x2: left, y1: TOP, y2: TOP + HIGH, stroke: "var(--ink-2)" }),
    label(472, TOP + HIGH + 24, si(most), { "font-size": 12, class: "soft", "text-anchor": "end" }),
    label(472, TOP + 8, said, { "font-size": 12, class: "strong", "text-anchor": "end" }),
  ];
}

/**
 * @param {{x: number, y: number}} point
 * @param {Linear} x
 * @param {Linear} y
 * @param {number} bottom
 */
function pointer(point, x, y, bottom) {
  const [low, high] = y.domain();
  const cx = x(Math.max(-SPAN, Math.min(SPAN, point.x)));
  const cy = y(Math.max(low, Math.min(high, point.y)));
  return [
    svg("path", { d: `M${cx} ${cy}V${bottom + UNDER}M${cx} ${cy}H${LEFT + WIDE + 8 + SIDE}`, stroke: "var(--accent)", fill: "none" }),
    svg("circle", { cx, cy, r: 5, fill: "var(--mark)", stroke: "var(--casing)", "stroke-width": 1.5 }),
  ];
}

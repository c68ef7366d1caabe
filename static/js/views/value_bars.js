// @ts-check
// How often each value occurs: a histogram in the colours of the values, over a real axis.
import { d3 } from "../d3.js";
import { histogram } from "../data/histogram.js";
import { count, precise } from "../data/format.js";
import { t } from "../text.js";
import { drawing, label, svg } from "./svg.js";

const [HIGH, LEFT, BOTTOM, TOP] = [104, 40, 20, 8];
const BINS = 48;

/**
 * @param {HTMLElement} element
 * @param {object} options
 * @param {ArrayLike<number>} options.values
 * @param {{low: number, high: number}} options.span of the axis
 * @param {import("../data/color.js").Scale} options.scale
 * @param {string} options.name
 * @param {number} [options.width]
 */
export function valueBars(element, { values, span, scale, name, width = 320 }) {
  const [low, high] = span.low < span.high ? [span.low, span.high] : [span.low - 0.5, span.high + 0.5];
  const { counts, beyond, width: step } = histogram(values, low, high, BINS);
  const most = d3.max(counts) || 1;
  const x = d3.scaleLinear([low, high], [LEFT, width - 8]);
  const base = HIGH - BOTTOM;
  const size = d3.scaleLog([0.5, Math.max(2, most)], [0, base - TOP]).clamp(true);
  const thick = (width - 8 - LEFT) / BINS;
  const bars = Array.from(counts, (found, i) => {
    const [start, tall] = [low + i * step, found ? size(found) : 0];
    const title = svg("title", {}, t("{low} to {high}: {count}", { low: precise(start), high: precise(start + step), count: count(found) }));
    return svg("rect", { x: x(start), y: base - tall, width: thick, height: tall, fill: scale.css(start + step / 2), class: "bin", "data-count": found }, title);
  });
  const said = t("{name}: {count} values from {low} to {high}, at most {most} in one of {bins} bins", { name, count: count(values.length - beyond), low: precise(low), high: precise(high), most: count(most), bins: BINS });
  element.replaceChildren(drawing(width, HIGH, said, ...ticksOf(x, base), ...counted(size, most, base, width), ...bars));
}

/**
 * @param {import("d3").ScaleLinear<number, number>} x
 * @param {number} base
 */
function ticksOf(x, base) {
  return x.ticks(5).flatMap((value) => [
    svg("line", { x1: x(value), x2: x(value), y1: TOP, y2: base + 4, stroke: value === 0 ? "var(--rule-2)" : "var(--rule)" }),
    label(x(value), base + 18, precise(value), { "font-size": 12, class: "soft", "text-anchor": "middle" }),
  ]);
}

/**
 * The counts at the left: powers of ten, as many as have room.
 * @param {import("d3").ScaleLogarithmic<number, number>} size
 * @param {number} most
 * @param {number} base
 * @param {number} width
 */
function counted(size, most, base, width) {
  const powers = d3.range(0, Math.floor(Math.log10(most)) + 1);
  const every = Math.ceil(powers.length / 4);
  const lines = powers.filter((power) => power % every === 0).flatMap((power) => [
    svg("line", { x1: LEFT - 4, x2: LEFT, y1: base - size(10 ** power), y2: base - size(10 ** power), stroke: "var(--rule-2)" }),
    label(LEFT - 8, base - size(10 ** power) + 4, short(power), { "font-size": 12, class: "soft", "text-anchor": "end" }),
  ]);
  return [...lines, svg("line", { x1: LEFT, x2: width - 8, y1: base, y2: base, stroke: "var(--ink-2)" })];
}

/** @param {number} power of ten */
function short(power) {
  return `${10 ** (power % 3)}${["", "\u00a0k", "\u00a0M", "\u00a0G"][Math.floor(power / 3)] ?? ""}`;
}

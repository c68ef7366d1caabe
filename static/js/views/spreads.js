// @ts-check
// Where the values of some channels lie, a histogram a line, before and after on axes of their own.
import { d3 } from "../d3.js";
import { histogram } from "../data/histogram.js";
import { precise } from "../data/format.js";
import { drawing, label, svg } from "./svg.js";

/** @typedef {{values: ArrayLike<number>[], scale: import("../data/color.js").Scale, said: string}} Side */

const [WIDTH, LINE, LEFT, APART, TOP] = [472, 28, 24, 32, 20];
const HALF = (WIDTH - LEFT - APART) / 2;
const BINS = 53;

/**
 * @param {HTMLElement} place
 * @param {Side[]} sides two
 * @param {{name: string, chosen: number}} options
 */
export function spreads(place, sides, { name, chosen }) {
  const lines = sides[0].values.length;
  const bottom = TOP + lines * LINE;
  const parts = sides.flatMap((side, i) => column(side, LEFT + i * (HALF + APART), bottom));
  const names = Array.from({ length: lines }, (_, i) => label(0, TOP + (i + 1) * LINE - 4, String(i), { "font-size": 12, class: i === chosen ? "strong" : "soft" }));
  place.replaceChildren(drawing(WIDTH, bottom + 20, name, ...names, ...parts));
}

/**
 * @param {Side} side
 * @param {number} left
 * @param {number} bottom
 */
function column({ values, scale, said }, left, bottom) {
  const { min, max } = scale;
  const x = d3.scaleLinear([min, max], [left, left + HALF]);
  const bars = values.flatMap((channel, line) => {
    const { counts, width } = histogram(channel, min, max, BINS);
    const most = d3.max(counts) || 1;
    const base = TOP + (line + 1) * LINE;
    return [
      ...Array.from(counts, (count, i) => svg("rect", { x: x(min + i * width), y: base - (count / most) * (LINE - 4), width: HALF / BINS, height: (count / most) * (LINE - 4), fill: scale.css(min + (i + 0.5) * width), class: "bin" })),
      svg("line", { x1: left, x2: left + HALF, y1: base, y2: base, stroke: "var(--rule)" }),
    ];
  });
  const ticks = x.ticks(4).flatMap((value) => [
    svg("line", { x1: x(value), x2: x(value), y1: TOP, y2: bottom, stroke: value === 0 ? "var(--rule-2)" : "var(--rule)" }),
    label(x(value), bottom + 16, precise(value), { "font-size": 12, class: "soft", "text-anchor": "middle" }),
  ]);
  return [label(left, 12, said, { "font-size": 12, class: "soft" }), ...ticks, ...bars];
}

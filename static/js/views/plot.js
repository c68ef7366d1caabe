// @ts-check
// Lines and points over two plain axes, as wide as its place.
import { d3 } from "../d3.js";
import { number } from "../data/format.js";
import { drawing, label, svg } from "./svg.js";

/** @typedef {import("d3").ScaleLinear<number, number>} Linear */
/** @typedef {{x: ArrayLike<number>, y: ArrayLike<number | null>, className: string, name?: string}} Line name: written into the key */
/** @typedef {{x: Linear, y: Linear, width: number, height: number, top: number, bottom: number}} Axes top, bottom: the ends of the y axis, in the drawing */
/**
 * @typedef {object} PlotOptions
 * @property {number[]} x from, to
 * @property {number[]} y
 * @property {Line[]} lines drawn in this order
 * @property {{x: number, y: number}[]} [points]
 * @property {string} label for those who do not see it
 * @property {number} [height]
 * @property {number} [ticks] about so many on each axis
 * @property {number} [digits] of their numbers
 * @property {string} [names] what the axes are: "x|y"
 * @property {"left" | "right"} [key] where the names of the lines stand
 * @property {{at: number, text: string}[]} [across] the marks of the x axis, where they are not its own numbers
 * @property {number} [bare] so wide, and without axes
 * @property {(axes: Axes) => Node[]} [under] more, beneath the lines
 * @property {(axes: Axes) => Node[]} [over] more, above them
 */

const LEFT = 36;
const TOP = 8;
const BOTTOM = 24;
const NAME = 16; // the room of an axis that has a name, which no line may cross

let plots = 0;

/**
 * @param {HTMLElement} place
 * @param {PlotOptions} options
 */
export function plot(place, options) {
  const { lines, points = [], height = 280, bare = 0, under, over } = options;
  const width = bare || Math.max(240, place.clientWidth || 472);
  const named = options.names ? NAME : 0;
  const [left, right, top, bottom] = bare ? [0, width, 0, height] : [LEFT, width - 8, TOP + named, height - BOTTOM - named];
  const x = d3.scaleLinear(options.x, [left, right]);
  const y = d3.scaleLinear(options.y, [bottom, top]);
  const axes = { x, y, width, height, top, bottom };
  const id = `plot-${(plots += 1)}`;
  const clip = svg("clipPath", { id }, svg("rect", { x: left, y: y(options.y[1]), width: right - left, height: bottom - y(options.y[1]) }));
  const dots = points.map((point) => svg("circle", { cx: x(point.x), cy: y(point.y), r: 2.5, class: "plot-point" }));
  const drawn = lines.map((line) => path(line, x, y));
  place.replaceChildren(
    drawing(
      width, height, options.label, svg("defs", {}, clip), ...(bare ? middle(axes) : grid(axes, options)),
      svg("g", { "clip-path": `url(#${id})` }, ...(under?.(axes) ?? []), ...dots, ...drawn, ...(over?.(axes) ?? [])),
      ...(options.names ? axisNames(axes, options.names) : []), ...key(lines, axes, options.key ?? "left"),
    ),
  );
}

/** @param {Axes} axes */
function middle({ x, y, width, height }) {
  return [
    svg("line", { x1: 0, x2: width, y1: y(0), y2: y(0), stroke: "var(--rule-2)" }),
    svg("line", { x1: x(0), x2: x(0), y1: 0, y2: height, stroke: "var(--rule)" }),
  ];
}

/** @param {Axes} axes @param {PlotOptions} options */
function grid({ x, y, width, top, bottom }, { ticks = 6, digits = 0, across: marks }) {
  const rows = y.ticks(ticks).map((value) => [
    svg("line", { x1: LEFT, x2: width - 8, y1: y(value), y2: y(value), stroke: value === 0 ? "var(--rule-2)" : "var(--rule)" }),
    label(LEFT - 6, y(value) + 4, number(value, digits), { "font-size": 12, class: "soft", "text-anchor": "end" }),
  ]);
  const columns = (marks ?? x.ticks(ticks).map((at) => ({ at, text: number(at, 0) }))).map(({ at, text }) => [
    svg("line", { x1: x(at), x2: x(at), y1: top, y2: bottom, stroke: at === 0 && !marks ? "var(--rule-2)" : "var(--rule)" }),
    label(x(at), bottom + 18, text, { "font-size": 12, class: "soft", "text-anchor": "middle" }),
  ]);
  return [...rows, ...columns].flat();
}

/** @param {Axes} axes @param {string} names what is drawn across and up, outside of the drawing */
function axisNames({ width, height }, names) {
  const [across, up] = names.split("|");
  return [
    label(LEFT, 12, up, { "font-size": 12, class: "soft" }),
    label(width - 8, height - 4, across, { "font-size": 12, class: "soft", "text-anchor": "end" }),
  ];
}

/**
 * @param {Line} line
 * @param {Linear} x
 * @param {Linear} y
 */
function path({ x: xs, y: ys, className }, x, y) {
  const points = Array.from(xs, (value, i) => /** @type {[number, number]} */ ([value, ys[i] ?? NaN]));
  const draw = d3.line().defined(([, value]) => Number.isFinite(value)).x(([value]) => x(value)).y(([, value]) => y(value));
  return svg("path", { d: draw(points) ?? "", class: className, fill: "none" });
}

/**
 * @param {Line[]} lines
 * @param {Axes} axes
 * @param {"left" | "right"} side
 */
function key(lines, { width, top }, side) {
  const left = side === "left" ? LEFT + 16 : width / 2 + 24;
  return lines.filter(({ name }) => name).flatMap(({ className, name = "" }, i) => [
    svg("line", { x1: left, x2: left + 24, y1: top + 24 + 16 * i, y2: top + 24 + 16 * i, class: className }),
    label(left + 32, top + 28 + 16 * i, name, { "font-size": 12, class: "keyed" }),
  ]);
}

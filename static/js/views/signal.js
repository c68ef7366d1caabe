// @ts-check
// A signal as a curve over its places, with the window and the value that are looked at.
import { d3 } from "../d3.js";
import { precise } from "../data/format.js";
import { t } from "../text.js";
import { drawing, label, svg } from "./svg.js";

/**
 * @typedef {object} SignalOptions
 * @property {ArrayLike<number>} values
 * @property {{low: number, high: number}} span of the vertical axis; curves that are compared share one
 * @property {string} name
 * @property {import("../data/color.js").Scale} scale
 * @property {{start: number, stop: number} | null} [window]
 * @property {number[]} [read] the places of the window that count, where it has others between them
 * @property {number | null} [chosen] the place that the keys go on from
 * @property {number} [width]
 * @property {number} [height]
 * @property {((place: number, pin: boolean) => void) | null} [onPick]
 * @property {(() => void) | null} [onLeave]
 */

const [LEFT, RIGHT, TOP, BOTTOM] = [32, 4, 8, 20];
const FEW = 48;

/**
 * @param {HTMLElement} place
 * @param {SignalOptions} options
 */
export function signal(place, options) {
  const { values, span, name, scale, window = null, read = [], chosen = null, width = 224, height = 176 } = options;
  const x = d3.scaleLinear([-0.5, values.length - 0.5], [LEFT, width - RIGHT]);
  const y = d3.scaleLinear([Math.min(0, span.low), Math.max(0, span.high) || 1], [height - BOTTOM, TOP]).nice(4);
  const path = d3.line().defined(([, value]) => Number.isFinite(value)).x(([at]) => x(at)).y(([, value]) => y(value));
  const points = Array.from(values, (value, at) => /** @type {[number, number]} */ ([at, value]));
  place.replaceChildren(drawing(
    width, height, name,
    ...(window ? [band(window, x, height), ...read.filter((at) => at >= 0 && at < values.length).map((at) => svg("line", { x1: x(at), x2: x(at), y1: TOP, y2: height - BOTTOM, class: "signal-read" }))] : []), ...axes(x, y, values.length, width, height),
    svg("path", { d: path(points) ?? "", class: "signal-line", fill: "none" }),
    ...(values.length <= FEW ? points.filter(([, value]) => Number.isFinite(value)).map(([at, value]) => svg("circle", { cx: x(at), cy: y(value), r: 3, fill: scale.css(value), class: "bin" })) : []),
    ...(chosen !== null && Number.isFinite(values[chosen]) ? [svg("circle", { cx: x(chosen), cy: y(values[chosen]), r: 5, fill: "var(--mark)", stroke: "var(--casing)", "stroke-width": 1.5 })] : []),
  ));
  if (options.onPick) listen(place, options, (clientX) => {
    const box = /** @type {SVGElement} */ (place.firstElementChild).getBoundingClientRect();
    return Math.max(0, Math.min(values.length - 1, Math.round(x.invert(((clientX - box.left) / box.width) * width))));
  });
}

/** @typedef {import("d3").ScaleLinear<number, number>} Linear */

/**
 * @param {{start: number, stop: number}} window
 * @param {Linear} x
 * @param {number} height
 */
function band({ start, stop }, x, height) {
  const [low, high] = x.range();
  const [left, right] = [Math.max(low, x(start - 0.5)), Math.min(high, x(stop - 0.5))];
  return svg("rect", { x: left, y: TOP, width: Math.max(3, right - left), height: height - TOP - BOTTOM, class: "signal-window" });
}

/**
 * @param {Linear} x
 * @param {Linear} y
 * @param {number} length
 * @param {number} width
 * @param {number} height
 */
function axes(x, y, length, width, height) {
  const across = x.ticks(Math.min(length, Math.max(1, Math.floor((width - LEFT) / 36)))).filter((at) => Number.isInteger(at) && at < length);
  return [
    ...y.ticks(4).flatMap((value) => [
      svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value), stroke: value === 0 ? "var(--rule-2)" : "var(--rule)" }),
      label(LEFT - 6, y(value) + 4, precise(value), { "font-size": 12, class: "soft", "text-anchor": "end" }),
    ]),
    ...across.map((at) => label(x(at), height - 4, String(at), { "font-size": 12, class: "soft", "text-anchor": "middle" })),
  ];
}

/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };

/**
 * @param {HTMLElement} place
 * @param {SignalOptions} options
 * @param {(clientX: number) => number} under
 */
function listen(place, { values, name, chosen = 0, onPick, onLeave }, under) {
  place.tabIndex = 0;
  place.classList.add("pickable");
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", t("{name}. Arrow keys move.", { name }));
  let hovered = -1;
  place.onpointermove = ({ clientX }) => {
    if (under(clientX) === hovered) return;
    hovered = under(clientX);
    onPick?.(hovered, false);
  };
  place.onpointerleave = () => onLeave?.();
  place.onclick = ({ clientX }) => onPick?.(under(clientX), true);
  place.onkeydown = (event) => {
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    onPick?.(Math.max(0, Math.min(values.length - 1, (chosen ?? 0) + STEPS[event.key])), true);
  };
}

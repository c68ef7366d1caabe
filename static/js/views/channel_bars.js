// @ts-check
// One number for each channel as a row of bars from a common zero; one of them can be pointed at and picked.
import { precise } from "../data/format.js";
import { t } from "../text.js";
import { drawing, frame, svg } from "./svg.js";

const [WIDE, HIGH, EDGE] = [280, 56, 3];

/**
 * @param {HTMLElement} element
 * @param {object} options
 * @param {ArrayLike<number>} options.values
 * @param {number} options.first number of the first channel
 * @param {number} options.chosen the channel that is looked at
 * @param {import("../data/color.js").Scale} options.scale
 * @param {string} options.name
 * @param {(text: string) => void} options.onSay what the pointer is on
 * @param {(channel: number) => void} options.onPick
 */
export function channelBars(element, { values, first, chosen, scale, name, onSay, onPick }) {
  const numbers = Array.from(values);
  const finite = numbers.filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const wide = (WIDE - 2 * EDGE) / numbers.length;
  const place = (/** @type {number} */ value) => EDGE + ((high - value) / (high - low || 1)) * (HIGH - 2 * EDGE);
  const bars = numbers.map((value, i) => {
    const [top, bottom] = [Math.max(value || 0, 0), Math.min(value || 0, 0)].map(place);
    return svg("rect", { x: EDGE + i * wide, y: top, width: Math.max(1, wide - (wide > 4 ? 1 : 0)), height: Math.max(1, bottom - top), fill: scale.css(value) });
  });
  const zero = svg("line", { x1: EDGE, x2: WIDE - EDGE, y1: place(0), y2: place(0), stroke: "var(--rule-2)" });
  const own = chosen - first;
  const mark = own >= 0 && own < numbers.length ? [frame(EDGE + own * wide, EDGE, Math.max(2, wide - 1), HIGH - 2 * EDGE)] : [];
  const said = t("{name}: {count} numbers from {low} to {high}", { name, count: numbers.length, low: precise(Math.min(...finite)), high: precise(Math.max(...finite)) });
  const picture = drawing(WIDE, HIGH, said, zero, ...bars, ...mark);
  const channelAt = (/** @type {PointerEvent | MouseEvent} */ { clientX }) => {
    const box = picture.getBoundingClientRect();
    const at = Math.floor((((clientX - box.left) / box.width) * WIDE - EDGE) / wide);
    return first + Math.max(0, Math.min(numbers.length - 1, at));
  };
  const say = (/** @type {number} */ channel) => onSay(t("{name}: {value}, channel {channel}", { name, value: precise(numbers[channel - first]), channel }));
  picture.onpointermove = (event) => say(channelAt(event));
  picture.onpointerleave = () => onSay("");
  picture.onclick = (event) => onPick(channelAt(event));
  element.replaceChildren(picture);
}

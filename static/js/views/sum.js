// @ts-check
// How the terms end: a cell for each channel's sum, the bias, the output; and the way there, term by term.
import { addsUp, allDigits, digitsOfSum, inSum, number } from "../data/format.js";
import { runningSum } from "../data/terms.js";
import { t } from "../text.js";
import { fits, numberGrid, writtenIn } from "./number_grid.js";
import { roomOf } from "./room.js";
import { drawing, frame, label, svg } from "./svg.js";

/** @typedef {import("../data/color.js").Scale} Scale */
/** @typedef {import("../data/terms.js").Group} Group */
/** @typedef {{said: string, brief?: string, value: number | null | undefined, scale: Scale | null, before?: string, open?: string, close?: string, line?: boolean, isOutput?: boolean}} Part brief: what stands over it where there is no room for what it is called; open, close: what stands at its number, a bracket or a root; line: it begins another one */

const WIDTH = 472;
const LABEL = 28;
const BRACKET = 8; // its width
const HIGH = 54;
const ROWS_APART = 8;
const NARROW = 400;
const MOST_DIGITS = 4;
const LETTER = 7.5; // its width, where a number stands without a cell
const APART = 6; // two names

/**
 * Cells in a row with signs between them, or in several rows; the last is the output.
 * @param {HTMLElement} place
 * @param {Part[]} parts
 * @param {{atEnd?: boolean, whole?: boolean}} [options] atEnd: at the right end of the line; whole: the input has whole numbers only
 */
export function sumLine(place, parts, { atEnd = false, whole = false } = {}) {
  const lines = linesOf(parts);
  const longest = Math.max(...lines.map(({ length }) => length));
  const room = longest > 6 ? WIDTH : Math.min(WIDTH, roomOf(place) || WIDTH);
  const gap = longest > 7 || room < NARROW ? 12 : 24;
  const margin = parts[0]?.open || lines.length > 1 ? BRACKET : 0;
  const each = Math.min(96, (room - margin - gap * (longest - 1)) / longest);
  const start = atEnd ? room - parts.length * (each + gap) + gap : margin;
  const { texts, digits, isClose } = writtenParts(parts, each, whole);
  const signs = parts.map(({ before, isOutput }) => (isOutput && isClose ? "≈" : (before ?? "+")));
  const shown = parts.map((part, i) => ({ ...part, text: texts[i], sign: i ? signs[i] : "" }));
  const drawn = linesOf(shown).flatMap((line, i) => lineOf(line, { left: start, top: i * (HIGH + ROWS_APART), each, gap }));
  const spoken = parts.map((part, i) => `${i ? signs[i] || ";" : ""} ${part.open ?? ""}${part.said} ${part.scale ? number(part.value, digits) : unlost(part.value, digits)}${part.close ?? ""}`.trim()).join(" ");
  const picture = drawing(room, lines.length * (HIGH + ROWS_APART) - ROWS_APART, spoken, ...drawn);
  picture.classList.add("sum-line");
  place.replaceChildren(picture);
}

/** @param {string} said its width in small letters, or nearly so: a Chinese character is a square */
function widthOf(said) {
  return [...said].reduce((width, letter) => width + (/\p{Script=Han}/u.test(letter) ? 12 : 6), 0);
}

/**
 * @template {Part} Any
 * @param {Any[]} parts
 * @returns {Any[][]}
 */
function linesOf(parts) {
  return parts.reduce((lines, part) => (part.line ? [...lines, [part]] : [...lines.slice(0, -1), [...(lines.at(-1) ?? []), part]]), /** @type {Any[][]} */ ([]));
}

/**
 * @param {(Part & {text: string, sign: string})[]} parts
 * @param {{left: number, top: number, each: number, gap: number}} where each: the width of a part
 */
function lineOf(parts, { left: start, top, each, gap }) {
  const bare = parts.map(({ open = "", close = "", sign, text }) => `${open}${open || !sign ? text : inSum(text)}${close}`);
  const widths = widthsOf(parts, bare, each);
  const lefts = widths.map((_, i) => widths.slice(0, i).reduce((x, width) => x + width + gap, start + (parts[0].sign ? gap : 0)));
  const isTight = parts.some(({ said }, i) => i < parts.length - 1 && widthOf(said) > widths[i] + gap - APART);
  return parts.flatMap(({ said, brief, value, scale, isOutput, open = "", text, sign }, i) => {
    const [left, width] = [lefts[i], widths[i]];
    const cell = () => ({ rgb: scale ? scale.rgb(value ?? NaN) : null, text, strong: isOutput });
    return [
      isTight && i
        ? label(left + width / 2, top + 12, brief ?? said, { "font-size": 12, class: "soft", "text-anchor": "middle" })
        : label(left, top + 12, said, { "font-size": 12, class: "soft" }),
      ...(sign ? [label(left - gap / 2, top + 41, sign, { "font-size": 14, "text-anchor": "middle" })] : []),
      scale ? numberGrid({ rows: 1, cols: 1, width, height: 32, left, top: top + 20, cell }) : label(left, top + 41, bare[i], { "font-size": 14 }),
      ...(scale && open ? [label(left - 2, top + 41, open, { "font-size": 14, "text-anchor": "end" })] : []),
      ...(isOutput ? [frame(left, top + 20, width, 32)] : []),
    ];
  });
}

/**
 * Where a number without a cell needs more room than its share, the cells give it.
 * @param {Part[]} parts
 * @param {string[]} bare what is written without one
 * @param {number} each what all have
 */
function widthsOf(parts, bare, each) {
  const needs = parts.map(({ scale }, i) => (scale ? 0 : Math.max(each, LETTER * bare[i].length)));
  const more = needs.reduce((sum, need) => sum + (need ? need - each : 0), 0);
  const cells = needs.filter((need) => !need).length;
  return needs.map((need) => need || each - more / cells);
}

/**
 * How the parts are written: where they are a sum, with as many decimals as it takes to add up, if there is room.
 * @param {Part[]} parts
 * @param {number} width of each
 * @param {boolean} [whole] whether whole numbers have no decimals
 * @returns {{texts: string[], digits: number, isClose: boolean}} isClose: what is written does not quite add up
 */
export function writtenParts(parts, width, whole = false) {
  const values = parts.map(({ value }) => value ?? NaN);
  const [terms, total] = [values.slice(0, -1), values[values.length - 1]];
  const isSum = terms.length > 1 && parts.every(({ before, isOutput }, i) => (i < terms.length ? before === undefined : isOutput && before === "=")) && values.every(Number.isFinite);
  const inCells = values.filter((_, i) => parts[i].scale);
  const isWhole = whole && values.every(Number.isInteger);
  const wanted = isWhole ? 0 : isSum ? digitsOfSum(terms, total, { most: MOST_DIGITS, significant: 1 }) : 2;
  const digits = inCells.every((value) => fits(number(value, wanted), width)) ? wanted : 2;
  const write = digits === 2 ? writtenIn(inCells, width) : (/** @type {number} */ value) => number(value, digits);
  const texts = parts.map(({ value, scale }) => (scale && typeof value === "number" ? (write?.(value) ?? "") : unlost(value, digits)));
  return { texts, digits, isClose: isSum && !addsUp(terms, total, digits) };
}

/**
 * A number that would be nothing but zeros is written in full: something is divided by its root.
 * @param {number | null | undefined} value
 * @param {number} digits
 */
function unlost(value, digits) {
  const text = number(value, digits);
  return value && !/[^0.]/.test(text) ? allDigits(value) : text;
}

/**
 * The running sum, a step a term.
 * @param {HTMLElement} place
 * @param {Group[]} groups
 * @param {{bias: number | null, names: readonly string[] | null, scale: Scale, height?: number, whole?: boolean}} options whole: the input has whole numbers only
 */
export function runningSums(place, groups, { bias, names, scale, height = 48, whole = false }) {
  const steps = runningSum(groups);
  const last = steps.at(-1)?.to ?? 0;
  const end = last + (bias ?? 0);
  const count = steps.length + (bias === null ? 0 : 1);
  const all = [0, ...steps.map(({ to }) => to), end];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const y = (/** @type {number} */ value) => 6 + ((high - value) / (high - low || 1)) * (height - 12);
  const width = (WIDTH - 36) / count;
  const x = (/** @type {number} */ step) => 36 + step * width;
  const marks = steps.map(({ from, to }, i) => step(x(i), width, y(from), y(to), scale.css(to - from)));
  if (bias !== null) marks.push(step(x(steps.length), width, y(last), y(end), scale.css(bias)));
  const total = number(end, whole && Number.isInteger(end) ? 0 : 2);
  const ends = Math.abs(y(0) - y(end)) > 12 ? [label(32, y(end) + 4, total, { "font-size": 12, "text-anchor": "end", class: "soft" })] : [];
  place.replaceChildren(
    drawing(
      WIDTH, height + 16, t("The running sum ends at {total}", { total }),
      svg("line", { x1: 36, x2: WIDTH, y1: y(0), y2: y(0), stroke: "var(--rule-2)" }),
      label(32, y(0) + 4, "0", { "font-size": 12, "text-anchor": "end", class: "soft" }), ...ends, ...marks,
      ...apart(starts(steps), LABEL / width, bias === null ? Infinity : count - LABEL / width).map(([at, channel]) => label(x(at), height + 12, names?.[channel] ?? (groups.length > 1 ? String(channel) : ""), { "font-size": 12, class: "soft" })),
      ...(bias === null ? [] : [label(WIDTH, height + 12, t("bias"), { "font-size": 12, class: "soft", "text-anchor": "end" })]),
    ),
  );
}

/**
 * No more labels than there is room for.
 * @param {[number, number][]} labels
 * @param {number} steps between two of them, at least
 * @param {number} end where another label stands
 */
function apart(labels, steps, end) {
  let next = 0;
  return labels.filter(([at]) => {
    if (at < next || (at && at + steps > end)) return false;
    next = at + steps;
    return true;
  });
}

/**
 * @param {number} x
 * @param {number} width
 * @param {number} from
 * @param {number} to
 * @param {string} fill
 */
function step(x, width, from, to, fill) {
  return svg(
    "g", {},
    svg("rect", { x, width, y: Math.min(from, to), height: Math.abs(from - to), fill }),
    svg("line", { x1: x, x2: x + width, y1: to, y2: to, stroke: "var(--ink)" }),
  );
}

/**
 * Where each channel begins.
 * @param {{channel: number}[]} steps
 * @returns {[number, number][]}
 */
function starts(steps) {
  return steps.flatMap(({ channel }, i) => (i === 0 || steps[i - 1].channel !== channel ? [/** @type {[number, number]} */ ([i, channel])] : []));
}

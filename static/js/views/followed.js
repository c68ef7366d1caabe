// @ts-check
// One number on its way through a drawn network: its marks, its thread, its links, and what is said of it.
import { count, number } from "../data/format.js";
import { channels, offset } from "../data/tensor.js";
import { setCursor } from "./feature_maps.js";
import { account, say } from "./story.js";
import { links } from "./links.js";
import { mark } from "./marker.js";
import { thread } from "./thread.js";

/** @typedef {import("./network.js").Traced} Traced */
/**
 * @typedef {object} Step one stage of the way, as the service explains it
 * @property {number} stage
 * @property {number[]} at
 * @property {number} value
 * @property {number} terms_total
 * @property {any} term the term by which the number before comes in
 * @property {any[]} [terms]
 * @property {number} [total] what the terms are divided by
 * @property {number} [max] what was taken from each before
 */
/** @typedef {{path: Step[], input: {window: {start: number[], stop: number[]}}}} Way */

/**
 * @param {HTMLElement} flow
 * @param {Way} way
 * @param {Traced} traced
 * @param {import("../data/color.js").Scale} scale
 * @returns {string} the whole account as text
 */
export function drawFollowed(flow, way, traced, scale) {
  const columns = /** @type {HTMLElement[]} */ ([...flow.querySelectorAll("[data-stage]")]);
  /** @type {(Element | null)[]} */
  const stops = [];
  for (const column of columns) {
    const step = way.path.find(({ stage }) => String(stage) === column.dataset.stage);
    stops.push(...(step ? drawStep(column, step, traced, scale) : drawStart(column, way.input, traced)));
  }
  thread(/** @type {SVGSVGElement} */ (flow.querySelector("[data-thread]")), stops);
  return account(columns);
}

/**
 * The patch of the picture that the number starts from.
 * @param {HTMLElement} column
 * @param {Way["input"]} input
 * @param {Traced} traced
 */
function drawStart(column, { window: { start, stop } }, { input }) {
  const [height, width] = start.map((from, axis) => stop[axis] - from);
  const middle = start.map((from, axis) => Math.floor((from + stop[axis] - 1) / 2));
  say(column, "says", { height, width, channels: channels(input) });
  say(column, "result", { row: count(middle[0]), column: count(middle[1]) });
  const picture = /** @type {HTMLElement} */ (column.querySelector("[data-picture]"));
  setCursor(picture, middle);
  return [mark(picture, { start, stop })];
}

/**
 * @param {HTMLElement} column
 * @param {Step} step
 * @param {Traced} traced
 * @param {import("../data/color.js").Scale} scale
 */
function drawStep(column, step, traced, scale) {
  const fields = fieldsOf(step, traced.labels);
  say(column, "says", fields, { variant: step.term?.winner === false ? "Else" : "" });
  say(column, "result", fields, { strong: "value" });
  const maps = /** @type {HTMLElement | null} */ (column.querySelector("[data-maps]"));
  if (maps) return [markPixel(maps, step.at)];
  const row = column.querySelectorAll("[data-bars] button")[step.at.at(-1) ?? 0];
  chooseRow(column, row);
  const [name, , value] = row.children;
  const strip = /** @type {HTMLElement | null} */ (column.querySelector("[data-strip]"));
  return strip ? [markCell(strip, step, traced, scale, column, row), name, null, value] : [name];
}

/**
 * The places in the sentences of a stage; one that a layer does not have stays unused.
 * @param {Step} step
 * @param {string[]} labels
 */
function fieldsOf({ at, value, terms_total, term, total, max }, labels) {
  return {
    value: number(value),
    count: count(terms_total),
    label: labels[at.at(-1) ?? 0] ?? "",
    input: number(term?.input ?? 0),
    weight: number(term?.weight ?? 0),
    product: number(term?.product ?? 0),
    total: number(total ?? 0),
    max: number(max ?? 0),
  };
}

/**
 * @param {HTMLElement} maps
 * @param {number[]} at
 */
function markPixel(maps, at) {
  const [map, y, x] = [0, 0, 0, ...at].slice(-3);
  setCursor(maps, at);
  return mark(maps, { map, start: [y, x], stop: [y + 1, x + 1] });
}

/**
 * @param {HTMLElement} column
 * @param {Element} row
 */
function chooseRow(column, row) {
  for (const button of column.querySelectorAll("[data-bars] button")) button.setAttribute("aria-pressed", String(button === row));
}

/**
 * Marks the followed number in the strip of all, and links the strongest of them to the class they speak for.
 * @param {HTMLElement} strip
 * @param {Step} step
 * @param {Traced} traced
 * @param {import("../data/color.js").Scale} scale
 * @param {HTMLElement} column
 * @param {Element} row
 */
function markCell(strip, step, traced, scale, column, row) {
  const canvas = /** @type {HTMLCanvasElement} */ (strip.querySelector("canvas"));
  const before = traced.stages[step.stage - 1];
  /** @param {number[]} index of the flattened input, or of the input itself */
  const place = (index) => (index.length === before.shape.length ? offset(before.shape, index) : (index.at(-1) ?? 0));
  const svg = /** @type {SVGSVGElement} */ (column.querySelector("[data-links]"));
  const given = (step.terms ?? []).map(({ input_index, product }) => ({ place: place(input_index), value: product }));
  links(svg, given, { from: canvas, to: row, scale });
  if (!step.term) return mark(strip, null);
  const cell = place(step.term.input_index);
  const [y, x] = [Math.floor(cell / canvas.width), cell % canvas.width];
  setCursor(strip, [y, x]);
  return mark(strip, { start: [y, x], stop: [y + 1, x + 1] });
}

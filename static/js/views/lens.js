// @ts-check
// Some pixels of a plane, large enough to read their numbers.
import { t } from "../text.js";
import { evenly, numberGrid } from "./number_grid.js";
import { drawing, frame, svg } from "./svg.js";

/** @typedef {import("../data/color.js").RGB} RGB */
/** @typedef {{start: number[], rows: number, cols: number, zoom: number}} Region */

const OUTLINED_FROM = 8; // screen pixels: a smaller cell has no room for an outline
const SMALLEST = 6; // screen pixels: one cell among many would not be seen

/** @type {WeakMap<Element, Region>} */
const regions = new WeakMap();

/** Where the arrow keys have come to, of a lens that has the focus. @type {WeakMap<Element, [number, number]>} */
const cursors = new WeakMap();

/** What the mouse was pressed on, in a lens. @type {WeakMap<Element, {target: EventTarget | null, cell: [number, number] | null}>} */
const pressed = new WeakMap();

/**
 * What a lens shows now.
 * @param {Element} element
 */
export function regionOf(element) {
  return regions.get(element) ?? null;
}

/**
 * @param {HTMLElement} element
 * @param {object} options
 * @param {Region} options.region
 * @param {number[]} options.size height and width of the plane; what lies outside is padding
 * @param {(y: number, x: number) => RGB} options.color
 * @param {((y: number, x: number, digits?: number) => string) | null} [options.text] digits: after the point
 * @param {{start: number[], stop: number[]} | null} [options.window] marked, in the plane's own rows and columns
 * @param {number[][] | null} [options.read] the cells of the window that count, where it has others between them
 * @param {number[] | null} [options.best] a cell of the window that is marked too
 * @param {string} [options.label]
 * @param {((y: number, x: number, how: import("./feature_maps.js").How) => void) | null} [options.onPick] a click, an arrow key or Enter
 * @param {((cell: [number, number] | null) => void) | null} [options.onHover] null when the pointer leaves
 * @param {boolean} [options.keys] the arrow keys pick too
 */
export function lens(element, { region, size, color, text = null, window = null, read = null, best = null, label = "", onPick = null, onHover = null, keys = true }) {
  regions.set(element, region);
  const { start: [top, left], rows, cols, zoom } = region;
  const inside = (/** @type {number} */ y, /** @type {number} */ x) => y >= 0 && x >= 0 && y < size[0] && x < size[1];
  const written = text && evenly(text, region, size);
  const cells = numberGrid({
    rows, cols, width: zoom, height: zoom,
    cell: (y, x) => (inside(top + y, left + x) ? { rgb: color(top + y, left + x), text: written?.(top + y, left + x), strong: isWindow(window, top + y, left + x) } : { rgb: null }),
  });
  const picture = drawing(cols * zoom, rows * zoom, label, cells);
  if (window && read) picture.append(...apart(window, read, region));
  if (window) picture.append(marked(window, region));
  if (best) picture.append(marked({ start: best, stop: best.map((place) => place + 1) }, region, SMALLEST));
  listen(element, picture, { region, inside, start: window?.start ?? [0, 0], onPick, onHover, keys });
  element.classList.toggle("pickable", Boolean(onPick));
  if (onPick && keys) makePickable(element, label);
  element.replaceChildren(picture);
}

/**
 * @param {HTMLElement} element
 * @param {Element} picture
 * @param {object} lens
 * @param {Region} lens.region
 * @param {(y: number, x: number) => boolean} lens.inside
 * @param {number[]} lens.start where the arrow keys begin
 * @param {((y: number, x: number, how: import("./feature_maps.js").How) => void) | null} lens.onPick
 * @param {((cell: [number, number] | null) => void) | null} lens.onHover
 * @param {boolean} lens.keys
 */
function listen(element, picture, { region, inside, start, onPick, onHover, keys }) {
  const { start: [top, left], rows, cols } = region;
  const under = (/** @type {MouseEvent} */ event) => {
    const box = picture.getBoundingClientRect();
    const y = top + Math.floor(((event.clientY - box.top) / box.height) * rows);
    const x = left + Math.floor(((event.clientX - box.left) / box.width) * cols);
    return inside(y, x) ? /** @type {[number, number]} */ ([y, x]) : null;
  };
  const pick = (/** @type {[number, number] | null} */ cell) => {
    cursors.delete(element);
    if (cell) onPick?.(...cell, { byKey: false });
  };
  listenToPresses(element, onPick && under, pick);
  const hover = (/** @type {[number, number] | null} */ cell) => {
    if (String(cell) === element.dataset.hovered) return;
    element.dataset.hovered = String(cell);
    onHover?.(cell);
  };
  element.onpointermove = onHover && ((event) => hover(under(event)));
  element.onpointerleave = () => {
    pressed.delete(element);
    if (onHover) hover(null);
  };
  element.onkeydown = onPick && keys ? ((event) => {
    const cell = moved(element, event.key, start);
    if (!cell || !inside(...cell)) return;
    event.preventDefault();
    cursors.set(element, cell);
    onPick(...cell, { byKey: true, isEnter: event.key === "Enter" });
  }) : null;
  element.onblur = () => {
    cursors.delete(element);
    onHover?.(null);
  };
}

/**
 * A click; and where what was pressed is drawn anew before it is let go of, elsewhere too, what no browser calls a click.
 * @param {HTMLElement} element
 * @param {((event: MouseEvent) => [number, number] | null) | null} under the cell there; null: nothing is picked
 * @param {(cell: [number, number] | null) => void} pick
 */
function listenToPresses(element, under, pick) {
  element.onclick = under && ((event) => pick(under(event)));
  element.onpointerdown = under && ((event) => void (event.pointerType === "mouse" && event.button === 0 && pressed.set(element, { target: event.target, cell: under(event) })));
  element.onpointerup = under && (() => {
    const { target, cell } = pressed.get(element) ?? {};
    pressed.delete(element);
    if (cell && target instanceof Node && !target.isConnected) pick(cell);
  });
}

/** @type {Record<string, [number, number]>} down, across */
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [0, 0] };

/**
 * The cell that a key leads to, from where the keys were, else from the window.
 * @param {HTMLElement} element
 * @param {string} key
 * @param {number[]} start
 * @returns {[number, number] | null}
 */
function moved(element, key, start) {
  const step = STEPS[key];
  const [y, x] = cursors.get(element) ?? start.map((place) => Math.max(0, place));
  return step ? [y + step[0], x + step[1]] : null;
}

/**
 * @param {HTMLElement} element
 * @param {string} label
 */
function makePickable(element, label) {
  element.tabIndex = 0;
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", t("{name}. Arrow keys move.", { name: label }));
}

/**
 * @param {{start: number[], stop: number[]} | null} window
 * @param {number} y
 * @param {number} x
 */
function isWindow(window, y, x) {
  return window !== null && window.stop[0] - window.start[0] === 1 && window.start[0] === y && window.start[1] === x;
}

/**
 * @param {{start: number[], stop: number[]}} window
 * @param {Region} region
 * @param {number} [least] screen pixels
 */
function marked({ start, stop }, { start: [top, left], zoom }, least = 0) {
  const more = Math.max(0, least - zoom) / 2;
  const [width, height] = [(stop[1] - start[1]) * zoom, (stop[0] - start[0]) * zoom];
  return frame((start[1] - left) * zoom - more, (start[0] - top) * zoom - more, width + 2 * more, height + 2 * more);
}

/**
 * Those that are read are outlined, those between them are pale.
 * @param {{start: number[], stop: number[]}} window
 * @param {number[][]} read
 * @param {Region} region
 */
function apart({ start, stop }, read, { start: [top, left], zoom }) {
  const path = (/** @type {number} */ y, /** @type {number} */ x, /** @type {number} */ high, /** @type {number} */ wide) =>
    `M${(x - left) * zoom} ${(y - top) * zoom}h${wide * zoom}v${high * zoom}h${-wide * zoom}z`;
  const holes = read.map(([y, x]) => path(y, x, 1, 1));
  const between = svg("path", { d: [path(start[0], start[1], stop[0] - start[0], stop[1] - start[1]), ...holes].join(""), "fill-rule": "evenodd", class: "between" });
  if (zoom < OUTLINED_FROM) return [between];
  const inset = { width: zoom - 3, height: zoom - 3 };
  const outlines = read.flatMap(([y, x]) => {
    const place = { x: (x - left) * zoom + 1.5, y: (y - top) * zoom + 1.5, ...inset };
    return [svg("rect", { ...place, class: "read-casing" }), svg("rect", { ...place, class: "read-mark" })];
  });
  return [between, ...outlines];
}

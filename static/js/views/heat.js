// @ts-check
// Cells of colour over a picture, as limits of rows and columns say; one of them can be pointed at, or reached by keys.
import { paint } from "../data/color.js";
import { cellAt } from "../data/occlusion.js";
import { t } from "../text.js";

/** @typedef {[row: number, column: number]} Cell */
/**
 * @typedef {object} Heat
 * @property {readonly number[]} rows the limits, in pixels of the picture
 * @property {readonly number[]} columns
 * @property {readonly (readonly (number | null)[])[]} values null: not known yet, and the picture is seen
 * @property {import("../data/color.js").Scale} scale
 * @property {string} name
 * @property {(cell: Cell | null) => void} onPoint null: at none any more
 * @property {((cell: Cell) => void) | null} [onPick] a click, or Enter
 */

/** @type {WeakMap<Element, {heat: Heat, cell: Cell | null}>} */
const drawn = new WeakMap();

/** @type {Record<string, Cell>} */
const KEYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * Over the canvas of the picture that `element` has.
 * @param {HTMLElement} element
 * @param {Heat} heat
 */
export function heatOver(element, heat) {
  const under = /** @type {HTMLCanvasElement} */ (element.querySelector("canvas"));
  const canvas = layer(element);
  [canvas.width, canvas.height] = [under.width, under.height];
  Object.assign(canvas.style, { width: under.style.width, height: under.style.height });
  const pixels = painted(heat, under.width, under.height);
  canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(/** @type {ArrayBuffer} */ (pixels.buffer)), under.width, under.height), 0, 0);
  element.setAttribute("aria-label", t("{name}. Arrow keys move from cell to cell.", { name: heat.name }));
  drawn.set(element, { heat, cell: drawn.get(element)?.cell ?? null });
}

/**
 * @param {Heat} heat
 * @param {number} width
 * @param {number} height
 */
function painted({ rows, columns, values, scale }, width, height) {
  const pixels = new Uint32Array(width * height);
  const across = Array.from({ length: width }, (_, x) => cellAt(columns, x + 0.5));
  for (let y = 0; y < height; y += 1) {
    const line = values[cellAt(rows, y + 0.5)] ?? [];
    const colours = paint(line.map((value) => value ?? NaN), scale);
    for (let x = 0; x < width; x += 1) if (typeof line[across[x]] === "number") pixels[y * width + x] = colours[across[x]];
  }
  return pixels;
}

/** @param {HTMLElement} element */
function layer(element) {
  const found = /** @type {HTMLCanvasElement | null} */ (element.querySelector(":scope > .heat"));
  if (found) return found;
  const canvas = document.createElement("canvas");
  canvas.className = "heat";
  canvas.setAttribute("aria-hidden", "true");
  element.append(canvas);
  element.tabIndex = 0;
  element.setAttribute("role", "application");
  listen(element);
  return canvas;
}

/** @param {HTMLElement} element */
function listen(element) {
  element.addEventListener("pointermove", (event) => point(element, under(element, event)));
  element.addEventListener("pointerdown", (event) => point(element, under(element, event)));
  element.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && point(element, null));
  element.addEventListener("focus", () => drawn.get(element)?.cell || !element.matches(":focus-visible") || point(element, middle(element)));
  element.addEventListener("blur", () => point(element, null));
  element.addEventListener("click", (event) => heatOf(element).onPick?.(under(element, event)));
  element.addEventListener("keydown", (event) => {
    const cell = drawn.get(element)?.cell;
    if (event.key === "Enter" && cell) heatOf(element).onPick?.(cell);
    const way = KEYS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [row, column] = cell ?? middle(element);
    point(element, held(element, [row + way[0], column + way[1]]));
  });
}

/** @param {HTMLElement} element @returns {Cell} */
function middle(element) {
  const { rows, columns } = heatOf(element);
  return [(rows.length - 1) >> 1, (columns.length - 1) >> 1];
}

/** @param {HTMLElement} element */
function heatOf(element) {
  return /** @type {{heat: Heat}} */ (drawn.get(element)).heat;
}

/**
 * @param {HTMLElement} element
 * @param {Cell} cell
 * @returns {Cell}
 */
function held(element, [row, column]) {
  const { rows, columns } = heatOf(element);
  return [Math.max(0, Math.min(rows.length - 2, row)), Math.max(0, Math.min(columns.length - 2, column))];
}

/**
 * @param {HTMLElement} element
 * @param {MouseEvent} event
 */
function under(element, { clientX, clientY }) {
  const canvas = layer(element);
  const box = canvas.getBoundingClientRect();
  const { rows, columns } = heatOf(element);
  return held(element, [cellAt(rows, ((clientY - box.top) / box.height) * canvas.height), cellAt(columns, ((clientX - box.left) / box.width) * canvas.width)]);
}

/**
 * @param {HTMLElement} element
 * @param {Cell | null} cell
 */
function point(element, cell) {
  const now = drawn.get(element);
  if (!now || String(now.cell) === String(cell)) return;
  now.cell = cell;
  now.heat.onPoint(cell);
}

/**
 * The cell that is pointed at, for what is drawn anew while it is.
 * @param {HTMLElement} element
 */
export function pointedCell(element) {
  return drawn.get(element)?.cell ?? null;
}

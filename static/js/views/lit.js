// @ts-check
// Cells that light up: over a map, over a lens.
import { cellsIn } from "../data/touched.js";
import { svg } from "./svg.js";

/** @typedef {import("../data/touched.js").Span} Span */
/** @typedef {{y: Span, x: Span}[]} Found rows and columns on one plane */

const EDGED_FROM = 5; // screen pixels: a smaller cell has no room for an edge
const LEAST = 3; // and one cell alone must be seen

/**
 * @param {HTMLElement} element a grid of canvases, or one
 * @param {number} map
 * @param {Found} found
 */
export function lightMap(element, map, found) {
  const canvas = /** @type {HTMLCanvasElement | null} */ (element.querySelector(`canvas[data-map="${map}"]`));
  if (!found.length || !canvas) return element.querySelector(":scope > .lit")?.remove();
  const over = overlayOf(element);
  const [width, height] = [canvas.offsetWidth, canvas.offsetHeight];
  const ratio = devicePixelRatio || 1;
  Object.assign(over, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  Object.assign(over.style, { left: `${canvas.offsetLeft}px`, top: `${canvas.offsetTop}px`, width: `${width}px`, height: `${height}px` });
  const context = over.getContext("2d");
  if (!context) return;
  context.scale(width * ratio / canvas.width, height * ratio / canvas.height);
  const cell = width / canvas.width;
  const style = getComputedStyle(element);
  const [mark, casing] = ["--mark", "--casing"].map((name) => style.getPropertyValue(name).trim());
  const window = { start: [0, 0], stop: [canvas.height, canvas.width] };
  for (const box of found) fillCells(context, box, window, cell, { mark, casing });
}

/**
 * @param {CanvasRenderingContext2D} context in cells
 * @param {{y: Span, x: Span}} box
 * @param {{start: number[], stop: number[]}} window
 * @param {number} cell its size on the screen
 * @param {{mark: string, casing: string}} colors
 */
function fillCells(context, box, window, cell, { mark, casing }) {
  const grow = Math.max(0, LEAST / cell - 1) / 2;
  const isWhole = box.y.step === 1 && box.x.step === 1;
  const blocks = isWhole
    ? [[box.y.start, box.x.start, box.y.stop - box.y.start, box.x.stop - box.x.start]]
    : cellsIn([box], window).map(([y, x]) => [y, x, 1, 1]);
  for (const [y, x, high, wide] of blocks) {
    const rect = /** @type {[number, number, number, number]} */ (isWhole ? [x - grow, y - grow, wide + 2 * grow, high + 2 * grow] : [x, y, wide, high]);
    context.globalAlpha = isWhole && cell < EDGED_FROM && wide > 8 ? 0.28 : 0.42;
    context.fillStyle = mark;
    context.fillRect(...rect);
    context.globalAlpha = 1;
    if (cell < EDGED_FROM && !isWhole) continue;
    for (const [color, size] of /** @type {[string, number][]} */ ([[casing, 3.5], [mark, 1.5]])) {
      Object.assign(context, { strokeStyle: color, lineWidth: size / cell });
      context.strokeRect(...rect);
    }
  }
}

/** @param {HTMLElement} element */
function overlayOf(element) {
  let over = /** @type {HTMLCanvasElement | null} */ (element.querySelector(":scope > .lit"));
  if (!over) {
    over = Object.assign(document.createElement("canvas"), { className: "lit" });
    over.setAttribute("aria-hidden", "true");
    element.append(over);
  }
  return over;
}

/**
 * @param {HTMLElement} element of a lens
 * @param {{start: number[], rows: number, cols: number, zoom: number}} region
 * @param {Found} found
 */
export function lightLens(element, { start: [top, left], rows, cols, zoom }, found) {
  const picture = element.querySelector("svg");
  picture?.querySelector(".lit")?.remove();
  if (!picture || !found.length) return;
  const cells = cellsIn(found, { start: [top, left], stop: [top + rows, left + cols] });
  const group = svg("g", { class: "lit" });
  for (const [y, x] of cells) {
    const place = { x: (x - left) * zoom + 1.5, y: (y - top) * zoom + 1.5, width: zoom - 3, height: zoom - 3 };
    group.append(svg("rect", { ...place, class: "lit-casing" }), svg("rect", { ...place, class: "lit-mark" }));
  }
  picture.append(group);
}

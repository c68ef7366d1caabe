// @ts-check
// The lenses under the input and the chosen output map, and the marks that say where they stand.
import { number, UNTOLD } from "../../data/format.js";
import { placeOf } from "../../data/pick.js";
import { channels, hasWholeNumbers, plane } from "../../data/tensor.js";
import { flatWindow, lensRegion, wholeRegion } from "../../data/terms.js";
import { t } from "../../text.js";
import { lens } from "../../views/lens.js";
import { marking } from "../../views/marker.js";
import { roomOf } from "../../views/room.js";
import { inputPlane, isNamedRow, metBy, readBy, winnerOn } from "./planar.js";
import { inputIndex, tell } from "./pointing.js";
import { inScale, isPicture, outScale, rangeOf } from "./scales.js";
import { view, write } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {{start: number[], stop: number[]}} Window */

const NUMBERS_FIT = 28;
const LENS = 7;
const WIDTH = 224;

/**
 * So few cells that a lens shows all of them, with their numbers.
 * @param {Tensor} tensor
 */
export function isSmall(tensor) {
  const { width, height } = plane(tensor);
  return tensor.shape.length > 1 && Math.max(width, height) <= LENS;
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {import("../lab.js").Look} look
 */
export function drawLenses(root, scene, look) {
  const { n, map, y, x } = placeOf(scene.at);
  const { output } = scene.tensors;
  const own = { start: [y, x], stop: [y + 1, x + 1] };
  const isEach = String(output.shape) === String(scene.source.tensor.shape);
  const looked = flatWindow(scene.element?.window) ?? metBy(scene).box ?? (isEach ? own : null);
  const source = inputPlane(scene);
  const best = winnerOn(scene);
  const inBox = lensOver(root, scene, "in", scene.source.tensor, source, { window: looked, read: readBy(scene), best }, inColors(scene, source), pointer(root, scene, source));
  const outColors = withSecret(colorsOf(output, n, map, outScale(scene)), scene, { y, x });
  const at = (/** @type {number} */ row, /** @type {number} */ col) => [...scene.at.slice(0, -2), row, col];
  const outBox = lensOver(root, scene, "out", output, { n, map }, { window: own }, outColors, {
    onPick: (row, col) => look(at(row, col), true),
    // A lens that moves with what it shows must not follow the pointer inside it.
    onHover: isSmall(output) ? (cell) => look(cell && at(...cell), false) : null,
  });
  const shown = isPicture(scene) ? 0 : source.map;
  // All are read before any is put, so that the page is laid out once.
  const marks = [
    markMap(root, "in-maps", source.map, null, looked), markMap(root, "in-map", shown, inBox, looked),
    markBest(root, shown, best), markMap(root, "out-map", map, outBox, own),
  ];
  for (const put of marks) put?.();
}

/**
 * Pointing at the input in its lens. The output that is looked at stays where the lens would move with it.
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {{n: number, map: number}} which
 */
function pointer(root, scene, { n, map }) {
  const place = view(root, "in-lens") ?? root;
  const stay = !isSmall(scene.source.tensor);
  const rank = scene.source.tensor.shape.length;
  const at = (/** @type {number[]} */ cell) => inputIndex(scene.unplanar ?? scene, [n, map, ...cell].slice(4 - Math.min(4, rank)));
  return {
    onPick: (/** @type {number} */ y, /** @type {number} */ x, /** @type {import("../../views/feature_maps.js").How} */ how) => tell(place, { of: "input", at: at([y, x]), pin: !how.byKey || how.isEnter, stay }),
    onHover: (/** @type {[number, number] | null} */ cell) => tell(place, { of: "input", at: cell && at(cell), stay }),
  };
}

/** @typedef {{color: (y: number, x: number) => import("../../data/color.js").RGB, text: ((y: number, x: number, digits?: number) => string) | null}} Colors digits: after the point; left out, as many as the number itself has room for */

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {"in" | "out"} side
 * @param {Tensor} tensor
 * @param {{n: number, map: number}} which
 * @param {{window: Window | null, read?: number[][] | null, best?: number[] | null}} marks
 * @param {Colors} colors
 * @param {{onPick: (y: number, x: number, how: import("../../views/feature_maps.js").How) => void, onHover: ((cell: [number, number] | null) => void) | null}} pointing
 * @returns {Window | null} where the lens stands
 */
function lensOver(root, scene, side, tensor, which, { window, read, best }, { color, text }, pointing) {
  const place = view(root, `${side}-lens`);
  const holder = /** @type {HTMLElement | null} */ (place?.closest(".lensed"));
  if (!place || !holder || (holder.hidden = tensor.shape.length < 2 || (isNamedRow(scene, tensor.shape) && !isSlidOver(scene, side)))) return null;
  const { width, height } = plane(tensor, which.n, which.map);
  const size = [height, width];
  const whole = side === "in" && isSmall(tensor) ? wholeOf(scene, size) : null;
  const region = whole ?? lensRegion({ size, middle: window?.start ?? [height >> 1, width >> 1], window, cells: isSmall(tensor) ? Math.max(width, height) : LENS });
  const fits = region.zoom >= NUMBERS_FIT;
  const map = view(root, `${side}-map`);
  if (map) map.hidden = isSmall(tensor); // its lens shows all of it, with the numbers
  lens(place, { region, size, color, text: fits ? text : null, window, read, best, ...pointing, label: side === "in" ? t("The input around the marked place, enlarged") : t("The output around the marked place, enlarged") });
  const { rows, cols, zoom } = region;
  const across = Math.min(zoom, roomOf(place) / cols || zoom); // on a tablet a lens is smaller than it was drawn
  write(root, `${side}-lens`, isSmall(tensor) ? "" : t("{rows} × {cols}, enlarged {zoom}×", { rows, cols, zoom: Math.round(across) }));
  const [top, left] = region.start;
  const isPadded = top < 0 || left < 0 || top + region.rows > height || left + region.cols > width;
  if (side === "in") write(root, "in-note", read ? t("outlined: read") : isPadded ? t("hatched: padding") : "");
  return { start: region.start, stop: [top + region.rows, left + region.cols] };
}

/**
 * A single row under a window that is higher: it has padding above and below.
 * @param {Scene} scene
 * @param {"in" | "out"} side
 */
function isSlidOver({ element }, side) {
  const window = side === "in" ? flatWindow(element?.window) : null;
  return window !== null && window.stop[0] - window.start[0] > 1;
}

/**
 * A small input with all of its padding, so that the numbers stay where they are while the window walks.
 * @param {Scene} scene a planar one
 * @param {number[]} size
 */
function wholeOf({ element, facts }, size) {
  const window = flatWindow(element?.window);
  const padding = facts.params.padding ?? [];
  const axes = padding.length / 2;
  const two = (/** @type {number[]} */ sides) => [0, 0, ...sides].slice(-2);
  return window && wholeRegion({ size, window, padding: [...two(padding.slice(0, axes)), ...two(padding.slice(axes))], most: Math.floor(WIDTH / NUMBERS_FIT) });
}

/**
 * @param {Tensor} tensor
 * @param {number} n
 * @param {number} map
 * @param {import("../../data/color.js").Scale} scale
 * @returns {Colors}
 */
export function colorsOf(tensor, n, map, scale) {
  const { width, data } = plane(tensor, n, map);
  const least = hasWholeNumbers(tensor) ? 0 : undefined;
  return { color: (y, x) => scale.rgb(data[y * width + x]), text: (y, x, digits) => shortly(data[y * width + x], least ?? digits) };
}

/**
 * @param {Colors} colors
 * @param {Scene} scene
 * @param {{y: number, x: number}} at
 * @returns {Colors}
 */
function withSecret({ color, text }, { isSecret }, { y, x }) {
  return { color, text: (row, col, digits) => (isSecret && row === y && col === x ? UNTOLD : (text?.(row, col, digits) ?? "")) };
}

/**
 * @param {number} value
 * @param {number} [digits]
 */
function shortly(value, digits = Math.abs(value) >= 10 ? 0 : 1) {
  return number(value, digits);
}

/**
 * @param {Scene} scene
 * @param {{n: number, map: number}} which
 * @returns {Colors}
 */
function inColors(scene, { n, map }) {
  const { tensor } = scene.source;
  if (!isPicture(scene) || channels(tensor) < 3 || rangeOf(scene) === "all") return colorsOf(tensor, n, map, inScale(scene));
  const { width } = plane(tensor);
  const planes = [0, 1, 2].map((channel) => plane(tensor, n, channel).data);
  const color = (/** @type {number} */ y, /** @type {number} */ x) => planes.map((data) => Math.round(data[y * width + x] * 255));
  return { color: /** @type {Colors["color"]} */ (color), text: null };
}

/**
 * On a large map the box is the lens, on a small one the window itself.
 * @param {HTMLElement} root
 * @param {string} name
 * @param {number} map
 * @param {Window | null} box
 * @param {Window | null} window
 */
function markMap(root, name, map, box, window) {
  const place = view(root, name);
  if (!place || place.hidden) return null;
  const canvas = place.querySelector("canvas");
  const isCoarse = canvas && canvas.offsetWidth / canvas.width >= 4;
  const shown = window && (isCoarse || !box ? window : box);
  return marking(place, shown && { map, ...shown });
}

/**
 * @param {HTMLElement} root
 * @param {number} map
 * @param {number[] | null} best the cell that a maximum is
 */
function markBest(root, map, best) {
  const place = view(root, "in-map");
  return place && !place.hidden ? marking(place, best && { map, start: best, stop: best.map((at) => at + 1) }, "best-marker") : null;
}

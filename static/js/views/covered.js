// @ts-check
// A square over a picture: dragged, moved by keys, or put where one clicks.
import { boxOf, within } from "../data/occlusion.js";
import { t } from "../text.js";

/** @typedef {import("../data/occlusion.js").Place} Place */
/**
 * @typedef {object} Square
 * @property {readonly number[]} size of the picture, rows and columns
 * @property {number} side
 * @property {number} step of an arrow key
 * @property {Place} at
 * @property {string} fill its colour
 * @property {(at: Place, how: {done: boolean}) => void} onMove done: it stays there, for now
 */

/** @type {Record<string, Place>} down, across */
const KEYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @type {WeakMap<Element, Square>} */
const squares = new WeakMap();

/**
 * Puts the square over the canvas that `element` has; called again it is another one, or elsewhere.
 * @param {HTMLElement} element
 * @param {Square} square
 */
export function coverSquare(element, square) {
  const isNew = !squares.has(element);
  squares.set(element, square);
  const { size, side, step, at, fill } = square;
  const place = isNew ? made(element) : /** @type {HTMLElement} */ (element.querySelector(".square"));
  const canvas = /** @type {HTMLCanvasElement} */ (element.querySelector("canvas"));
  const [down, across] = [canvas.offsetHeight / size[0], canvas.offsetWidth / size[1]];
  const { start, stop } = boxOf(at, side, size);
  Object.assign(place.style, {
    top: `${start[0] * down}px`, left: `${start[1] * across}px`,
    height: `${(stop[0] - start[0]) * down}px`, width: `${(stop[1] - start[1]) * across}px`,
    backgroundColor: fill,
  });
  const where = t("rows {top} to {bottom}, columns {left} to {right}", { top: start[0], bottom: stop[0] - 1, left: start[1], right: stop[1] - 1 });
  place.setAttribute("aria-label", t("Square over {where}. Arrow keys move it by {step}, with Shift by 1.", { where, step }));
}

/** @param {HTMLElement} element */
function made(element) {
  const place = document.createElement("div");
  place.className = "square";
  place.tabIndex = 0;
  place.setAttribute("role", "application");
  element.append(place);
  listen(element, place);
  return place;
}

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} place
 */
function listen(element, place) {
  /** @type {Place | null} where in the square it is held */
  let hold = null;
  element.addEventListener("pointerdown", (event) => {
    const isOn = event.target === place;
    if (event.button || (event.pointerType === "touch" && !isOn)) return; // a finger beside it scrolls the page
    const [y, x] = pixelAt(element, event);
    const { at: [top, left], side } = square(element);
    hold = isOn ? [y - top, x - left] : [side / 2, side / 2];
    element.setPointerCapture(event.pointerId);
    place.focus({ preventScroll: true });
    event.preventDefault();
    move(element, [y - hold[0], x - hold[1]], false);
  });
  element.addEventListener("pointermove", (event) => {
    if (!hold) return;
    const [y, x] = pixelAt(element, event);
    move(element, [y - hold[0], x - hold[1]], false);
  });
  const release = () => {
    if (hold) square(element).onMove(square(element).at, { done: true });
    hold = null;
  };
  element.addEventListener("pointerup", release);
  element.addEventListener("pointercancel", release);
  element.addEventListener("click", (event) => {
    if (event.target === place || !(event instanceof PointerEvent) || event.pointerType !== "touch") return;
    const [y, x] = pixelAt(element, event);
    const { side } = square(element);
    move(element, [y - side / 2, x - side / 2], true);
  });
  place.addEventListener("keydown", (event) => key(element, event));
}

/**
 * @param {HTMLElement} element
 * @param {KeyboardEvent} event
 */
function key(element, event) {
  const way = KEYS[event.key];
  if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const { at: [top, left], step } = square(element);
  const far = event.shiftKey ? 1 : step;
  move(element, [top + way[0] * far, left + way[1] * far], true);
}

/** @param {HTMLElement} element */
function square(element) {
  return /** @type {Square} */ (squares.get(element));
}

/**
 * @param {HTMLElement} element
 * @param {Place} to
 * @param {boolean} done
 */
function move(element, to, done) {
  const now = square(element);
  const at = within(to, now.side, now.size);
  if (at[0] === now.at[0] && at[1] === now.at[1]) return;
  coverSquare(element, { ...now, at });
  now.onMove(at, { done });
}

/**
 * @param {HTMLElement} element
 * @param {MouseEvent} event
 * @returns {Place}
 */
function pixelAt(element, { clientX, clientY }) {
  const box = /** @type {HTMLCanvasElement} */ (element.querySelector("canvas")).getBoundingClientRect();
  const { size: [height, width] } = square(element);
  return [((clientY - box.top) / box.height) * height, ((clientX - box.left) / box.width) * width];
}

// @ts-check
// Pointers and wheel over an element as what people mean by them: drag, tap, hover, pinch, step closer.
import { enlargedBy } from "../enlarged.js";

/** @typedef {{x: number, y: number}} Point in the element */
/**
 * @typedef {object} Gestures
 * @property {(across: number, down: number) => void} onDrag
 * @property {(point: Point) => void} onTap
 * @property {(point: Point | null) => void} onHover null when the pointer left
 * @property {(ratio: number, point: Point, isFirst: boolean) => void} onSpread how far two fingers are apart, as a multiple of where they began
 * @property {(direction: 1 | -1, point: Point) => void} onWheel
 */

const STILL = 4; // pixels that a finger may move and still tap
const NOTCH = 60; // of a wheel

/**
 * @param {HTMLElement} element
 * @param {Gestures} gestures
 */
export function watchGestures(element, gestures) {
  /** @param {MouseEvent} event @returns {Point} */
  const pointOf = ({ clientX, clientY }) => {
    const box = element.getBoundingClientRect();
    const scale = enlargedBy(element);
    return { x: (clientX - box.left) / scale - element.clientLeft, y: (clientY - box.top) / scale - element.clientTop };
  };
  watchPointers(element, gestures, pointOf);
  let turned = 0;
  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (Math.sign(event.deltaY) !== Math.sign(turned)) turned = 0;
    const unit = event.deltaMode ? 40 : event.ctrlKey ? 8 : 1; // lines; two fingers on a touchpad
    turned += event.deltaY * unit;
    if (Math.abs(turned) < NOTCH) return;
    gestures.onWheel(turned < 0 ? 1 : -1, pointOf(event));
    turned = 0;
  }, { passive: false });
}

/**
 * @param {HTMLElement} element
 * @param {Gestures} gestures
 * @param {(event: MouseEvent) => Point} pointOf
 */
function watchPointers(element, { onDrag, onTap, onHover, onSpread }, pointOf) {
  /** @type {Map<number, Point>} */
  const down = new Map();
  let start = { x: 0, y: 0 };
  let apart = 1;
  let isFirst = true;
  let isStill = true;
  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    element.setPointerCapture(event.pointerId);
    down.set(event.pointerId, pointOf(event));
    start = pointOf(event);
    isStill = down.size === 1;
    const [one, other] = [...down.values()];
    if (other) apart = distance(one, other) || 1;
    isFirst = true;
  });
  element.addEventListener("pointermove", (event) => {
    const [point, before] = [pointOf(event), down.get(event.pointerId)];
    if (!before) return onHover(point);
    isStill &&= distance(point, start) < STILL;
    if (!isStill || down.size > 1) down.set(event.pointerId, point);
    if (down.size === 1) return void (isStill || onDrag(point.x - before.x, point.y - before.y));
    const [one, other] = [...down.values()];
    onSpread(distance(one, other) / apart, { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 }, isFirst);
    isFirst = false;
  });
  element.addEventListener("pointerup", (event) => {
    const wasTap = down.delete(event.pointerId) && !down.size && isStill;
    if (wasTap) onTap(pointOf(event));
  });
  element.addEventListener("pointercancel", ({ pointerId }) => void down.delete(pointerId));
  element.addEventListener("pointerleave", () => down.size || onHover(null));
}

/**
 * @param {Point} one
 * @param {Point} other
 */
function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

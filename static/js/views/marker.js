// @ts-check
// A violet box with a white casing around some pixels of a map.

/** @typedef {{map?: number, start: readonly number[], stop: readonly number[]}} Place rows and columns; may lie outside the map */

const SMALLEST = 6; // screen pixels: one pixel at 2× would not be seen

/**
 * Puts the marker of `element` (a grid of canvases, or one) around a place, or away. Gives the marker, for a thread to hold on to.
 * @param {HTMLElement} element
 * @param {Place | null} place
 * @returns {HTMLElement | null}
 */
export function mark(element, place) {
  const marker = markerOf(element);
  const canvas = place && findCanvas(element, place.map ?? 0);
  marker.hidden = !canvas;
  if (!place || !canvas) return null;
  const [down, across] = [canvas.offsetHeight / canvas.height, canvas.offsetWidth / canvas.width];
  const [top, height] = stretch(place.start[0] * down, place.stop[0] * down);
  const [left, width] = stretch(place.start[1] * across, place.stop[1] * across);
  Object.assign(marker.style, {
    left: `${canvas.offsetLeft + left}px`,
    top: `${canvas.offsetTop + top}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
  return marker;
}

/**
 * @param {number} start
 * @param {number} stop
 * @returns {[number, number]} start and size, no smaller than can be seen
 */
function stretch(start, stop) {
  const size = Math.max(SMALLEST, stop - start);
  return [(start + stop - size) / 2, size];
}

/** @param {HTMLElement} element */
function markerOf(element) {
  let marker = /** @type {HTMLElement | null} */ (element.querySelector(":scope > .marker"));
  if (!marker) {
    marker = document.createElement("span");
    marker.className = "marker";
    marker.setAttribute("aria-hidden", "true");
    element.append(marker);
  }
  return marker;
}

/**
 * @param {HTMLElement} element
 * @param {number} map
 */
function findCanvas(element, map) {
  return /** @type {HTMLCanvasElement | null} */ (element.querySelector(`canvas[data-map="${map}"]`));
}

// @ts-check
// A violet box with a white casing around some pixels of a map.

/** @typedef {{map?: number, start: readonly number[], stop: readonly number[]}} Place rows and columns; what lies outside the map is not framed */

const SMALLEST = 6; // screen pixels: one pixel at 2× would not be seen

/**
 * Puts the marker of `element` (a grid of canvases, or one) around a place, or away. Gives the marker, for a thread to hold on to.
 * @param {HTMLElement} element
 * @param {Place | null} place
 * @param {string} [name] of the marker: an element can have several
 * @returns {HTMLElement | null}
 */
export function mark(element, place, name) {
  return marking(element, place, name)();
}

/**
 * The same in two steps: where it goes is read now, and it is put there by calling what comes back. Several that are
 * read first have the page laid out once.
 * @param {HTMLElement} element
 * @param {Place | null} place
 * @param {string} [name]
 * @returns {() => HTMLElement | null}
 */
export function marking(element, place, name = "marker") {
  const marker = markerOf(element, name);
  const canvas = place && findCanvas(element, place.map ?? 0);
  const style = place && canvas ? styleOf(canvas, place) : null;
  return () => {
    marker.hidden = !style;
    Object.assign(marker.style, style);
    return style && marker;
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Place} place
 */
function styleOf(canvas, place) {
  const [down, across] = [canvas.offsetHeight / canvas.height, canvas.offsetWidth / canvas.width];
  const [[y0, y1], [x0, x1]] = [canvas.height, canvas.width].map((size, axis) => [place.start[axis], place.stop[axis]].map((at) => Math.max(0, Math.min(size, at))));
  const [top, height] = stretch(y0 * down, y1 * down);
  const [left, width] = stretch(x0 * across, x1 * across);
  return { left: `${canvas.offsetLeft + left}px`, top: `${canvas.offsetTop + top}px`, width: `${width}px`, height: `${height}px` };
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

/**
 * @param {HTMLElement} element
 * @param {string} name
 */
function markerOf(element, name) {
  let marker = /** @type {HTMLElement | null} */ (element.querySelector(`:scope > .${name}`));
  if (!marker) {
    marker = document.createElement("span");
    marker.className = name;
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

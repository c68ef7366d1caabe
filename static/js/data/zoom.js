// @ts-check
// How large a sheet of cells is drawn in a window, and which part of it is seen. Plain data; lengths are screen pixels.

/** @typedef {{width: number, height: number}} Box the window */
/** @typedef {{rows: number, cols: number}} Size of the sheet */
/** @typedef {{zoom: number | null, left: number, top: number}} Sight zoom: pixels a cell, null: all of it fits; left and top: where the sheet begins in the window */

const LEVELS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96];
export const LARGEST = LEVELS[LEVELS.length - 1];
const LINE = 24; // a single line of cells is this high, to be seen

/**
 * Whole pixels where the sheet is small, all of it where it is large.
 * @param {Size} size
 * @param {Box} box
 */
export function fitZoom({ rows, cols }, { width, height }) {
  const fit = isFlat({ rows, cols }) ? width / cols : Math.min(width / cols, height / rows);
  return fit >= 1 ? Math.min(LARGEST, Math.floor(fit)) : Math.max(fit, 1 / 64);
}

/** @param {Size} size */
function isFlat({ rows, cols }) {
  return cols >= 16 * rows;
}

/**
 * @param {Size} size
 * @param {number} zoom
 * @returns {[number, number]} the width and the height of a cell
 */
export function cellSize(size, zoom) {
  return [zoom, isFlat(size) ? Math.max(zoom, LINE) : zoom];
}

/**
 * The next level in a direction.
 * @param {number} zoom
 * @param {1 | -1} direction
 * @param {number} fit what fits the window is the smallest, where that is below 1
 */
export function nextZoom(zoom, direction, fit) {
  const levels = fit < 1 ? [fit, ...LEVELS] : LEVELS;
  const found = direction > 0 ? levels.find((level) => level > zoom) : levels.findLast((level) => level < zoom);
  return found ?? zoom;
}

/**
 * The nearest whole zoom, for fingers that spread.
 * @param {number} zoom
 * @param {number} fit
 */
export function wholeZoom(zoom, fit) {
  return zoom < Math.min(1, fit) * 1.01 ? Math.min(1, fit) : Math.max(1, Math.min(LARGEST, Math.round(zoom)));
}

/**
 * The sheet stays in the window: in its middle where it is smaller, without a gap where it is larger.
 * @param {Sight} sight
 * @param {Size} size
 * @param {Box} box
 * @returns {Sight}
 */
export function held({ zoom, left, top }, size, box) {
  const [across, down] = cellSize(size, zoom ?? fitZoom(size, box));
  return { zoom, left: place(left, size.cols * across, box.width), top: place(top, size.rows * down, box.height) };
}

/**
 * @param {number} start
 * @param {number} length
 * @param {number} room
 */
function place(start, length, room) {
  return Math.round(length <= room ? (room - length) / 2 : Math.max(room - length, Math.min(0, start)));
}

/**
 * Another zoom; what lies at a point of the window stays there.
 * @param {Sight} sight
 * @param {number} to
 * @param {{x: number, y: number}} point
 * @param {Size} size
 * @param {Box} box
 */
export function zoomedAt({ zoom, left, top }, to, { x, y }, size, box) {
  const [across, down] = cellSize(size, zoom ?? fitZoom(size, box));
  const [wide, high] = cellSize(size, to);
  const moved = { zoom: to, left: x - ((x - left) / across) * wide, top: y - ((y - top) / down) * high };
  return held(moved, size, box);
}

/**
 * So that a cell is seen: the least way for one that lies outside, or to the middle.
 * @param {Sight} sight
 * @param {[number, number]} cell
 * @param {Size} size
 * @param {Box} box
 * @param {{middle?: boolean}} [options]
 */
export function showing({ zoom, left, top }, [y, x], size, box, { middle = false } = {}) {
  const [across, down] = cellSize(size, zoom ?? fitZoom(size, box));
  const along = (/** @type {number} */ start, /** @type {number} */ at, /** @type {number} */ cell, /** @type {number} */ room) =>
    middle ? room / 2 - (at + 0.5) * cell : Math.min(Math.max(start, -at * cell), room - (at + 1) * cell);
  return held({ zoom, left: along(left, x, across, box.width), top: along(top, y, down, box.height) }, size, box);
}

/**
 * The cells that are at least partly in the window.
 * @param {Sight} sight
 * @param {Size} size
 * @param {Box} box
 * @returns {{start: [number, number], stop: [number, number]}}
 */
export function seenCells({ zoom, left, top }, size, box) {
  const [across, down] = cellSize(size, zoom ?? fitZoom(size, box));
  return {
    start: [Math.max(0, Math.floor(-top / down)), Math.max(0, Math.floor(-left / across))],
    stop: [Math.min(size.rows, Math.ceil((box.height - top) / down)), Math.min(size.cols, Math.ceil((box.width - left) / across))],
  };
}

/**
 * The cell at a point of the window.
 * @param {Sight} sight
 * @param {{x: number, y: number}} point
 * @param {Size} size
 * @param {Box} box
 * @returns {[number, number] | null}
 */
export function cellAt({ zoom, left, top }, { x, y }, size, box) {
  const [across, down] = cellSize(size, zoom ?? fitZoom(size, box));
  const [row, col] = [Math.floor((y - top) / down), Math.floor((x - left) / across)];
  return row >= 0 && col >= 0 && row < size.rows && col < size.cols ? [row, col] : null;
}

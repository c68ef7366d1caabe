// @ts-check
// A sheet of cells in a window: zoomed by whole numbers, moved, pointed at, with numbers where a cell has room for one.
import { nearestCell, stepped } from "../data/sheet.js";
import { cellAt, cellSize, fitZoom, held, nextZoom, seenCells, showing, wholeZoom, zoomedAt } from "../data/zoom.js";
import { watchGestures } from "./gestures.js";
import { hasRoom, sheetCells } from "./sheet_cells.js";
import { frame, svg } from "./svg.js";

/** @typedef {import("../data/sheet.js").Cell} Cell */
/** @typedef {import("../data/sheet.js").Sheet} Sheet */
/**
 * @typedef {object} ZoomedOptions
 * @property {Sheet} sheet
 * @property {Uint32Array} pixels its colours
 * @property {boolean} numbered numbers may stand in the cells
 * @property {number | null} zoom screen pixels a cell; null: all of it fits
 * @property {Cell | null} chosen
 * @property {boolean} isSecret the number of the chosen one is not told
 * @property {Cell} home where one looks first, and where the keys begin
 * @property {string} label what it is and which keys it knows, for those who do not see it
 * @property {(cell: Cell) => void} onPoint the cell under the pointer or the keys
 * @property {(cell: Cell) => void} onChoose a click, or Enter
 * @property {(zoom: number | null) => void} onZoom
 * @property {(by: 1 | -1) => void} onTurn Page Down, Page Up
 */

const SMALLEST = 6; // a mark of one pixel would not be seen

/** @type {WeakMap<HTMLElement, Zoomed>} */
const known = new WeakMap();

/**
 * Draws into `element`; called again it keeps the place that was looked at while the sheet has the same size.
 * @param {HTMLElement} element
 * @param {ZoomedOptions} options
 */
export function zoomed(element, options) {
  const view = known.get(element) ?? new Zoomed(element);
  known.set(element, view);
  view.show(options);
}

/**
 * @param {HTMLElement} element
 * @param {1 | -1 | "fit" | "actual"} step closer, away, all of it, a pixel for a cell
 */
export function zoomStep(element, step) {
  known.get(element)?.step(step);
}

/**
 * Forgets what was looked at: another picture comes.
 * @param {HTMLElement} element
 */
export function zoomAnew(element) {
  known.get(element)?.forget();
}

/**
 * The pixels of a cell now, across and down.
 * @param {HTMLElement} element
 */
export function cellNow(element) {
  return known.get(element)?.cell ?? [1, 1];
}

/** @type {Record<string, Cell>} */
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
/** @type {Record<string, 1 | -1 | "fit" | "actual">} */
const ZOOMS = { "+": 1, "=": 1, "-": -1, _: -1, 0: "fit", 1: "actual" };

class Zoomed {
  #element;
  #canvas = document.createElement("canvas");
  #numbers = svg("g");
  #marks = svg("g");
  /** @type {import("../data/zoom.js").Sight} */
  #sight = { zoom: null, left: 0, top: 0 };
  /** @type {ZoomedOptions | null} */
  #options = null;
  /** @type {Cell | null} */
  #cursor = null;
  #began = 1; // the zoom when two fingers came down

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
    const over = svg("svg", { "aria-hidden": "true", class: "over", width: "100%", height: "100%" }, this.#numbers, this.#marks);
    this.#canvas.setAttribute("aria-hidden", "true");
    element.replaceChildren(this.#canvas, over);
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#move(this.#sight)).observe(element);
    watchGestures(element, {
      onDrag: (across, down) => this.#move({ ...this.#sight, left: this.#sight.left + across, top: this.#sight.top + down }),
      onTap: (point) => this.#choose(this.#under(point)),
      onHover: (point) => this.#point(point && this.#under(point)),
      onWheel: (direction, point) => this.#zoomTo(nextZoom(this.#zoom, direction, this.#fit), point),
      onSpread: (ratio, point, isFirst) => {
        if (isFirst) this.#began = this.#zoom;
        this.#zoomTo(wholeZoom(this.#began * ratio, this.#fit), point);
      },
    });
  }

  get #box() {
    return { width: this.#element.clientWidth, height: this.#element.clientHeight };
  }

  get #size() {
    return this.#options?.sheet ?? { rows: 1, cols: 1 };
  }

  get #fit() {
    return fitZoom(this.#size, this.#box);
  }

  get #zoom() {
    return this.#sight.zoom ?? this.#fit;
  }

  get cell() {
    return cellSize(this.#size, this.#zoom);
  }

  /** @param {ZoomedOptions} options */
  show(options) {
    const { sheet, pixels, chosen, home, zoom, label } = options;
    const { rows, cols } = sheet;
    const before = this.#options;
    this.#options = options;
    this.#element.setAttribute("aria-label", label);
    Object.assign(this.#canvas, { width: cols, height: rows });
    this.#canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(/** @type {ArrayBuffer} */ (pixels.buffer)), cols, rows), 0, 0);
    if (this.#cursor) this.#cursor = nearestCell(sheet, this.#cursor);
    if (chosen && String(chosen) !== String(before?.chosen)) this.#cursor = chosen;
    const isOther = rows !== before?.sheet.rows || cols !== before.sheet.cols || zoom !== this.#sight.zoom || (!this.#cursor && String(home) !== String(before.home));
    const sight = { ...this.#sight, zoom };
    this.#move(isOther ? showing(sight, this.#cursor ?? home, this.#size, this.#box, { middle: true }) : sight);
  }

  /** Another picture: nothing of the last one is remembered. */
  forget() {
    this.#options = this.#cursor = null;
  }

  /** @param {1 | -1 | "fit" | "actual"} step */
  step(step) {
    const { width, height } = this.#box;
    const [across, down] = this.cell;
    const { start, stop } = seenCells(this.#sight, this.#size, this.#box);
    const at = this.#cursor;
    const isSeen = at && at[0] >= start[0] && at[0] < stop[0] && at[1] >= start[1] && at[1] < stop[1];
    const point = isSeen ? { x: this.#sight.left + (at[1] + 0.5) * across, y: this.#sight.top + (at[0] + 0.5) * down } : { x: width / 2, y: height / 2 };
    if (step === "fit") this.#zoomTo(null, point);
    else this.#zoomTo(step === "actual" ? 1 : nextZoom(this.#zoom, step, this.#fit), point);
  }

  /**
   * @param {number | null} zoom
   * @param {{x: number, y: number}} point
   */
  #zoomTo(zoom, point) {
    if (zoom === this.#sight.zoom) return;
    this.#move(zoom === null ? { ...this.#sight, zoom } : zoomedAt(this.#sight, zoom, point, this.#size, this.#box));
    this.#options?.onZoom(zoom);
  }

  /** @param {import("../data/zoom.js").Sight} sight */
  #move(sight) {
    if (!this.#options || !this.#box.width) return;
    this.#sight = held(sight, this.#size, this.#box);
    const { rows, cols } = this.#size;
    const [across, down] = this.cell;
    const { left, top } = this.#sight;
    Object.assign(this.#canvas.style, { left: `${left}px`, top: `${top}px`, width: `${cols * across}px`, height: `${rows * down}px` });
    this.#canvas.classList.toggle("fine", across < 1);
    const isLarge = cols * across > this.#box.width || rows * down > this.#box.height;
    this.#element.toggleAttribute("data-larger", isLarge); // a finger moves it; otherwise it scrolls what is around
    this.#drawNumbers();
    this.#drawMarks();
  }

  #drawNumbers() {
    const { sheet, pixels, numbered, chosen, isSecret } = /** @type {ZoomedOptions} */ (this.#options);
    const { left, top } = this.#sight;
    this.#numbers.replaceChildren();
    if (!numbered || !hasRoom(this.cell)) return;
    const part = seenCells(this.#sight, this.#size, this.#box);
    this.#numbers.append(sheetCells({ sheet, pixels, cell: this.cell, numbered, part, left, top, untold: isSecret ? chosen : null }));
  }

  #drawMarks() {
    const { chosen = null } = this.#options ?? {};
    const [across, down] = this.cell;
    const around = (/** @type {Cell} */ [y, x]) => {
      const [width, height] = [Math.max(SMALLEST, across), Math.max(SMALLEST, down)];
      return frame(this.#sight.left + (x + 0.5) * across - width / 2, this.#sight.top + (y + 0.5) * down - height / 2, width, height);
    };
    const cursor = this.#cursor && String(this.#cursor) !== String(chosen) ? around(this.#cursor) : null;
    cursor?.classList.add("pointed");
    this.#marks.replaceChildren(...(chosen ? [around(chosen)] : []), ...(cursor ? [cursor] : []));
  }

  /** @param {import("./gestures.js").Point} point */
  #under(point) {
    const cell = cellAt(this.#sight, point, this.#size, this.#box);
    return cell && this.#options ? nearestCell(this.#options.sheet, cell) : cell;
  }

  /** @param {Cell | null} cell */
  #point(cell) {
    const at = cell ?? this.#options?.home;
    if (!at || String(at) === String(this.#cursor)) return;
    this.#cursor = at;
    this.#drawMarks();
    this.#options?.onPoint(at);
  }

  /** @param {Cell | null} cell */
  #choose(cell) {
    if (!cell) return;
    this.#point(cell);
    this.#options?.onChoose(cell);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const options = this.#options;
    if (!options || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, shiftKey } = event;
    const at = this.#cursor ?? options.home;
    const by = shiftKey ? 10 : 1;
    if (key in ARROWS) {
      this.#point(stepped(options.sheet, at, [by * ARROWS[key][0], by * ARROWS[key][1]]));
      const sight = showing(this.#sight, this.#cursor ?? at, this.#size, this.#box);
      if (sight.left !== this.#sight.left || sight.top !== this.#sight.top) this.#move(sight);
    } else if (key in ZOOMS) this.step(ZOOMS[key]);
    else if (key === "Enter" || key === " ") this.#choose(at);
    else if (key === "PageDown" || key === "PageUp") options.onTurn(key === "PageDown" ? 1 : -1);
    else return;
    event.preventDefault();
  }
}

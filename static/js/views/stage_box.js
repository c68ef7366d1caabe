// @ts-check
// One stage of a network in its graph: a title, a page of its maps as tiles, and the way to the next page.
import { paint, paintPicture } from "../data/color.js";
import { count, shape } from "../data/format.js";
import { pageOf } from "../data/map_order.js";
import { laidOut } from "../data/planes.js";
import { plane } from "../data/tensor.js";
import { t } from "../text.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../data/color.js").Scale} Scale */
/** @typedef {{name: string, kind: string, shape: readonly number[], isOne?: boolean}} Told */
/** @typedef {import("../data/planes.js").Laid & {strip: number}} Boxed strip: how high a row of numbers may be, in pixels */
/** @typedef {{tensor: Tensor, order: readonly number[], scale: (map: number) => Scale | null, picture?: {min: number, max: number} | null}} Shown tensor: as maps; picture: its colours together are one */

export const TILE = 64;
const [STRIP, CELL, GAP, LEAST] = [416, 16, 4, 24];

export class StageBox {
  page = 0;
  /** @type {Shown | null} */
  #shown = null;
  #canvas = document.createElement("canvas"); // one for all tiles: hundreds of them are slow to put together

  /**
   * @param {number} number of the stage, −1 the input
   * @param {Told} told
   * @param {{each: number, tiles: number}} room each: how many tiles it has at once; tiles: how many the highest has
   */
  constructor(number, told, { each, tiles }) {
    this.number = number;
    this.told = told;
    this.isOne = told.isOne ?? false; // its maps are the colours of one picture, seen in one tile
    /** @type {Boxed} */
    this.laid = { ...laidOut(told.shape), strip: Math.min(STRIP, tiles * (TILE + GAP) - GAP) };
    this.each = this.isOne ? 1 : Math.min(each, this.laid.maps);
    this.element = document.createElement("section");
    this.element.className = "node";
    this.element.dataset.node = String(number);
    this.tiles = Array.from({ length: this.each }, () => this.#tile());
    this.#canvas.setAttribute("aria-hidden", "true");
    const place = Object.assign(document.createElement("div"), { className: "tiles" });
    place.append(this.#canvas, ...this.tiles);
    this.element.append(...heading(told), place, ...(this.pages > 1 ? [this.#pager()] : []));
  }

  get pages() {
    return this.isOne ? 1 : Math.ceil(this.laid.maps / this.each);
  }

  get isDrawn() {
    return this.#shown !== null;
  }

  /** The maps that the tiles show, in their order. */
  get maps() {
    const order = this.#shown?.order ?? Array.from({ length: this.laid.maps }, (_, map) => map);
    return pageOf(order, this.page, this.each);
  }

  /** @param {number} map @returns {HTMLElement | null} its tile, where it is on this page */
  tileOf(map) {
    return this.tiles[this.maps.indexOf(map)] ?? null;
  }

  /** @param {Shown} shown */
  draw(shown) {
    this.#shown = shown;
    this.#paint();
  }

  /** Other numbers are to come; these stay to be seen until they are here. */
  forget() {
    this.#shown = null;
  }

  /** @param {number} page */
  turn(page) {
    this.page = Math.max(0, Math.min(this.pages - 1, page));
    this.#paint();
  }

  /**
   * To the page that has a map.
   * @param {number} map
   */
  turnTo(map) {
    const order = this.#shown?.order;
    const place = order ? order.indexOf(map) : map;
    if (place >= 0 && Math.floor(place / this.each) !== this.page) this.turn(Math.floor(place / this.each));
  }

  #tile() {
    const tile = Object.assign(document.createElement("button"), { type: "button", className: "tile", tabIndex: -1 });
    if (this.laid.isRow) {
      const [across, down] = sizeOf(this.laid);
      Object.assign(tile.style, { width: `${Math.max(LEAST, across)}px`, height: `${Math.max(LEAST, down)}px` });
    }
    return tile;
  }

  #pager() {
    const pager = Object.assign(document.createElement("div"), { className: "pager" });
    const step = (/** @type {number} */ by, /** @type {string} */ sign, /** @type {string} */ said) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign, title: said });
      button.setAttribute("aria-label", `${this.told.name}: ${said}`);
      button.dataset.turn = String(by);
      return button;
    };
    pager.append(step(-1, "‹", t("maps before")), document.createElement("span"), step(1, "›", t("further maps")));
    return pager;
  }

  #paint() {
    const shown = this.#shown;
    const maps = this.maps;
    const context = shown && sheetOf(this.#canvas, this.tiles, this.laid);
    this.tiles.forEach((tile, i) => {
      tile.hidden = maps[i] === undefined;
      if (tile.hidden) return;
      tile.dataset.map = String(maps[i]);
      tile.setAttribute("aria-label", this.#saidTile(maps[i]));
      if (shown && context) paintTile(context, shown, maps[i], placeOf(i, this.laid));
    });
    const line = this.element.querySelector(".pager span");
    if (line) line.textContent = `${this.page + 1}/${count(this.pages)}`;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.element.querySelectorAll("[data-turn]"))) {
      button.setAttribute("aria-disabled", String(Number(button.dataset.turn) < 0 ? this.page === 0 : this.page === this.pages - 1));
    }
  }

  /** @param {number} map */
  #saidTile(map) {
    const { name } = this.told;
    if (this.isOne) return name;
    return this.laid.isRow ? t("{name}: {count} numbers", { name, count: count(this.laid.count) }) : t("{name}, map {map}", { name, map });
  }
}

/** @param {Told} told */
function heading({ name, kind, shape: sizes }) {
  const title = Object.assign(document.createElement("h3"), { title: kind ? `${name} (${kind})` : name });
  // A long name breaks after a dot or an underscore.
  title.append(...name.split(/(?<=[._/])/).flatMap((part) => [part, document.createElement("wbr")]));
  const size = Object.assign(document.createElement("p"), { className: "small soft", textContent: shape(sizes.slice(1)) });
  return [title, size];
}

/** @param {Boxed} laid @returns {[number, number]} on the screen */
function sizeOf({ height, width, isRow, strip }) {
  if (isRow) {
    const cell = Math.max(1, Math.min(CELL, Math.floor(strip / height), Math.floor(TILE / width)));
    return [width * cell, height * cell];
  }
  const fit = TILE / Math.max(height, width);
  const zoom = fit >= 1 ? Math.floor(fit) : fit;
  return [Math.max(1, Math.round(width * zoom)), Math.max(1, Math.round(height * zoom))];
}

/**
 * The canvas behind the tiles, empty, as fine as the screen is.
 * @param {HTMLCanvasElement} canvas
 * @param {readonly HTMLElement[]} tiles
 * @param {Boxed} laid
 */
function sheetOf(canvas, tiles, laid) {
  const [x, y, across, down] = placeOf(tiles.length - 1, laid);
  const fine = Math.min(2, devicePixelRatio);
  const [width, height] = [2 * x + across, y + down + (laid.isRow ? y : 0)];
  Object.assign(canvas, { width: Math.round(width * fine), height: Math.round(height * fine) });
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  const context = canvas.getContext("2d");
  context?.scale(fine, fine);
  return context;
}

/**
 * Where the map of a tile lies on that canvas.
 * @param {number} i
 * @param {Boxed} laid
 * @returns {[x: number, y: number, across: number, down: number]}
 */
function placeOf(i, laid) {
  const [across, down] = sizeOf(laid);
  const [wide, high] = laid.isRow ? [Math.max(LEAST, across), Math.max(LEAST, down)] : [TILE, TILE];
  return [Math.floor((wide - across) / 2), i * (TILE + GAP) + Math.floor((high - down) / 2), across, down];
}

const source = document.createElement("canvas");

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Shown} shown
 * @param {number} map
 * @param {[number, number, number, number]} place
 */
function paintTile(context, { tensor, scale, picture }, map, [x, y, across, down]) {
  const { width, height, data } = plane(tensor, 0, map);
  const colours = scale(map);
  const pixels = picture || !colours ? paintPicture(tensor, picture ?? {}) : paint(data, colours);
  Object.assign(source, { width, height });
  source.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(/** @type {ArrayBuffer} */ (pixels.buffer)), width, height), 0, 0);
  context.imageSmoothingEnabled = across < width;
  context.drawImage(source, x, y, across, down);
}

// @ts-check
// A network as a graph of stages, each a column of tiles: what is in view is asked for, what is pointed at lights up.
import { columnsOf, joinsOf } from "../data/map_links.js";
import { StageBox } from "./stage_box.js";
import { alongOf, besideTile } from "./stage_kin.js";
import { drawLinks } from "./stage_links.js";
import { Lit } from "./stage_lit.js";
import { svg } from "./svg.js";

/** @typedef {import("./stage_box.js").Shown} Shown */
/** @typedef {import("../data/map_links.js").Linked & {shape: number[], operator: string | null, layer: string | null}} Stage */
/** @typedef {import("./stage_kin.js").Kin} Kin */
/**
 * @typedef {object} GraphOptions
 * @property {readonly Stage[]} stages
 * @property {{name: string, shape: readonly number[], isOne: boolean}} input isOne: it is seen as one picture
 * @property {number} [tiles] that a stage shows at once
 * @property {(numbers: number[]) => void} onSee these came into view and are not drawn yet
 * @property {(numbers: number[]) => void} onLeave these went out of view
 * @property {(number: number, map: number, byKey: boolean) => void} onPick
 * @property {(number: number, map: number, kin: Kin) => void} onPoint
 * @property {(pair: import("./stage_kin.js").Pair) => import("./stage_links.js").Line | null} lineOf what a line between two maps looks like; null: as all do
 */

const EACH = 8;
const BESIDE = 640; // what comes into view soon is asked for already

export class StageGraph {
  /** @type {Map<number, StageBox>} */
  boxes = new Map();
  #element;
  #options;
  #joins;
  /** @type {Map<number, number>} */
  #columns = new Map();
  #links = svg("svg", { class: "links", "aria-hidden": "true" });
  #lit;
  /** @type {HTMLElement | null} */
  #current = null;
  /** @type {IntersectionObserver | null} */
  #seen = null;
  #resized = new ResizeObserver(() => this.#redraw());

  /**
   * @param {HTMLElement} element
   * @param {GraphOptions} options
   */
  constructor(element, options) {
    this.#element = element;
    this.#options = options;
    this.#joins = joinsOf(options.stages);
    this.#lit = new Lit(this.boxes, this.#joins, options);
    const inner = Object.assign(document.createElement("div"), { className: "columns" });
    const over = svg("svg", { class: "links over", "aria-hidden": "true" }, this.#lit.lines);
    inner.append(this.#links, ...columnsOf(options.stages).map((numbers, column) => this.#column(numbers, column)), over);
    inner.classList.toggle("has-far", this.#joins.some(({ from, to }) => this.#columnOf(to) - this.#columnOf(from) > 1));
    element.replaceChildren(inner);
    for (const box of this.boxes.values()) box.turn(0);
    this.#listen(inner);
    this.#watch();
    this.#resized.observe(inner);
  }

  /** Nobody looks at it any more. */
  close() {
    this.#seen?.disconnect();
    this.#resized.disconnect();
  }

  /**
   * @param {number[]} numbers
   * @param {number} column
   */
  #column(numbers, column) {
    const place = Object.assign(document.createElement("div"), { className: "column" });
    for (const number of numbers) {
      const { stages, input, tiles = EACH } = this.#options;
      const told = number < 0 ? { ...input, kind: "" } : { name: stages[number].name, kind: stages[number].operator ?? stages[number].layer ?? "", shape: stages[number].shape };
      const box = new StageBox(number, told, { each: Math.max(2, Math.floor(tiles / numbers.length)), tiles });
      this.boxes.set(number, box);
      this.#columns.set(number, column);
      place.append(box.element);
    }
    return place;
  }

  #columnOf = (/** @type {number} */ number) => this.#columns.get(number) ?? 0;

  #redraw = () => drawLinks(this.#links, this.boxes, this.#joins, this.#columnOf);

  #watch() {
    const seen = new IntersectionObserver(
      (entries) => {
        const numbers = (/** @type {boolean} */ isIn) => entries.filter(({ isIntersecting }) => isIntersecting === isIn).map(({ target }) => Number(/** @type {HTMLElement} */ (target).dataset.node));
        const wanted = numbers(true).filter((number) => !this.boxes.get(number)?.isDrawn);
        this.#options.onLeave(numbers(false));
        if (wanted.length) this.#options.onSee(wanted.sort((a, b) => a - b));
      },
      { root: this.#element, rootMargin: `0px ${BESIDE}px` },
    );
    for (const { element } of this.boxes.values()) seen.observe(element);
    this.#seen = seen;
  }

  /** Another picture: all that is drawn is of the last one. */
  forget() {
    for (const box of this.boxes.values()) box.forget();
  }

  /** The stages that are in the window, or soon will be. */
  inView() {
    const { scrollLeft, clientWidth } = this.#element;
    const isNear = (/** @type {HTMLElement} */ { offsetLeft, offsetWidth }) => offsetLeft + offsetWidth > scrollLeft - BESIDE && offsetLeft < scrollLeft + clientWidth + BESIDE;
    return [...this.boxes.values()].filter(({ element }) => isNear(element)).map(({ number }) => number);
  }

  /**
   * @param {number} number
   * @param {Shown} shown
   */
  draw(number, shown) {
    this.boxes.get(number)?.draw(shown);
    if (!this.#current) this.#settle(this.boxes.get(0)?.tiles[0] ?? null);
  }

  /**
   * Marks what is taken apart below.
   * @param {number} number
   * @param {number} map
   */
  choose(number, map) {
    const box = this.boxes.get(number);
    this.turnTo(number, map);
    for (const tile of this.#element.querySelectorAll(".tile[aria-current]")) tile.removeAttribute("aria-current");
    const tile = box?.tileOf(box.laid.isRow ? 0 : map) ?? null;
    tile?.setAttribute("aria-current", "true");
    this.#settle(tile);
  }

  /**
   * Shows the page that a map is on, with those whose maps go along.
   * @param {number} number
   * @param {number} map
   */
  turnTo(number, map) {
    for (const along of alongOf(number, this.boxes, this.#joins)) this.boxes.get(along)?.turnTo(map);
    this.#redraw();
  }

  /**
   * Brings a stage into the window.
   * @param {number} number
   * @param {{focus?: boolean}} [options]
   */
  reveal(number, { focus = false } = {}) {
    const box = this.boxes.get(number);
    if (!box) return;
    const { offsetLeft, offsetWidth } = box.element;
    const { scrollLeft, clientWidth } = this.#element;
    if (offsetLeft < scrollLeft || offsetLeft + offsetWidth > scrollLeft + clientWidth) this.#element.scrollTo({ left: offsetLeft - clientWidth / 3, behavior: "instant" });
    if (focus) this.#focus(box.tiles[0]);
  }

  /** @param {HTMLElement | null} tile the one that Tab comes to */
  #settle(tile) {
    if (!tile || tile === this.#current) return;
    if (this.#current) this.#current.tabIndex = -1;
    this.#current = tile;
    tile.tabIndex = 0;
  }

  /** @param {HTMLElement} tile */
  #focus(tile) {
    this.#settle(tile);
    tile.focus();
  }

  /** @param {HTMLElement} inner */
  #listen(inner) {
    const tileOf = (/** @type {Event} */ { target }) => /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest(".tile") : null);
    inner.addEventListener("pointerover", (event) => this.#point(tileOf(event)));
    inner.addEventListener("pointerleave", () => this.#point(null));
    inner.addEventListener("focusin", (event) => this.#point(tileOf(event)));
    inner.addEventListener("click", (event) => {
      const tile = tileOf(event);
      if (tile) this.#pick(tile, event.detail === 0);
      const turn = event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest("[data-turn]")) : null;
      if (turn) this.#turn(this.#boxAt(turn), Number(turn.dataset.turn));
    });
    inner.addEventListener("keydown", (event) => {
      const tile = tileOf(event);
      if (!tile || event.ctrlKey || event.metaKey || event.altKey || !this.#key(tile, event.key)) return;
      event.preventDefault();
    });
  }

  /** @param {Element} part */
  #boxAt(part) {
    return /** @type {StageBox} */ (this.boxes.get(Number(/** @type {HTMLElement} */ (part.closest(".node")).dataset.node)));
  }

  /**
   * @param {HTMLElement} tile
   * @param {boolean} byKey
   */
  #pick(tile, byKey) {
    const { number } = this.#boxAt(tile);
    this.#settle(tile);
    this.#options.onPick(number, Number(tile.dataset.map), byKey);
  }

  /**
   * @param {StageBox} box
   * @param {number} by
   */
  #turn(box, by) {
    box.turn(box.page + by);
    this.#redraw();
    this.#point(null);
  }

  /**
   * @param {HTMLElement} tile
   * @param {string} key
   * @returns {boolean} whether it means anything here
   */
  #key(tile, key) {
    const box = this.#boxAt(tile);
    if (key === "PageDown" || key === "PageUp") {
      this.#turn(box, key === "PageDown" ? 1 : -1);
      this.#focus(tile.hidden ? box.tiles[0] : tile);
      return true;
    }
    const next = besideTile(tile, key);
    if (next) this.#focus(next);
    return key.startsWith("Arrow");
  }

  /** As if it were pointed at, where its page is shown. @param {number} number @param {number} map */
  light(number, map) {
    this.#point(this.boxes.get(number)?.tileOf(this.boxes.get(number)?.laid.isRow ? 0 : map) ?? null);
  }

  relight = () => this.#lit.again();

  /** @param {HTMLElement | null} tile */
  #point(tile) {
    this.#lit.show(tile && [this.#boxAt(tile), tile]);
  }
}

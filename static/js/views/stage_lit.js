// @ts-check
// What lights up in a network's graph while a tile is pointed at: its kin, and the lines to them.
import { kinOf } from "./stage_kin.js";
import { drawLit } from "./stage_links.js";
import { svg } from "./svg.js";

/** @typedef {import("./stage_box.js").StageBox} StageBox */
/** @typedef {Pick<import("./stage_graph.js").GraphOptions, "onPoint" | "lineOf">} LitOptions */

export class Lit {
  lines = svg("g", { class: "lit" });
  #boxes;
  #joins;
  #options;
  /** @type {Element[]} */
  #marked = [];
  /** @type {[StageBox, HTMLElement] | null} */
  #pointed = null;

  /**
   * @param {ReadonlyMap<number, StageBox>} boxes
   * @param {readonly import("./stage_links.js").Join[]} joins
   * @param {LitOptions} options
   */
  constructor(boxes, joins, options) {
    this.#boxes = boxes;
    this.#joins = joins;
    this.#options = options;
  }

  /** Something more is known of the lines. */
  again() {
    this.show(this.#pointed);
  }

  /** @param {[StageBox, HTMLElement] | null} pointed a tile and its stage */
  show(pointed) {
    for (const marked of this.#marked) marked.classList.remove("kin");
    this.#marked = [];
    this.lines.replaceChildren();
    this.#pointed = pointed;
    if (!pointed) return;
    const [box, tile] = pointed;
    const map = Number(tile.dataset.map);
    const { pairs, kin } = kinOf({ box, map, tile }, this.#boxes, this.#joins);
    this.#marked = [tile, ...pairs.flatMap(({ tiles }) => tiles)];
    for (const marked of this.#marked) marked.classList.add("kin");
    this.#options.onPoint(box.number, map, kin);
    drawLit(this.lines, pairs, this.#options.lineOf);
  }
}

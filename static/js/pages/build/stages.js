// @ts-check
// The stages of a chain, by the component that shows a network's: their graph, and one number of one map taken apart.
import { strengths } from "../../data/map_order.js";
import { asMaps, isWithin } from "../../data/planes.js";
import { range } from "../../data/tensor.js";
import { NetworkGraph } from "../network/graph.js";
import { NetworkPanel } from "../network/panel.js";
import { strongestOn } from "../network/spots.js";

/** @typedef {import("./run.js").ChainRun} ChainRun */
/** @typedef {import("../network/graph.js").Look} Look */
/** @typedef {import("../network/panel.js").Spot} Spot */
/** @typedef {{run: ChainRun, stages: readonly any[], gives: import("../../data/gives.js").Gives, pictured: boolean, look: Look, open: number | null, at: string | undefined}} Scene open: the stage whose settings are unfolded */
/** @typedef {{pick: (spot: Spot, how: {byKey: boolean, isStage: boolean}) => void, complain: (error: unknown) => void}} Hands isStage: it may be another stage than the one that is open */

const [WIDE, SMALL] = [{ tiles: 3, most: 10 }, { tiles: 2, most: 6 }];
const [ROOM, NAME] = [224, "chain"];
const NARROW = matchMedia("(max-width: 900px)");

export class ChainStages {
  #root;
  #hands;
  #panel;
  /** @type {NetworkGraph | null} */
  #graph = null;
  #drawn = "";
  #revealed = -1;
  /** @type {Scene | null} */
  #scene = null;

  /**
   * @param {HTMLElement} root
   * @param {Hands} hands
   */
  constructor(root, hands) {
    this.#root = root;
    this.#hands = hands;
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById("panel"));
    this.element = /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (document.importNode(template.content, true)).querySelector("section"));
    this.#panel = new NetworkPanel(this.element, this.#configOf([], [], [0, 1]), (spot, { byKey }) => hands.pick(spot, { byKey, isStage: false }));
    this.#keepClear();
    NARROW.addEventListener("change", () => {
      this.#drawn = "";
      if (this.#scene) this.show(this.#scene).catch(hands.complain);
    });
  }

  /** What is scrolled to or worked at is not to lie under the graph where that stays in view. */
  #keepClear() {
    const seen = /** @type {HTMLElement} */ (this.#root.querySelector(".seen"));
    const keep = () => {
      const isKept = getComputedStyle(seen).position === "sticky";
      document.documentElement.style.scrollPaddingTop = isKept ? `${seen.offsetHeight + 8}px` : "";
    };
    new ResizeObserver(keep).observe(seen);
    addEventListener("resize", keep);
  }

  /** @param {Scene} scene */
  async show(scene) {
    this.#scene = scene;
    const { run, stages, look, open } = scene;
    this.#build(scene);
    this.#graph?.show(run, look);
    this.element.hidden = open === null || open >= stages.length;
    if (open === null || this.element.hidden) return void (this.#revealed = -1);
    await run.need([open]);
    if (scene !== this.#scene) return;
    const spot = spotOf(scene, open);
    await this.#panel.show(run, spot, look);
    if (scene !== this.#scene) return;
    if (open !== this.#revealed) this.#graph?.reveal((this.#revealed = open));
    this.#graph?.choose(open, stages[open].shape.length > 3 ? spot.at[1] : 0);
  }

  /**
   * Another graph only where the stages are others.
   * @param {Scene} scene
   */
  #build({ run, stages, pictured, gives }) {
    const input = /** @type {import("../../data/tensor.js").Tensor} */ (run.tensor(-1));
    const { low, high } = pictured ? { low: 0, high: 1 } : range(input.data);
    const config = { ...this.#configOf(stages, input.shape, [low, high]), gives };
    const drawn = JSON.stringify([gives, input.shape, low, high, stages.map(({ name, shape, sources, links }) => [name, shape, sources, links])]);
    this.#panel.configure(config);
    if (drawn === this.#drawn) return;
    const place = /** @type {HTMLElement} */ (this.#root.querySelector("[data-graph]"));
    const { scrollLeft } = place;
    this.#graph?.close();
    this.#graph = new NetworkGraph(this.#root, config, {
      onPick: (node, map, byKey) => this.#pick(node, map, byKey).catch(this.#hands.complain),
      onClass: (index) => this.#pickLast(index),
      complain: this.#hands.complain,
    });
    place.scrollLeft = scrollLeft;
    this.#drawn = drawn;
  }

  /**
   * @param {readonly any[]} stages
   * @param {readonly number[]} shape
   * @param {[number, number]} ends
   */
  #configOf(stages, shape, ends) {
    /** @type {import("../../data/gives.js").Gives} */
    const gives = "maps";
    return { gives, model: NAME, file: NAME, stages, input: { shape: [...shape], range: ends }, classes: [], output: "", room: ROOM, ...(NARROW.matches ? SMALL : WIDE) };
  }

  /**
   * @param {number} node
   * @param {number} map
   * @param {boolean} byKey
   */
  async #pick(node, map, byKey) {
    const scene = this.#scene;
    if (!scene) return;
    await scene.run.need([node]);
    this.#hands.pick({ node, at: strongestOn(scene.run, node, map) }, { byKey, isStage: true });
  }

  /** @param {number} index of what comes out */
  #pickLast(index) {
    const node = (this.#scene?.stages.length ?? 0) - 1;
    const shape = this.#scene?.stages[node].shape ?? [];
    this.#hands.pick({ node, at: shape.map((/** @type {number} */ _, /** @type {number} */ axis) => (axis === shape.length - 1 ? index : 0)) }, { byKey: false, isStage: true });
  }
}

/**
 * The number that the link names, or the largest of the strongest map.
 * @param {Scene} scene
 * @param {number} node
 * @returns {Spot}
 */
function spotOf({ run, stages, at = "" }, node) {
  const place = at.split(",").map(Number);
  if (at && isWithin(stages[node].shape, place)) return { node, at: place };
  const strong = strengths(asMaps(/** @type {import("../../data/tensor.js").Tensor} */ (run.tensor(node))));
  return { node, at: strongestOn(run, node, strong.indexOf(Math.max(...strong))) };
}

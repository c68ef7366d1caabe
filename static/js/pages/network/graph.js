// @ts-check
// The graph of a network's or a chain's stages: what is in view is fetched and drawn, in the order and the colours that are chosen.
import { greyScale, valueScale } from "../../data/color.js";
import { saidAs } from "../../data/gives.js";
import { scalesOf } from "../../data/map_scales.js";
import { orderOf } from "../../data/map_order.js";
import { asMaps } from "../../data/planes.js";
import { range } from "../../data/tensor.js";
import { sentences, t } from "../../text.js";
import { bars } from "../../views/bars.js";
import { StageGraph } from "../../views/stage_graph.js";
import { KernelLines } from "./lines.js";
import { write } from "../shared/page_text.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../../data/color.js").Scale} Scale */
/** @typedef {import("./run.js").StageRun} Run */
/** @typedef {{order: string, range: string}} Look how the maps are shown */
/** @typedef {import("./panel.js").Config & {tiles?: number, most?: number}} Config tiles: that a stage shows at once; most: of what comes out, as bars */

const MOST_CLASSES = 10;

export class NetworkGraph {
  #root;
  #config;
  #graph;
  #lines;
  #classes = Object.assign(document.createElement("ol"), { className: "classes" });
  /** @type {Run | null} */
  #run = null;
  /** @type {Look} */
  #look = { order: "index", range: "stage" };
  /** @type {(error: unknown) => void} */
  #complain;

  /**
   * @param {HTMLElement} root
   * @param {Config} config
   * @param {{onPick: (node: number, map: number, byKey: boolean) => void, onClass: (index: number) => void, complain: (error: unknown) => void}} options
   */
  constructor(root, config, { onPick, onClass, complain }) {
    this.#root = root;
    this.#config = config;
    this.#complain = complain;
    const place = /** @type {HTMLElement} */ (root.querySelector("[data-graph]"));
    this.#lines = new KernelLines(root, config.stages, () => this.#graph.relight());
    this.#graph = new StageGraph(place, {
      stages: config.stages,
      tiles: config.tiles,
      input: { name: this.#inputName, shape: config.input.shape, isOne: this.#isPicture },
      onSee: (numbers) => this.#see(numbers),
      onLeave: (numbers) => this.#run?.drop(numbers),
      onPick: (number, map, byKey) => number >= 0 && onPick(number, map, byKey),
      onPoint: (number, map, kin) => this.#say(number, map, kin),
      lineOf: this.#lines.lineOf,
    });
    place.firstElementChild?.append(this.#classes);
    this.onClass = onClass;
  }

  /** Whether the channels of the input are the colours of one picture. */
  get #isPicture() {
    const { shape: sizes } = this.#config.input;
    return sizes.length === 4 && sizes[0] === 1 && (sizes[1] === 1 || sizes[1] === 3);
  }

  get #inputName() {
    return this.#isPicture ? t("picture") : t("input");
  }

  /** Other stages take its place. */
  close() {
    this.#graph.close();
  }

  /**
   * @param {Run} run
   * @param {Look} look
   */
  show(run, look) {
    if (run !== this.#run) this.#graph.forget();
    const isOther = run !== this.#run || look.order !== this.#look.order || look.range !== this.#look.range;
    this.#run = run;
    this.#lines.of(run);
    this.#look = look;
    if (!isOther) return;
    this.#showClasses(run);
    const drawn = [...this.#graph.boxes.keys()].filter((number) => run.tensor(number));
    for (const number of drawn) this.#draw(number);
    this.#see(this.#graph.inView());
  }

  /**
   * @param {number} number
   * @param {number} map
   */
  choose(number, map) {
    this.#graph.choose(number, map);
  }

  /**
   * @param {number} number
   * @param {{focus?: boolean, map?: number | null}} [options] map: its page is shown too
   */
  reveal(number, options = {}) {
    this.#graph.reveal(number, options);
    if (typeof options.map !== "number") return;
    this.#graph.turnTo(number, options.map);
    this.#graph.light(number, options.map);
  }

  /**
   * Marks what was looked for and brings it into the window.
   * @param {number | null} found null: nothing
   * @param {number | null} map
   */
  find(found, map) {
    for (const [number, { element }] of this.#graph.boxes) element.toggleAttribute("data-found", number === found);
    if (found !== null) this.reveal(found, { map });
  }

  /** @param {readonly number[]} numbers */
  async #see(numbers) {
    const run = this.#run;
    if (!run) return;
    try {
      await Promise.all([...numbers].reverse().map((number) => run.load([number]).then(() => run === this.#run && this.#draw(number))));
    } catch (error) {
      if (run === this.#run) this.#complain(error);
    }
  }

  /** @param {number} number */
  #draw(number) {
    const tensor = this.#run?.tensor(number);
    if (!tensor) return;
    const maps = asMaps(tensor);
    if (number < 0 && this.#isPicture) {
      const [min, max] = this.#config.input.range;
      const grey = greyScale({ min, max });
      return this.#graph.draw(number, { tensor: maps, order: [0], scale: () => grey, picture: { min, max } });
    }
    const scale = scalesOf(this.#look.range, maps, this.#run?.shared);
    this.#graph.draw(number, { tensor: maps, order: orderOf(maps, maps.shape[1], this.#look.order), scale });
  }

  /** @param {Run} run */
  #showClasses({ output, notes }) {
    const { classes, gives, most = MOST_CLASSES } = this.#config;
    this.#classes.hidden = gives === "maps";
    if (gives === "maps") return;
    const all = Array.from(output?.data ?? [], (value, index) => ({ value, index }));
    const first = all.length > most ? [...all].sort((a, b) => b.value - a.value).slice(0, most) : all;
    const values = first.map(({ value }) => value);
    bars(this.#classes, {
      labels: first.map(({ index }) => classes[index] ?? String(index)),
      values, scale: valueScale(range(values)), format: saidAs(gives), chosen: first.findIndex(({ index }) => index === notes.top[0].index),
      onPick: (row) => this.onClass(first[row].index),
    });
  }

  /**
   * @param {number} number
   * @param {number} map
   * @param {import("../../views/stage_kin.js").Kin} kin
   */
  #say(number, map, { made, makes }) {
    const name = number < 0 ? this.#inputName : this.#config.stages[number].name;
    const of = number < 0 ? "" : made === 1 ? t("Made of one map.") : t("Made of {count} maps.", { count: made });
    const helps = makes === 0 ? "" : makes === 1 ? t("It helps to make one.") : t("It helps to make {count}.", { count: makes });
    write(this.#root, "lit", sentences(number < 0 && this.#isPicture ? t("{name}.", { name }) : t("{name}, map {map}.", { name, map }), of, helps, this.#lines.say(number)));
  }
}

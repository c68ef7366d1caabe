// @ts-check
// What is chosen in a network: one map at full size, one number of it taken apart, what that sees of the picture.
import { count, precise, shape } from "../../data/format.js";
import { mapsBehind } from "../../data/flattened.js";
import { latest } from "../../service/latest.js";
import { scalesOf } from "../../data/map_scales.js";
import { asMaps, inTensor, laidOut, onMaps } from "../../data/planes.js";
import { seenOf } from "../../data/seen.js";
import { plane, range } from "../../data/tensor.js";
import { sentences, t } from "../../text.js";
import { featureMaps, setCursor } from "../../views/feature_maps.js";
import { legend } from "../../views/legend.js";
import { marking } from "../../views/marker.js";
import { valueBars } from "../../views/value_bars.js";
import { mountNetworkArithmetic, waysToAsk } from "./arithmetic.js";
import { ROOM, drawPictureIn, offerMap, offerPictureOf } from "./pictures.js";
import { NetworkWeights } from "./weights.js";
import { view, write } from "../shared/page_text.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("./run.js").StageRun} Run */
/** @typedef {{node: number, at: number[]}} Spot an element of a stage's output */
/** @typedef {(spot: Spot, how: {byKey: boolean}) => void} Pick */
/** @typedef {{model: string, file: string, stages: readonly any[], input: {shape: number[], range: [number, number], channels_last?: boolean}, classes: string[], output: string, gives: import("../../data/gives.js").Gives, room?: number, pictured?: boolean}} Config room: pixels for a map; pictured: it takes a picture, as nearly all do */

const FORM = "square";

export class NetworkPanel {
  #root;
  #config;
  #pick;
  #arithmetic;
  #weights;
  /** @type {Run | null} */
  #run = null;
  /** @type {Spot | null} */
  #spot = null;

  /**
   * @param {HTMLElement} root
   * @param {Config} config
   * @param {Pick} pick
   */
  constructor(root, config, pick) {
    this.#root = root;
    this.#config = config;
    this.#pick = pick;
    this.#arithmetic = mountNetworkArithmetic(root, (at) => this.#spot && pick({ node: this.#spot.node, at }, { byKey: true }));
    this.#weights = new NetworkWeights(root, (channel) => this.#onChannel(channel));
  }

  /** @param {Config} config of other stages than before */
  configure(config) {
    this.#config = config;
    this.#spot = null;
  }

  /**
   * @param {Run} run
   * @param {Spot} spot that is pinned
   * @param {import("./graph.js").Look} look
   */
  async show(run, spot, look) {
    await run.need([spot.node, ...this.#sourcesOf(spot.node)]);
    this.#run = run;
    this.#spot = spot;
    this.#drawMap(run, spot, look.range);
    this.#drawPicture(run);
    this.#weights.show({ run, config: this.#config, spot, order: look.order }).catch(() => {}); // what cannot be had is not shown
    await this.look(spot);
  }

  /** @param {number} node */
  #sourcesOf(node) {
    const names = new Map(this.#config.stages.map(({ name }, i) => [name, i]));
    return Object.values(this.#config.stages[node].sources).map((source) => names.get(String(source)) ?? -1);
  }

  /**
   * @param {Run} run
   * @param {Spot} spot
   * @param {string} sharing what shares its colours
   */
  #drawMap(run, { node, at }, sharing) {
    const stage = this.#config.stages[node];
    const tensor = /** @type {Tensor} */ (run.tensor(node));
    const maps = asMaps(tensor, FORM);
    const laid = laidOut(tensor.shape, FORM);
    const [map] = onMaps(stage.shape, at, FORM);
    const scale = scalesOf(sharing, maps, run.shared)(map);
    const said = { map: t("of this map"), all: t("of all stages") }[sharing] ?? t("of the whole stage");
    const values = plane(maps, 0, map).data;
    const name = laid.isRow ? stage.name : t("{name}, map {map}", { name: stage.name, map });
    write(this.#root, "chosen", name);
    write(this.#root, "chosen-shape", laid.isRow ? (laid.count === 1 ? t("one number") : t("{count} numbers", { count: count(laid.count) })) : t("{height} × {width}, one of {maps} maps", { height: laid.height, width: laid.width, maps: count(laid.maps) }));
    const { room = ROOM } = this.#config;
    const zoom = Math.min(24, room / Math.max(laid.height, laid.width));
    const toSpot = (/** @type {number[]} */ place) => inTensor(stage.shape, place, FORM);
    featureMaps(this.#part("map"), maps, {
      scale, maps: [map], name, zoom: zoom >= 1 ? Math.floor(zoom) : zoom,
      onHover: (place) => this.#look(place ? { node, at: toSpot(place) ?? at } : this.#spot),
      onPick: (place, how) => {
        const chosen = toSpot([0, map, ...place.slice(-2)]);
        if (chosen) this.#pick({ node, at: chosen }, how);
      },
    });
    legend(this.#part("map-legend"), scale, { label: laid.isRow && sharing !== "all" ? "" : said });
    const { low, high } = range(values);
    const mean = Array.from(values).reduce((all, value) => all + value, 0) / values.length;
    write(this.#root, "stats", laid.isRow ? "" : t("from {low} to {high}, {mean} in the mean", { low: precise(low), high: precise(high), mean: precise(mean) }));
    valueBars(this.#part("histogram"), { values, span: range(values), scale, name, width: 280 });
    offerMap({ maps, scale, note: said, stage, map, at: [0, ...onMaps(stage.shape, at, FORM)], file: this.#config.file, onChoose: (place) => this.#onChoose(node, place) });
  }

  /** @param {number} channel another map of the chosen stage, or of a row one number */
  #onChannel(channel) {
    if (!this.#spot) return;
    const { node, at } = this.#spot;
    this.#pick({ node, at: at.map((index, axis) => (axis === 1 ? channel : index)) }, { byKey: false });
  }

  /**
   * @param {number} node
   * @param {number[]} place on the maps
   */
  #onChoose(node, place) {
    const at = inTensor(this.#config.stages[node].shape, place, FORM);
    if (at) this.#pick({ node, at }, { byKey: true });
  }

  /** @param {Run} run */
  #drawPicture(run) {
    drawPictureIn(this.#part("picture"), run, this.#config);
    offerPictureOf(asMaps(/** @type {Tensor} */ (run.tensor(-1))), this.#config);
  }

  /** @param {string} name */
  #part(name) {
    return /** @type {HTMLElement} */ (view(this.#root, name));
  }

  /** @param {Spot | null} spot */
  #look(spot) {
    if (spot) this.look(spot).catch(() => {}); // a passing pointer has nothing to report
  }

  /**
   * Takes one number of the map apart, pinned or only pointed at.
   */
  look = latest(async (/** @type {Spot} */ { node, at }, signal) => {
    const run = this.#run;
    if (!run) return;
    const stage = this.#config.stages[node];
    const element = await run.explain(node, at, { ...waysToAsk(stage), signal });
    if (signal.aborted || run !== this.#run || node !== this.#spot?.node) return;
    this.#mark(node, at);
    const [first] = this.#sourcesOf(node);
    const numbers = new Map(Object.entries(stage.sources));
    const asked = { stage, maps: mapsBehind(this.#config.stages, node), at, name: (/** @type {string} */ tensor) => String(numbers.get(tensor) ?? tensor), input: /** @type {Tensor} */ (run.tensor(first)), output: /** @type {Tensor} */ (run.tensor(node)), labels: this.#config.classes };
    this.#arithmetic(asked, element);
  });

  /**
   * The element on its map, and what it sees of the picture.
   * @param {number} node
   * @param {number[]} at
   */
  #mark(node, at) {
    const stage = this.#config.stages[node];
    const [map, y, x] = onMaps(stage.shape, at, FORM);
    setCursor(this.#part("map"), [0, map, y, x]);
    const size = this.#config.input.shape.slice(2);
    const seen = seenOf(stage.receptive_field, at.slice(2), size);
    // Both are read before either is put: what lies between would have the page laid out once more.
    const marks = [marking(this.#part("map"), { map, start: [y, x], stop: [y + 1, x + 1] }), marking(this.#part("picture"), size.length === 2 && stage.sees !== "unknown" ? seen : null)];
    for (const put of marks) put();
    write(this.#root, "field", this.#saidField(stage, seen, size));
  }

  /**
   * @param {any} stage
   * @param {{start: number[], stop: number[]}} seen
   * @param {readonly number[]} size of the input
   */
  #saidField({ receptive_field: field, sees }, seen, size) {
    const { pictured = true } = this.#config;
    if (sees === "unknown") return pictured ? t("How much of the picture this number depends on is not known.") : t("How much of the input this number depends on is not known.");
    if (seen.start.every((first) => first === 0) && seen.stop.every((stop, axis) => stop === size[axis])) {
      return pictured ? t("This number depends on all of the picture.") : t("This number depends on all of the input.");
    }
    const cut = shape(seen.stop.map((stop, axis) => stop - seen.start[axis]));
    if (size.length !== 2) return t("This number depends on {seen} places of the input.", { seen: cut });
    const whole = field ? shape(field.size) : "";
    const [rows, columns] = seen.start.map((first, axis) => placesOf(axis, first, seen.stop[axis] - 1));
    const isOne = seen.stop.every((stop, axis) => stop - seen.start[axis] === 1);
    const said = isOne ? t("This number depends on one pixel: {rows}, {columns}.", { rows, columns }) : t("This number depends on {seen} pixels: {rows}, {columns}.", { seen: cut, rows, columns });
    return sentences(said, cut === whole ? "" : t("The border cuts that off: it would be {whole}.", { whole }));
  }
}

/**
 * @param {number} axis 0 for rows
 * @param {number} first
 * @param {number} last
 */
function placesOf(axis, first, last) {
  if (first === last) return axis ? t("column {column}", { column: first }) : t("row {row}", { row: first });
  return axis ? t("columns {first} to {last}", { first, last }) : t("rows {first} to {last}", { first, last });
}

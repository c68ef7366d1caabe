// @ts-check
// The weights that the chosen map was made with, as pictures: kernels, the row and the matrix of a dense layer, and
// what has one number for each channel as bars. Pointing at one tells its number and its place.
import { weightScale } from "../../data/color.js";
import { count, precise, shape } from "../../data/format.js";
import { kernelsOf } from "../../data/kernels.js";
import { mapsBehind } from "../../data/flattened.js";
import { laidOut } from "../../data/planes.js";
import { range } from "../../data/tensor.js";
import { joined, t } from "../../text.js";
import { channelBars } from "../../views/channel_bars.js";
import { legend } from "../../views/legend.js";
import { pager } from "../../views/pager.js";
import { drawKernels } from "./kernels.js";
import { drawMatrix } from "./matrix.js";
import { offerWeights } from "./pictures.js";
import { make, view, write } from "../shared/page_text.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {{run: import("./run.js").StageRun, config: import("./panel.js").Config, spot: import("./panel.js").Spot, order: string}} Asked order: of the kernels */

const WEIGHT = "weight";
const MOST = 1 << 22; // numbers of a tensor that are fetched to be seen
const EACH = 140; // bars beside each other

export class NetworkWeights {
  #root;
  #onChannel;
  /** @type {Asked | null} */
  #wanted = null;
  #page = 0; // of the bars

  /**
   * @param {HTMLElement} root
   * @param {(channel: number) => void} onChannel another map is chosen by its weights
   */
  constructor(root, onChannel) {
    this.#root = root;
    this.#onChannel = onChannel;
  }

  /** @param {Asked} asked */
  async show(asked) {
    this.#wanted = asked;
    const { run, config: { stages }, spot: { node, at } } = asked;
    const stage = stages[node];
    const place = /** @type {HTMLElement} */ (this.#root.querySelector("[data-part=kernel-of]"));
    const names = Object.keys(stage.tensors);
    if (!names.length || stage.cost.parameters > MOST) {
      offerWeights(null, stage.name, 0);
      place.hidden = !names.length;
      for (const name of ["weights", "weights-legend", "weight-rows", "weight-pages", "row-pages"]) view(this.#root, name)?.replaceChildren();
      return this.#say(t("Its {count} weights are too many to be drawn here.", { count: count(stage.cost.parameters) }), "");
    }
    const tensors = await Promise.all(names.map((name) => run.weight(node, name)));
    if (asked !== this.#wanted) return;
    place.hidden = false;
    const channel = at[1] ?? 0;
    /** @type {Map<string, Tensor>} */
    const all = new Map(names.flatMap((name, i) => (tensors[i] ? [[name, tensors[i]]] : [])));
    this.#say("", "");
    this.#drawWeight(asked, all.get(WEIGHT) ?? null, channel);
    this.#page = Math.floor(channel / EACH);
    this.#drawRows(stage, all, channel);
  }

  /**
   * @param {string} what
   * @param {string} where
   */
  #say(what, where) {
    write(this.#root, "weight-shape", what);
    write(this.#root, "weight-at", where);
  }

  /**
   * @param {Asked} asked
   * @param {Tensor | null} weight
   * @param {number} channel
   */
  #drawWeight({ config: { stages }, spot: { node }, order }, weight, channel) {
    const stage = stages[node];
    const place = /** @type {HTMLElement} */ (view(this.#root, "weights"));
    const legendPlace = /** @type {HTMLElement} */ (view(this.#root, "weights-legend"));
    place.replaceChildren();
    legendPlace.replaceChildren();
    const pages = /** @type {HTMLElement} */ (view(this.#root, "weight-pages"));
    pages.hidden = true;
    const isPicture = weight && stage.axes[WEIGHT]?.length > 1;
    offerWeights(isPicture ? weight : null, stage.name, stage.axes[WEIGHT]?.[0] === "in" ? 0 : channel);
    if (!weight || !isPicture) return;
    const scale = weightScale(range(weight.data));
    const shared = { place, pages, scale, order, onSay: (/** @type {string} */ text) => write(this.#root, "weight-at", text) };
    if (weight.shape.length > 2) {
      const laid = { axes: stage.axes[WEIGHT], links: stage.links.input, before: laidOut(stage.input.shape).maps };
      const { first, kernels } = kernelsOf(weight, laid, channel);
      write(this.#root, "weight-shape", shape([kernels.shape[1], ...weight.shape.slice(2)]));
      drawKernels(kernels, { ...shared, first });
    } else {
      write(this.#root, "weight-shape", shape(weight.shape));
      drawMatrix(weight, { ...shared, row: channel, maps: mapsBehind(stages, node), onRow: this.#onChannel });
    }
    legend(legendPlace, scale, { label: t("weight") });
  }

  /**
   * @param {{axes: Record<string, string[]>}} stage
   * @param {ReadonlyMap<string, Tensor>} tensors
   * @param {number} channel
   */
  #drawRows(stage, tensors, channel) {
    const rows = [...tensors].filter(([name]) => stage.axes[name]?.length === 1);
    const most = Math.max(0, ...rows.map(([, { data }]) => data.length));
    const draw = (/** @type {number} */ page) => {
      this.#page = page;
      this.#drawRows(stage, tensors, channel);
    };
    const first = this.#page * EACH;
    view(this.#root, "weight-rows")?.replaceChildren(...rows.map(([name, { data }]) => this.#row(name, data, data.length > 1 ? first : 0, data.length > 1 ? channel : 0)));
    pager(/** @type {HTMLElement} */ (view(this.#root, "row-pages")), { page: this.#page, pages: Math.ceil(most / EACH), name: t("channels"), last: most - 1, onTurn: draw, onFind: this.#onChannel });
  }

  /**
   * @param {string} name
   * @param {import("../../data/tensor.js").Values} data
   * @param {number} first
   * @param {number} channel
   */
  #row(name, data, first, channel) {
    const values = data.subarray(first, first + EACH);
    const place = make("div", { className: "channel-bars" });
    channelBars(place, { values, first, chosen: channel, scale: weightScale(range(data)), name, onSay: (text) => write(this.#root, "weight-at", text), onPick: (found) => data.length > 1 && this.#onChannel(found) });
    const { low, high } = range(data);
    const said = data.length > 1 ? joined(t("{value} here", { value: precise(data[channel]) }), t("from {low} to {high}", { low: precise(low), high: precise(high) })) : precise(data[0]);
    return make("div", {}, make("p", { className: "small" }, make("code", { textContent: name }), " ", make("span", { className: "soft", textContent: said })), ...(data.length > 1 ? [place] : []));
  }
}

// @ts-check
// The kernel editor: the weights of the map that is shown as cells to type into or to drag, its bias, its size. As soon
// as a number is changed, the weights are the visitor's own and stand in the link.
import { weightScale } from "../../data/color.js";
import { sayBy, wrongLine } from "../../form/field_error.js";
import { number } from "../../data/format.js";
import { isHeld } from "../../service/held.js";
import { parseNumbers } from "../../data/numbers.js";
import { placeOf } from "../../data/pick.js";
import { readState, setState } from "../../state.js";
import { range } from "../../data/tensor.js";
import { t } from "../../text.js";
import { typedNumber, whyNoNumber } from "../../data/typed.js";
import { cellsOf, readBias, resized, withCell } from "../../data/weights.js";
import { cellEditor } from "../../views/cell_editor.js";
import { isWriting, writeWeight } from "./own.js";
import { planar } from "./planar.js";
import { channelNames } from "./scales.js";
import { sizeTool } from "./kernel_size.js";
import { make, write } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {{weight: Tensor | null, bias: Tensor | null}} Given */

const LARGEST = 11;

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountKernel(root) {
  const place = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=kernel]"));
  if (!place) return {};
  const editor = new Editor(place);
  root.querySelector("[data-reset]")?.addEventListener("click", () => setState({ weight: null, bias: null, channel: null }, { replace: true, silent: true }));
  return {
    draw: (scene) => {
      editor.show(scene);
      sayFilter(root, scene);
    },
  };
}

/** Draws the cells of the chosen map and channel, and tells the state of every change. */
class Editor {
  /** @type {Scene | null} */
  #scene = null;
  /** @type {Given} what is edited: a change is here at once, its answer comes later */
  #given = { weight: null, bias: null };
  /** @type {number | null} */
  #channel = null;
  #place;
  #grid = make("div", { className: "kernel-cells" });
  #channels = make("select", { ariaLabel: t("channel") });
  #bias = make("input", { type: "text", inputMode: "decimal", autocomplete: "off" });
  #wrong = wrongLine();
  #size = sizeTool(LARGEST, (kernel) => this.#resize(kernel));

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
    this.#channels.onchange = () => {
      setState({ channel: this.#channels.value || "all" }, { replace: true, silent: true });
      this.#draw();
    };
    this.#bias.onchange = () => this.#setBias();
    const label = make("label", { className: "kernel-bias" }, t("bias"), this.#bias);
    place.append(this.#grid, make("div", { className: "kernel-tools" }, this.#channels, this.#size.element, label), this.#wrong);
  }

  /** @param {Scene} scene */
  show(scene) {
    this.#scene = scene;
    this.#given = givenNow(scene, this.#given);
    this.#draw();
  }

  #draw() {
    const { weight, bias } = this.#given;
    const kernel = weight?.shape.slice(2) ?? [];
    this.#place.hidden = !weight || Math.max(...kernel) > LARGEST || kernel.length > 2;
    if (!weight || this.#place.hidden) return;
    this.#showChannels(weight);
    this.#size.show(kernel);
    const scale = weightScale(range(weight.data));
    const cells = cellsOf(weight, { map: this.#map, channel: this.#channel });
    const across = kernel.at(-1) ?? 1;
    const isAnswered = String(weight.shape) === String(this.#scene?.weight?.shape); // else there is nothing to point at yet
    cellEditor(this.#grid, {
      across, scale, values: cells,
      label: (cell) => t("weight, row {y}, column {x}", { y: Math.floor(cell / across), x: cell % across }),
      data: (cell) => (isAnswered ? { weightIndex: [this.#map, this.#channel ?? 0, ...place(cell, kernel)].join(",") } : null),
      onValue: (cell, value) => this.#change(cell, value),
    });
    const added = bias?.data[this.#map] ?? 0;
    if (this.#bias !== document.activeElement) this.#bias.value = number(added, Number.isInteger(added) ? 0 : 3);
  }

  get #map() {
    return this.#scene ? placeOf(planar(this.#scene).at).map : 0;
  }

  /** @param {Tensor} weight */
  #showChannels(weight) {
    const count = weight.shape[1];
    const names = this.#scene ? channelNames(this.#scene) : null;
    const isSame = cellsOf(weight, { map: this.#map, channel: null }).every((value) => value !== null);
    const chosen = readState().channel;
    this.#channel = chosen === "all" ? null : Number(chosen) < count ? Number(chosen) : isSame ? null : 0;
    const options = [make("option", { value: "", textContent: t("all channels") }), ...Array.from({ length: Math.min(count, 64) }, (_, i) => make("option", { value: String(i), textContent: names?.[i] ?? t("channel {n}", { n: i }) }))];
    this.#channels.replaceChildren(...options);
    this.#channels.value = this.#channel === null ? "" : String(this.#channel);
    this.#channels.hidden = count < 2;
  }

  /**
   * @param {number} cell
   * @param {number} value
   */
  #change(cell, value) {
    const { weight } = this.#given;
    if (weight) this.#keep({ weight: withCell(weight, { map: this.#map, channel: this.#channel, cell }, value) }, true);
  }

  /** @param {number[]} kernel */
  #resize(kernel) {
    const { weight } = this.#given;
    if (weight) this.#keep({ weight: resized(weight, kernel) });
  }

  #setBias() {
    const [value, scene] = [typedNumber(this.#bias.value), this.#scene];
    const wrong = whyNoNumber(this.#bias.value);
    sayBy(this.#bias, this.#wrong, wrong, wrong && t("{name}: {what}", { name: t("bias"), what: wrong }));
    if (value === null || !scene) return;
    const outputs = scene.tensors.output.shape.at(-scene.axes - 1) ?? 1;
    const data = this.#given.bias ? Float32Array.from(this.#given.bias.data) : new Float32Array(outputs);
    data[this.#map] = value;
    this.#keep({ bias: { shape: [outputs], data, dtype: "float32" } });
  }

  /**
   * @param {Partial<Given>} change
   * @param {boolean} isMoving
   */
  #keep(change, isMoving = false) {
    const given = (this.#given = { ...this.#given, ...change });
    this.#draw();
    if (given.weight) keep(given.weight, given.bias, isMoving);
  }
}

/**
 * The visitor's own numbers as the link has them, which can be ahead of the last answer; else those of the answer.
 * @param {Scene} scene
 * @param {Given} current
 * @returns {Given}
 */
function givenNow(scene, current) {
  const { weights, weight, bias } = readState();
  if (isWriting()) return current;
  if (weights !== "custom" || !weight) return { weight: scene.weight, bias: scene.given.bias ?? null };
  const isBehind = [["weight", weight], ["bias", bias]].some(([name = "", text]) => isHeld(text) && scene.state[name] !== text);
  if (isBehind) return current;
  return { weight: isHeld(weight) ? scene.weight : parseNumbers(weight), bias: isHeld(bias) ? (scene.given.bias ?? null) : readBias(bias ?? "") };
}

/**
 * @param {Tensor} weight
 * @param {Tensor | null} bias
 * @param {boolean} isMoving
 */
function keep(weight, bias, isMoving) {
  const isOwn = readState().weights === "custom";
  writeWeight(weight, bias, isMoving && isOwn);
}

/**
 * @param {number} cell
 * @param {readonly number[]} kernel
 */
function place(cell, kernel) {
  return kernel.length === 1 ? [cell] : [Math.floor(cell / kernel[1]), cell % kernel[1]];
}

/**
 * The name and the sentence of the filter that made the map.
 * @param {HTMLElement} root
 * @param {Scene} scene
 */
function sayFilter(root, { params, at, axes }) {
  const names = (params.kernel ?? "").split(",").filter(Boolean);
  const name = names[(at.at(-axes - 1) ?? 0) % (names.length || 1)];
  const button = name ? root.querySelector(`.pick button[value="${CSS.escape(name)}"]`) : null;
  write(root, "filter", button ? t("{name}: {what}", { name: button.textContent?.trim() ?? "", what: button.getAttribute("title") ?? "" }) : "");
}

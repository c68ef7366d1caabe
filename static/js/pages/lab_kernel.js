// @ts-check
// The kernel editor: the weights of the map that is shown as cells to type into or to drag, its bias, its size. As soon
// as a number is changed, the weights are the visitor's own and stand in the link.
import { textOn, weightScale } from "../color.js";
import { number } from "../format.js";
import { formatNumbers } from "../numbers.js";
import { placeOf } from "../pick.js";
import { readState, setState } from "../state.js";
import { range } from "../tensor.js";
import { t } from "../text.js";
import { cellsOf, resized, typedNumber, withCell } from "../weights.js";
import { planar } from "./lab_planar.js";
import { channelNames } from "./lab_scales.js";
import { make, write } from "./page_text.js";

/** @typedef {import("./lab.js").Scene} Scene */
/** @typedef {import("../tensor.js").Tensor} Tensor */

const LARGEST = 11;
const DRAG_STEP = 6; // screen pixels for a tenth

/**
 * @param {HTMLElement} root
 * @returns {import("./lab.js").Part}
 */
export function mountKernel(root) {
  const place = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=kernel]"));
  if (!place) return {};
  const editor = new Editor(place);
  root.querySelector("[data-reset]")?.addEventListener("click", () => setState({ weight: null, bias: null }, { replace: true, silent: true }));
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
  /** @type {number | null} */
  #channel = null;
  #isChosen = false;
  #place;
  #grid = make("div", { className: "kernel-cells" });
  #channels = make("select", { ariaLabel: t("channel") });
  #bias = make("input", { type: "text", inputMode: "decimal", autocomplete: "off" });
  #size = make("span", { className: "kernel-size" });

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
    const [less, more] = [make("button", { type: "button", textContent: "−", ariaLabel: t("smaller kernel") }), make("button", { type: "button", textContent: "+", ariaLabel: t("larger kernel") })];
    less.onclick = () => this.#resize(-1);
    more.onclick = () => this.#resize(1);
    this.#channels.onchange = () => {
      this.#isChosen = true;
      this.#channel = this.#channels.value === "" ? null : Number(this.#channels.value);
      if (this.#scene) this.show(this.#scene);
    };
    this.#bias.onchange = () => this.#setBias();
    const label = make("label", { className: "kernel-bias" }, t("bias"), this.#bias);
    place.append(this.#grid, make("div", { className: "kernel-tools" }, this.#channels, make("span", {}, less, this.#size, more), label));
  }

  /** @param {Scene} scene */
  show(scene) {
    this.#scene = scene;
    const { weight } = scene;
    const kernel = weight?.shape.slice(2) ?? [];
    this.#place.hidden = !weight || Math.max(...kernel) > LARGEST || kernel.length > 2;
    if (!weight || this.#place.hidden) return;
    this.#showChannels(weight);
    this.#size.textContent = kernel.join(" × ");
    const scale = weightScale(range(weight.data));
    const cells = cellsOf(weight, { map: this.#map, channel: this.#channel });
    const inputs = this.#fit(cells.length, kernel.at(-1) ?? 1);
    inputs.forEach((input, cell) => {
      const value = cells[cell];
      const rgb = scale.rgb(value ?? NaN);
      if (input !== document.activeElement) input.value = value === null ? "" : number(value, Number.isInteger(value) ? 0 : 2);
      input.placeholder = value === null ? "…" : "";
      Object.assign(input.style, { backgroundColor: value === null ? "" : `rgb(${rgb})`, color: value === null ? "" : textOn(rgb) });
      input.ariaLabel = t("weight, row {y}, column {x}", { y: Math.floor(cell / (kernel.at(-1) ?? 1)), x: cell % (kernel.at(-1) ?? 1) });
      input.dataset.weightIndex = [this.#map, this.#channel ?? 0, ...place(cell, kernel)].join(",");
    });
    const bias = scene.given.bias?.data[this.#map] ?? 0;
    if (this.#bias !== document.activeElement) this.#bias.value = number(bias, Number.isInteger(bias) ? 0 : 3);
  }

  get #map() {
    return this.#scene ? placeOf(planar(this.#scene).at).map : 0;
  }

  /** @param {Tensor} weight */
  #showChannels(weight) {
    const count = weight.shape[1];
    const names = this.#scene ? channelNames(this.#scene) : null;
    const isSame = cellsOf(weight, { map: this.#map, channel: null }).every((value) => value !== null);
    if (!this.#isChosen || (this.#channel ?? 0) >= count) this.#channel = isSame ? null : 0;
    const options = [make("option", { value: "", textContent: t("all channels") }), ...Array.from({ length: Math.min(count, 64) }, (_, i) => make("option", { value: String(i), textContent: names?.[i] ?? t("channel {n}", { n: i + 1 }) }))];
    this.#channels.replaceChildren(...options);
    this.#channels.value = this.#channel === null ? "" : String(this.#channel);
    this.#channels.hidden = count < 2;
  }

  /**
   * @param {number} count
   * @param {number} across
   */
  #fit(count, across) {
    this.#grid.style.setProperty("--across", String(across));
    while (this.#grid.children.length > count) this.#grid.lastElementChild?.remove();
    while (this.#grid.children.length < count) this.#grid.append(this.#cell(this.#grid.children.length));
    return /** @type {HTMLInputElement[]} */ ([...this.#grid.children]);
  }

  /** @param {number} cell */
  #cell(cell) {
    const input = make("input", { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false });
    input.onfocus = () => input.select();
    input.oninput = () => {
      const value = typedNumber(input.value);
      input.setAttribute("aria-invalid", String(value === null));
      if (value !== null) this.#change(cell, value, true);
    };
    input.onchange = () => this.#scene && this.show(this.#scene);
    input.onkeydown = (event) => this.#move(event, cell);
    dragged(input, (value) => this.#change(cell, value, true));
    return input;
  }

  /**
   * The arrow keys go from cell to cell; with a modifier they are the text's own.
   * @param {KeyboardEvent} event
   * @param {number} cell
   */
  #move(event, cell) {
    const across = Number(this.#grid.style.getPropertyValue("--across"));
    const step = { ArrowUp: -across, ArrowDown: across, Enter: across }[event.key];
    const next = step === undefined ? null : this.#grid.children[cell + step];
    if (!next) return;
    event.preventDefault();
    /** @type {HTMLInputElement} */ (next).focus();
  }

  /**
   * @param {number} cell
   * @param {number} value
   * @param {boolean} isMoving
   */
  #change(cell, value, isMoving) {
    const weight = this.#scene?.weight;
    if (weight) keep(withCell(weight, { map: this.#map, channel: this.#channel, cell }, value), this.#scene, isMoving);
  }

  /** @param {number} by */
  #resize(by) {
    const weight = this.#scene?.weight;
    const kernel = weight?.shape.slice(2).map((size) => size + by) ?? [];
    if (weight && Math.min(...kernel) >= 1 && Math.max(...kernel) <= LARGEST) keep(resized(weight, kernel), this.#scene, false);
  }

  #setBias() {
    const [value, scene] = [typedNumber(this.#bias.value), this.#scene];
    this.#bias.setAttribute("aria-invalid", String(value === null));
    if (value === null || !scene?.weight) return;
    const outputs = scene.tensors.output.shape.at(-scene.axes - 1) ?? 1;
    const data = scene.given.bias ? Float32Array.from(scene.given.bias.data) : new Float32Array(outputs);
    data[this.#map] = value;
    keep(scene.weight, { ...scene, given: { ...scene.given, bias: { shape: [outputs], data, dtype: "float32" } } }, false);
  }
}

/**
 * @param {Tensor} weight
 * @param {Scene | null} scene
 * @param {boolean} isMoving
 */
function keep(weight, scene, isMoving) {
  const bias = scene?.given.bias;
  const isOwn = readState().weights === "custom";
  setState({ weights: "custom", weight: formatNumbers(weight), bias: bias ? Array.from(bias.data, (value) => Number(value.toPrecision(6))).join(" ") : null }, { replace: isMoving && isOwn });
}

/**
 * @param {number} cell
 * @param {readonly number[]} kernel
 */
function place(cell, kernel) {
  return kernel.length === 1 ? [cell] : [Math.floor(cell / kernel[1]), cell % kernel[1]];
}

/**
 * Dragging a cell up or down changes its number.
 * @param {HTMLInputElement} input
 * @param {(value: number) => void} onValue
 */
function dragged(input, onValue) {
  /** @type {{y: number, value: number} | null} */
  let from = null;
  input.onpointerdown = (event) => {
    from = { y: event.clientY, value: typedNumber(input.value) ?? 0 };
    input.setPointerCapture(event.pointerId);
  };
  input.onpointermove = (event) => {
    const steps = from && Math.trunc((from.y - event.clientY) / DRAG_STEP);
    if (!from || !steps || !event.buttons) return;
    const value = Math.round((from.value + steps / 10) * 100) / 100;
    input.value = String(value);
    onValue(value);
  };
  input.onpointerup = () => (from = null);
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
  write(root, "filter", button ? `${button.textContent?.trim()}: ${button.getAttribute("title")}` : "");
}

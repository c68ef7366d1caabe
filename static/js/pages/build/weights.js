// @ts-check
// The weights of a layer of a chain by hand: cells to type into where they are few, and a file for any number of them.
import { getTensor, putFile } from "../../service/api.js";
import { formatRef, formatTensor, readRef } from "../../data/chain_tensors.js";
import { weightScale } from "../../data/color.js";
import { count, shape } from "../../data/format.js";
import { keptTensor } from "../../service/kept_tensors.js";
import { latest } from "../../service/latest.js";
import { parseNumbers } from "../../data/numbers.js";
import { offset, range } from "../../data/tensor.js";
import { t } from "../../text.js";
import { cellEditor } from "../../views/cell_editor.js";
import { canCarry, lodgeOwn } from "../lab/own.js";
import { make, saidWrong } from "../shared/page_text.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {{write: (text: string, how: {replace: boolean}) => void, hasRoom: (text: string) => boolean}} Hands write: into the link; hasRoom: whether that can carry it */

const [LARGEST, IN_ROW, MOST] = [11, 8, 64];
const FILES = ".npy,.csv,.tsv,.txt,.json";

export class WeightEditor {
  #hands;
  #text = "";
  /** @type {Tensor | null} what is edited: a change is here at once, the link follows */
  #tensor = null;
  /** @type {number[]} which of the first axes is seen */
  #lead = [];
  #size = make("span", { className: "small soft" });
  #picks = make("span", { className: "picks-of-axes" });
  #grid = make("div", { className: "kernel-cells" });
  #note = make("p", { className: "small soft" });
  #wrong = make("p", { className: "error" });
  #keep = latest(async (/** @type {{tensor: Tensor, replace: boolean}} */ { tensor, replace }) => {
    const text = await textOf(tensor, this.#hands);
    if (tensor !== this.#tensor) return;
    this.#hands.write((this.#text = text), { replace });
  });

  /**
   * @param {HTMLElement} place
   * @param {Hands} hands
   */
  constructor(place, hands) {
    this.#hands = hands;
    this.#wrong.setAttribute("role", "alert");
    const input = make("input", { type: "file", accept: FILES, hidden: true, ariaLabel: t("File of weights") });
    const button = make("button", { type: "button", className: "link", textContent: t("from a file"), title: t("an .npy, CSV or JSON") });
    button.onclick = () => input.click();
    input.onchange = () => {
      const [file] = input.files ?? [];
      if (file) this.#read(file).catch((error) => this.#say(saidWrong(error)));
      input.value = "";
    };
    place.append(make("div", { className: "kernel-tools" }, this.#size, this.#picks, button, input), this.#grid, this.#note, this.#wrong);
  }

  /** @param {string} [text] as the link has it */
  async show(text = "") {
    if (text === this.#text && (this.#tensor || !text)) return this.#draw();
    this.#text = text;
    this.#say("");
    const tensor = await tensorOf(text);
    if (text !== this.#text) return undefined;
    this.#tensor = tensor;
    return this.#draw();
  }

  /**
   * Weights to begin with.
   * @param {Tensor} tensor
   */
  take(tensor) {
    this.#change(tensor, false);
  }

  #draw() {
    const tensor = this.#tensor;
    const [axes, sizes] = tensor ? shownAxes(tensor.shape) : [0, []];
    this.#size.textContent = tensor ? shape(tensor.shape) : "";
    const isFew = Boolean(tensor) && sizes.every((size) => size <= (axes ? LARGEST : MOST));
    this.#grid.hidden = !isFew;
    this.#note.textContent = !tensor ? t("No weights yet.") : isFew ? "" : t("{count} numbers in a row are too many to type.", { count: count(sizes.reduce((all, size) => all * size, 1)) });
    this.#lead = Array.from({ length: (tensor?.shape.length ?? 0) - sizes.length }, (_, axis) => Math.min(this.#lead[axis] ?? 0, (tensor?.shape[axis] ?? 1) - 1));
    this.#showPicks(isFew);
    if (!tensor || !isFew) return;
    const each = sizes.reduce((all, size) => all * size, 1);
    const start = offset(tensor.shape, [...this.#lead, ...sizes.map(() => 0)]);
    cellEditor(this.#grid, {
      across: axes ? (sizes.at(-1) ?? 1) : Math.min(IN_ROW, each),
      values: Array.from(tensor.data.subarray(start, start + each)),
      scale: weightScale(range(tensor.data)),
      label: (cell) => t("weight {place}", { place: [...this.#lead, ...placeIn(sizes, cell)].join(", ") }),
      onValue: (cell, value) => {
        const data = Float32Array.from(tensor.data);
        data[start + cell] = value;
        this.#change({ ...tensor, data }, true);
      },
    });
  }

  /** @param {boolean} isFew */
  #showPicks(isFew) {
    const sizes = this.#tensor?.shape ?? [];
    const selects = this.#lead.map((chosen, axis) => {
      const select = make("select", { ariaLabel: t("axis {axis}", { axis }) }, ...Array.from({ length: Math.min(sizes[axis], 512) }, (_, i) => make("option", { value: String(i), textContent: String(i) })));
      select.value = String(chosen);
      select.onchange = () => {
        this.#lead = this.#lead.with(axis, Number(select.value));
        this.#draw();
      };
      return select;
    });
    this.#picks.replaceChildren(...(isFew ? selects : []));
  }

  /**
   * @param {Tensor} tensor
   * @param {boolean} replace
   */
  #change(tensor, replace) {
    this.#tensor = tensor;
    this.#draw();
    this.#keep({ tensor, replace }).catch((error) => this.#say(saidWrong(error)));
  }

  /** @param {File} file */
  async #read(file) {
    this.#say("");
    const read = await fileTensor(file);
    const now = this.#tensor;
    // A table has two axes: as many numbers as there are now stand where those stood.
    this.#change(now && now.data.length === read.data.length ? { ...read, shape: now.shape } : read, false);
  }

  /** @param {string} wrong */
  #say(wrong) {
    this.#wrong.textContent = wrong;
    this.#wrong.hidden = !wrong;
  }
}

/**
 * How a tensor stands in a link.
 * @param {Tensor} tensor
 * @param {Pick<Hands, "hasRoom">} hands
 */
export async function textOf(tensor, { hasRoom }) {
  const text = canCarry(tensor) ? formatTensor(tensor) : "";
  return text && hasRoom(text) ? text : formatRef(await lodgeOwn(tensor), tensor.shape);
}

/**
 * @param {string} text
 * @returns {Promise<Tensor | null>}
 */
async function tensorOf(text) {
  const held = readRef(text);
  if (held) return (await keptTensor(held.ref)) ?? getTensor(held.ref).catch(() => null);
  try {
    return text ? parseNumbers(text) : null;
  } catch {
    return null;
  }
}

/** @param {File} file @returns {Promise<Tensor>} */
async function fileTensor(file) {
  if (!file.name.toLowerCase().endsWith(".npy")) return parseNumbers(await file.text());
  return (await putFile(file)).tensor;
}

/**
 * The axes that are seen at once: those of the kernel, or the numbers of one output.
 * @param {readonly number[]} sizes
 * @returns {[kernel: number, sizes: number[]]}
 */
function shownAxes(sizes) {
  const kernel = Math.min(2, Math.max(0, sizes.length - 2));
  return [kernel, sizes.slice(kernel ? -kernel : -1)];
}

/**
 * @param {readonly number[]} sizes
 * @param {number} cell
 */
function placeIn(sizes, cell) {
  return sizes.length < 2 ? [cell] : [Math.floor(cell / sizes[1]), cell % sizes[1]];
}

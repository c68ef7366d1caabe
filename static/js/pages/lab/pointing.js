// @ts-check
// The other two ways of pointing: at an input cell, which lights every output that it feeds, and at a weight, which
// lights every input cell that it meets. Pointing at an output is `look`; whoever sees a cell or a weight under the
// pointer tells of it by a "point" event.
import { touch } from "../../service/api.js";
import { fullIndex } from "../../data/axes.js";
import { count, precise, unbroken } from "../../data/format.js";
import { latest } from "../../service/latest.js";
import { onState, readState, setState } from "../../state.js";
import { t } from "../../text.js";
import { countCells, middleOf, reindexed } from "../../data/touched.js";
import { isRow } from "../../data/pick.js";
import { light } from "./lights.js";
import { inDepth } from "./planar.js";
import { make } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {"input" | "weight"} Of */
/** @typedef {{of: Of, at: number[] | null, pin?: boolean, stay?: boolean}} Point at: in the tensor as the layer has it, null when the pointer left; stay: the output that is looked at stays */
/** @typedef {{of: Of, at: number[], value: number | null, inputs: import("../../data/touched.js").Box[], outputs: import("../../data/touched.js").Box[]}} Pointed */

/**
 * Tells that something is pointed at.
 * @param {Element} from
 * @param {Point} point
 */
export function tell(from, point) {
  from.dispatchEvent(new CustomEvent("point", { bubbles: true, detail: point }));
}

/**
 * A cell of a plane of the input that is drawn, as an index of the input.
 * @param {Scene} scene
 * @param {readonly number[]} at on the plane
 */
export function inputIndex(scene, at) {
  const { axes, source, facts } = scene;
  const drawn = [...new Array(Math.max(0, source.tensor.shape.length - at.length - (axes === 3 ? 1 : 0))).fill(0), ...at];
  const index = axes === 2 ? drawn : fullIndex(at, axes, inDepth(scene)).slice(-source.tensor.shape.length);
  return reindexed(index, source.tensor.shape, facts.input.shape);
}

/**
 * @param {HTMLElement} root
 * @param {import("../lab.js").Look} look
 * @returns {import("../lab.js").Part}
 */
export function mountPointing(root, look) {
  const pointing = new Pointing(root, look);
  watchCells(root);
  onState(() => pointing.follow());
  return { draw: (scene) => pointing.draw(scene), explain: (scene) => pointing.show(scene) };
}

/** What is pointed at now, and what is pinned. */
class Pointing {
  /** @type {Scene | null} */
  #scene = null;
  /** @type {Pointed | null} */
  #pointed = null;
  /** @type {Pointed | null} */
  #pinned = null;
  #root;
  #look;
  #line;
  #ask = latest((/** @type {Point} */ point, signal) => this.#answer(point, signal));

  /**
   * @param {HTMLElement} root
   * @param {import("../lab.js").Look} look
   */
  constructor(root, look) {
    this.#root = root;
    this.#look = look;
    this.#line = lineOf(root);
    const letGo = () => setState({ pin: null }, { replace: true });
    this.#line.querySelector("button")?.addEventListener("click", letGo);
    root.addEventListener("keydown", (event) => event.key === "Escape" && readState().pin && letGo());
    root.addEventListener("point", (event) => this.#point(/** @type {CustomEvent<Point>} */ (event).detail));
  }

  /** @param {Scene} scene */
  draw(scene) {
    if (scene.sent !== this.#scene?.sent || scene.facts !== this.#scene?.facts) this.#pinned = null;
    this.#scene = scene;
    this.follow();
  }

  /** @param {Scene} [scene] */
  show(scene) {
    this.#scene = scene ?? this.#scene;
    light(this.#root, this.#scene, this.#pointed);
    say(this.#line, this.#scene, this.#pointed, this.#pointed !== null && this.#pointed === this.#pinned);
  }

  /** What the link pins is pinned. */
  follow() {
    const wanted = parsePin(readState().pin);
    if (!wanted && this.#pinned) this.#look(null, false);
    if (!wanted) this.#pointed = this.#pinned = null;
    this.show();
    if (!wanted || isPinned(this.#pinned, wanted.of, wanted.at ?? [])) return;
    this.#ask({ ...wanted, pin: true }).catch(() => setState({ pin: null }, { replace: true, silent: true }));
  }

  /** @param {Point} point */
  #point({ of, at, pin, stay }) {
    if (pin && at) return void setState({ pin: isPinned(this.#pinned, of, at) ? null : `${of}:${at.join(",")}` }, { replace: true });
    if (at) return void this.#ask({ of, at, stay }).catch(() => {});
    this.#pointed = this.#pinned;
    this.#look(null, false);
    this.show();
  }

  /**
   * @param {Point} point
   * @param {AbortSignal} signal
   */
  async #answer({ of, at, pin, stay }, signal) {
    const asked = this.#scene;
    if (!asked || !at) return;
    const { elements } = await touch(asked.config.layer, asked.params, asked.sent, of, at, { signal });
    if (!this.#scene || asked.sent !== this.#scene.sent || asked.params !== this.#scene.params) {
      if (pin) this.follow(); // of what is there now
      return;
    }
    if (pin && readState().pin !== `${of}:${at.join(",")}`) return; // let go of meanwhile
    /** @type {Pointed} */
    const pointed = { of, inputs: [], outputs: [], ...elements[0] };
    this.#pointed = pointed;
    if (pin) this.#pinned = pointed;
    const isKept = stay || of !== "input" || isRow(asked.tensors.output.shape);
    const seen = isKept ? null : middleOf(nearMap(pointed, this.#scene));
    if (seen) this.#look(seen, false);
    this.show();
  }
}

/**
 * Cells that say which element they are: of a kernel, of the arithmetic.
 * @param {HTMLElement} root
 */
function watchCells(root) {
  let last = "";
  /** @param {Event} event @returns {Point | null} */
  const under = ({ target }) => {
    const cell = target instanceof Element ? target.closest("[data-weight-index], [data-input-index]") : null;
    const weight = cell?.getAttribute("data-weight-index");
    const text = weight ?? cell?.getAttribute("data-input-index");
    return text ? { of: weight ? "weight" : "input", at: text.split(",").map(Number), stay: true } : null;
  };
  /** @param {Point | null} found */
  const hover = (found) => {
    const key = found ? `${found.of}:${found.at}` : "";
    if (key === last) return;
    if (found || last) tell(root, found ?? { of: "weight", at: null });
    last = key;
  };
  root.addEventListener("pointerover", (event) => hover(under(event)));
  root.addEventListener("pointerleave", () => hover(null));
  root.addEventListener("focusin", (event) => hover(under(event)));
  root.addEventListener("focusout", () => hover(null));
  root.addEventListener("keydown", (event) => {
    const found = event.key === "Enter" && event.target instanceof HTMLInputElement ? under(event) : null;
    if (found) tell(root, { ...found, pin: true });
  });
  root.addEventListener("click", (event) => {
    const found = event.target instanceof HTMLInputElement ? null : under(event); // a cell to type into is no pin
    if (found) tell(root, { ...found, pin: true });
  });
}

/**
 * @param {Pointed | null} pinned
 * @param {Of} of
 * @param {number[]} at
 */
function isPinned(pinned, of, at) {
  return pinned?.of === of && String(pinned.at) === String(at);
}

/**
 * @param {string | undefined} text "input:0,0,3,4"
 * @returns {Point | null}
 */
function parsePin(text = "") {
  const [of, places = ""] = text.split(":");
  const at = places.split(",").map(Number);
  return (of === "input" || of === "weight") && at.every((i) => Number.isInteger(i) && i >= 0) ? { of, at } : null;
}

/**
 * The boxes with the map that is shown now where they have it, so that pointing does not change the map.
 * @param {Pointed} pointed
 * @param {Scene} scene
 */
function nearMap({ outputs }, { at, axes }) {
  const channel = at.length - axes - 1;
  return outputs.map((box) => box.map((span, axis) => (axis === channel && at[axis] >= span.start && at[axis] < span.stop ? { start: at[axis], stop: at[axis] + 1, step: 1 } : span)));
}

/** @param {HTMLElement} root */
function lineOf(root) {
  const said = make("span");
  said.setAttribute("role", "status");
  const line = make("p", { className: "pointed-at small" }, said, " ", make("button", { type: "button", className: "link", textContent: t("let go") }));
  line.hidden = true;
  root.querySelector(".ar")?.append(line);
  return line;
}

/**
 * @param {HTMLElement} line
 * @param {Scene | null} scene
 * @param {Pointed | null} pointed
 * @param {boolean} isPinned
 */
function say(line, scene, pointed, isPinned) {
  line.hidden = !pointed;
  if (!pointed || !scene) return;
  const [span, button] = /** @type {HTMLElement[]} */ ([...line.children]);
  button.hidden = !isPinned;
  // A mouse that passes over cells is not read out, the keys are.
  const isByKeys = document.querySelector("main :focus-visible") !== null;
  span.setAttribute("aria-live", isPinned || isByKeys ? "polite" : "off");
  const at = `[${pointed.at.join(", ")}]`;
  const value = pointed.value === null ? t("not a number") : precise(pointed.value);
  const fed = count(countCells(pointed.outputs));
  const met = count(countCells(pointed.inputs));
  const text = pointed.of === "input"
    ? t("input {at} = {value} feeds {fed} output values", { at, value, fed })
    : t("weight {at} = {value} meets {met} input values and has a part in {fed} output values", { at, value, met, fed });
  span.textContent = unbroken(isPinned ? `${text} · ${t("pinned")}` : text);
}

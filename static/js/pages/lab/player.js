// @ts-check
// The walk over a map, one output cell a step in reading order: play, pause, step, back, scrub. Where a layer scatters
// (its template says so), it walks over the input, and what each cell feeds lights up.
import { fullIndex } from "../../data/axes.js";
import { count } from "../../data/format.js";
import { placeOf } from "../../data/pick.js";
import { paintShare } from "../../form/side_fields.js";
import { setState } from "../../state.js";
import { plane } from "../../data/tensor.js";
import { t } from "../../text.js";
import { cellAt, keyStep, nextCell, strideOf } from "../../data/walk.js";
import { inputPlane, outDepth, planar } from "./planar.js";
import { inputIndex, tell } from "./pointing.js";
import { make } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */

const SPEEDS = [1, 2, 4, 8, 16];

/**
 * @param {HTMLElement} root
 * @param {import("../lab.js").Look} look
 * @returns {import("../lab.js").Part}
 */
export function mountPlayer(root, look) {
  const place = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=player]"));
  if (!place) return {};
  const player = new Player(place, look);
  for (const pictures of root.querySelectorAll(".in, .out")) {
    pictures.addEventListener("pointerenter", () => (player.isHeld = true));
    pictures.addEventListener("pointerleave", () => (player.isHeld = false));
  }
  return {
    draw: (scene) => {
      player.scene = scene;
      place.hidden = scene.tensors.output.data.length < 2;
    },
    explain: (scene) => player.follow(scene),
  };
}

/** Where the walk is, and whether it goes on by itself. */
class Player {
  /** @type {Scene | null} */
  scene = null;
  /** While the pointer is over a picture, the walk waits. */
  isHeld = false;
  #index = 0;
  #chosen = "";
  #timer = 0;
  #place;
  #look;
  #bar;
  #isOverInput;

  /**
   * @param {HTMLElement} place
   * @param {import("../lab.js").Look} look
   */
  constructor(place, look) {
    this.#place = place;
    this.#look = look;
    this.#isOverInput = place.dataset.walk === "input";
    this.#bar = build(place, this.#isOverInput);
    const { play, back, forth, scrub, speed } = this.#bar;
    play.onclick = () => this.#toggle();
    back.onclick = () => this.#step(this.#index - 1);
    forth.onclick = () => this.#step(this.#index + 1);
    scrub.oninput = () => {
      this.#stop();
      this.#go(Number(scrub.value), false);
    };
    scrub.onchange = () => this.#go(Number(scrub.value), true);
    speed.onchange = () => this.#timer && this.#start();
    place.onkeydown = (event) => this.#onKey(event);
  }

  /**
   * Another cell was chosen elsewhere on the page. A late answer about a cell that the walk has left says nothing of
   * where it is.
   * @param {Scene} scene
   */
  follow(scene) {
    this.scene = scene;
    if (scene.isOutrun) return;
    const chosen = this.#isOverInput ? String([scene.state.at, scene.facts.input.shape, scene.tensors.output.shape]) : "";
    const isNew = !this.#isOverInput || chosen !== this.#chosen; // its own steps choose no output
    this.#chosen = chosen;
    if (!this.#timer && isNew) this.#index = this.#isOverInput ? nearestInput(scene) : indexOf(scene);
    this.#show();
  }

  get #size() {
    return this.scene ? sizeOf(this.scene, this.#isOverInput) : { height: 1, width: 1 };
  }

  #show() {
    const { scrub, said, play } = this.#bar;
    const [size, index] = [this.#size, this.#index];
    scrub.max = String(size.height * size.width - 1);
    scrub.value = String(index);
    paintShare(scrub);
    const [y, x] = cellAt(index, size);
    scrub.setAttribute("aria-valuetext", t("row {y}, column {x}", { y, x }));
    const walked = { index: count(index + 1), count: count(size.height * size.width) };
    said.textContent = this.#isOverInput ? t("input cell {index} of {count}", walked) : t("{index} of {count}", walked);
    const stride = strideOf(size);
    play.title = stride > 1 ? t("plays one row in {stride} and one column in {stride}", { stride }) : "";
  }

  /**
   * @param {number} index
   * @param {boolean} pin
   */
  #go(index, pin) {
    if (!this.scene) return;
    this.#index = index;
    this.#show();
    const { at, source } = goal(this.scene, cellAt(index, this.#size), this.#isOverInput);
    if (!source) return this.#look(at, pin);
    if (pin) setState({ pin: `input:${source.join(",")}` }, { replace: true });
    else tell(this.#place, { of: "input", at: source });
  }

  #toggle() {
    if (!this.#timer) {
      if (nextCell(this.#index, this.#size) === null) this.#go(0, false);
      return this.#start();
    }
    this.#stop();
    this.#go(this.#index, true);
  }

  #start() {
    this.#stop();
    setPlaying(this.#bar.play, true);
    this.#timer = window.setInterval(() => this.#tick(), 1000 / Number(this.#bar.speed.value));
  }

  #stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    setPlaying(this.#bar.play, false);
  }

  #tick() {
    if (this.isHeld || document.hidden) return;
    const next = nextCell(this.#index, this.#size);
    if (next !== null) return this.#go(next, false);
    this.#stop();
    this.#go(this.#index, true);
  }

  /** @param {number} to */
  #step(to) {
    this.#stop();
    if (to >= 0 && to <= Number(this.#bar.scrub.max)) this.#go(to, true);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.target === this.#bar.speed) return;
    const to = keyStep(event.key, this.#index, this.#size);
    if (event.key === " " && event.target === this.#bar.scrub) this.#toggle();
    else if (to !== null) this.#step(to);
    else return;
    event.preventDefault();
  }
}

/**
 * @param {Scene} scene
 * @param {boolean} isOverInput
 */
function sizeOf(scene, isOverInput) {
  const flat = planar(scene);
  const { height, width } = plane(isOverInput ? flat.source.tensor : flat.tensors.output);
  return { height, width };
}

/**
 * What a cell of the walk is: an element of the output, or one of the input.
 * @param {Scene} scene
 * @param {[number, number]} cell
 * @param {boolean} isOverInput
 */
function goal(scene, cell, isOverInput) {
  const flat = planar(scene);
  const rank = flat.tensors.output.shape.length;
  const { n, map } = placeOf(flat.at);
  if (!isOverInput) return { source: null, at: fullIndex([n, map, ...cell].slice(4 - Math.min(4, rank)), scene.axes, outDepth(scene)) };
  const which = inputPlane(flat);
  const drawn = [which.n, which.map, ...cell].slice(4 - Math.min(4, flat.source.tensor.shape.length));
  return { at: null, source: inputIndex(scene, drawn) };
}

/** @param {Scene} scene */
function indexOf(scene) {
  const flat = planar(scene);
  const { y, x } = placeOf(flat.at);
  return y * plane(flat.tensors.output).width + x;
}

/**
 * The input cell that is pinned; else, of those that the output is made of, the one that lies nearest to it.
 * @param {Scene} scene
 */
function nearestInput(scene) {
  const flat = planar(scene);
  const [from, to] = [plane(flat.source.tensor), plane(flat.tensors.output)];
  const { y, x } = placeOf(flat.at);
  const [row, column] = [((y + 0.5) * from.height) / to.height - 0.5, ((x + 0.5) * from.width) / to.width - 0.5];
  const pinned = scene.state.pin?.match(/^input:(?:.*,)?(\d+),(\d+)$/)?.slice(1).map(Number);
  const met = pinned ? [pinned] : (flat.element?.terms ?? []).flatMap(({ input_index: index }) => (index ? [[index.at(-2) ?? 0, index.at(-1) ?? 0]] : []));
  const far = (/** @type {number[]} */ cell) => Math.hypot(cell[0] - row, cell[1] - column);
  const [nearest = [0, 0]] = met.sort((a, b) => far(a) - far(b));
  return Math.min(from.height * from.width - 1, nearest[0] * from.width + nearest[1]);
}

/**
 * @param {HTMLElement} place
 * @param {boolean} isOverInput
 */
function build(place, isOverInput) {
  const button = (/** @type {string} */ text, /** @type {string} */ said) => {
    const made = make("button", { type: "button", textContent: text, ariaLabel: said, title: said });
    return made;
  };
  const [back, play, forth] = [button("‹", t("one cell back")), button("▶", t("play")), button("›", t("one cell on"))];
  const scrub = make("input", { type: "range", min: "0", max: "1", step: "1", value: "0", ariaLabel: isOverInput ? t("input cell, in reading order") : t("cell, in reading order") });
  const speed = make("select", { ariaLabel: t("cells a second") }, ...SPEEDS.map((n) => make("option", { value: String(n), textContent: t("{n} a second", { n }), selected: n === 4 })));
  const said = make("span", { className: "soft" });
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", isOverInput ? t("Walk over the input") : t("Walk over the map"));
  place.replaceChildren(back, play, forth, scrub, said, speed);
  return { back, play, forth, scrub, speed, said };
}

/**
 * @param {HTMLButtonElement} button
 * @param {boolean} isPlaying
 */
function setPlaying(button, isPlaying) {
  button.textContent = isPlaying ? "❚❚" : "▶";
  button.ariaLabel = isPlaying ? t("pause") : t("play");
}

// @ts-check
// A and B: the output of the page's own setting beside that of another one on the same input. B stands in the link; it
// is asked for when the comparison comes near the screen, after A is painted, and kept while only A changes.
import { fullIndex } from "../../data/axes.js";
import { difference } from "../../data/difference.js";
import { latest } from "../../service/latest.js";
import { samePlace } from "../../data/pick.js";
import { readSetting } from "../../data/setting.js";
import { readState, setState } from "../../state.js";
import { range } from "../../data/tensor.js";
import { onOtherWidth } from "../../views/room.js";
import { ask, faultsOf, foundAgain, whyNot } from "./ab_ask.js";
import { mountChoice, settingOf } from "./ab_choice.js";
import { drawFacts, drawNumbers, drawWrong } from "./ab_facts.js";
import { SideForm } from "./ab_form.js";
import { drawSides, markSides, VIEW } from "./ab_sides.js";
import { outDepth } from "./planar.js";
import { differenceScale, scaleOver } from "./scales.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../../data/setting.js").Setting} Setting */
/** @typedef {{setting: Setting, facts: any, output: Tensor}} Side */
/**
 * @typedef {object} Both what is compared
 * @property {Scene} scene
 * @property {Side} a
 * @property {Side} b
 * @property {import("../../data/difference.js").Difference | null} difference null where the shapes are not the same
 * @property {import("../../data/color.js").Scale} scale of both outputs
 * @property {{low: number, high: number}} span of both
 * @property {import("../../data/color.js").Scale} scaleD of the difference, symmetric about zero
 * @property {number[]} at of A; of all three where the shapes are the same
 * @property {number[]} atB
 */
/** @typedef {(side: string, at: number[] | null, pin: boolean) => void} Point at: on a plane that is drawn */

const NEAR = "200px";

/**
 * @param {HTMLElement} root
 * @param {import("../lab.js").Look} look
 * @returns {import("../lab.js").Part}
 */
export function mountAb(root, look) {
  const place = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=ab]"));
  if (!place) return {};
  const comparison = new Comparison(root, place, look);
  return { draw: (scene) => comparison.follow(scene), explain: (scene) => comparison.point(scene) };
}

/** Holds what B answered, and draws it beside what A has now. */
class Comparison {
  /** @type {Scene | null} */
  #scene = null;
  /** @type {Side | null} */
  #b = null;
  /** @type {Both | null} */
  #both = null;
  #asked = "";
  #answered = "";
  #wrong = "";
  /** @type {import("../../form/form.js").Wrong[]} */
  #faults = [];
  #isNear = false;
  #isDue = false;
  #root;
  #place;
  #look;
  #showChoice;
  #form;
  #ask = latest((/** @type {Scene} */ scene, signal) => this.#answer(scene, signal));

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} place
   * @param {import("../lab.js").Look} look
   */
  constructor(root, place, look) {
    this.#root = root;
    this.#place = place;
    this.#look = look;
    this.#form = new SideForm(place);
    this.#showChoice = mountChoice(root, place, { sceneNow: () => this.#scene, sideNow: () => this.#b, lookAtLargest: () => this.#look(this.#both?.difference?.at ?? null, true) });
    new IntersectionObserver(([{ isIntersecting }]) => {
      this.#isNear = isIntersecting;
      this.#refresh();
    }, { rootMargin: NEAR }).observe(place);
    onOtherWidth(place, () => this.#refresh());
  }

  /** @param {Scene} scene */
  follow(scene) {
    this.#scene = scene;
    const setting = readSetting(scene.state.b);
    this.#place.hidden = !setting;
    this.#place.classList.toggle("veiled", Boolean(scene.isSecret)); // B would tell what is to be predicted
    this.#root.classList.toggle("comparing", Boolean(setting));
    this.#place.setAttribute("aria-busy", "true"); // until it is drawn, which waits until it comes near the screen
    this.#showChoice(scene);
    if (setting) this.#refresh();
    else [this.#b, this.#both, this.#asked] = [null, null, ""];
  }

  /** @param {Scene} scene with the element that is pointed at now */
  point({ at }) {
    if (this.#both && !this.#isDue) this.#show(moved(this.#both, at));
  }

  /** What was drawn first stays on the screen first: A's own maps are painted before anything is done here. */
  #refresh() {
    if (!(this.#isNear || readState().view?.startsWith(VIEW)) || this.#isDue || this.#place.hidden) return;
    this.#isDue = true;
    requestAnimationFrame(() => setTimeout(() => {
      this.#isDue = false;
      const scene = this.#scene;
      if (!scene || !readSetting(scene.state.b)) return;
      const key = JSON.stringify([scene.state.b, scene.source.ref]);
      if (key === this.#asked) return this.#draw();
      this.#asked = key;
      this.#draw();
      this.#ask(scene);
    }));
  }

  /**
   * @param {Scene} scene
   * @param {AbortSignal} signal
   */
  async #answer(scene, signal) {
    const [setting, key] = [readSetting(scene.state.b), this.#asked];
    if (!setting) return;
    try {
      const { metadata, tensors } = await ask(setting, scene, signal);
      [this.#b, this.#wrong, this.#faults] = [{ setting, facts: metadata, output: tensors.output }, "", []];
    } catch (error) {
      if (signal.aborted) throw error;
      const again = await foundAgain(error, scene);
      if (again) return void setState({ b: again }, { replace: true });
      [this.#b, this.#wrong, this.#faults] = [null, whyNot(error), faultsOf(error)];
    }
    this.#answered = key;
    this.#draw();
  }

  #draw() {
    const scene = this.#scene;
    if (!scene || this.#place.hidden) return;
    drawWrong(this.#place, readSetting(scene.state.b), this.#wrong);
    this.#form.follow(scene, this.#b, this.#faults);
    this.#both = this.#b && bothOf(scene, this.#b, settingOf(this.#root, scene), this.#both);
    if (this.#both) {
      drawSides(this.#place, this.#both, this.#point);
      drawFacts(this.#place, this.#both);
      this.#show(this.#both);
    }
    const isStale = this.#answered !== this.#asked;
    this.#place.classList.toggle("stale", isStale);
    this.#place.setAttribute("aria-busy", String(isStale));
  }

  /** @param {Both} both */
  #show(both) {
    markSides(this.#place, both, this.#point);
    drawNumbers(this.#place, both);
  }

  /** @type {Point} */
  #point = (side, on, pin) => {
    const both = this.#both;
    if (!both) return;
    const at = on && fullIndex(on, both.scene.axes, outDepth(both.scene));
    const isAlone = side === "b" && !both.difference;
    if (isAlone) this.#show(at ? { ...both, atB: at } : both);
    else {
      if (at) this.#show(moved(both, at));
      this.#look(at, pin);
    }
  };
}

/**
 * @param {Scene} scene
 * @param {Side} b
 * @param {Setting} setting
 * @param {Both | null} last what it has of the same outputs is taken over
 * @returns {Both}
 */
function bothOf(scene, b, setting, last) {
  const a = { setting, facts: scene.facts, output: scene.tensors.output };
  const isSame = last?.a.output === a.output && last.b.output === b.output;
  const found = isSame ? last.difference : difference(a.output, b.output);
  const scale = isSame ? last.scale : scaleOver(scene, [a.output, b.output]);
  const span = isSame ? last.span : spanOf([a.output, b.output]);
  const scaleD = isSame ? last.scaleD : differenceScale(found?.tensor ?? null);
  return moved({ scene, a, b, difference: found, scale, span, scaleD, at: [], atB: [] }, scene.at);
}

/**
 * @param {Both} both
 * @param {number[]} at
 * @returns {Both}
 */
function moved(both, at) {
  const { scene, a, b } = both;
  return { ...both, at, atB: samePlace(at, a.output.shape, b.output.shape, scene.axes) };
}

/** @param {Tensor[]} outputs */
function spanOf(outputs) {
  const spans = outputs.map(({ data }) => range(data));
  return { low: Math.min(...spans.map(({ low }) => low)), high: Math.max(...spans.map(({ high }) => high)) };
}

// @ts-check
// "Predict the number, then reveal it": while the mode is on, the chosen output number is hidden until the visitor has
// said what it should be.
import { number, precise } from "../../data/format.js";
import { latest } from "../../service/latest.js";
import { judge } from "../../data/secret.js";
import { readState, setState } from "../../state.js";
import { valueAt } from "../../data/tensor.js";
import { t } from "../../text.js";
import { typedNumber } from "../../data/typed.js";
import { seedOf, tellingCells } from "./lot.js";
import { isHidden, reveal } from "./secret.js";
import { make } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */

const TALLY = "layerlab.predicted";

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountPredict(root) {
  const after = root.querySelector("[data-part=arithmetic], [data-part=table]");
  if (!after) return {};
  const prediction = new Prediction();
  after.after(prediction.element);
  return {
    sees: true,
    draw: (scene) => {
      root.classList.toggle("predicting", scene.state.predict === "1");
      root.classList.toggle("unrevealed", isHidden(scene));
      prediction.show(scene);
    },
  };
}

/** The question, the answer, and how it went. */
class Prediction {
  /** @type {Scene | null} */
  #scene = null;
  #asked = "";
  #drawn = 0;
  #guess = make("input", { type: "text", inputMode: "decimal", autocomplete: "off", id: "guess" });
  #go = make("button", { className: "button" });
  #other = make("button", { type: "button", className: "link", textContent: t("another cell") });
  #tally = make("span", { className: "soft" });
  #verdict = make("p", { className: "verdict", role: "status" });
  #mode = make("button", { type: "button", className: "link", textContent: t("Predict the number, then reveal it") });
  #sheet = make("button", { type: "button", className: "link", textContent: t("Worksheet to print") });
  #form = make("form", { noValidate: true, hidden: true }, make("label", { htmlFor: "guess", textContent: t("Your number") }), this.#guess, this.#go, this.#other, this.#tally, make("p", { className: "small soft", textContent: t("Right within 0.01, or within 1 % of a number above 1.") }), this.#verdict);
  element = make("div", { className: "predict" }, make("p", { className: "modes" }, this.#mode, this.#sheet), this.#form);
  #another = latest((/** @type {Scene} */ scene, signal) => this.#draw(scene, signal));

  constructor() {
    this.#mode.onclick = () => {
      const isOn = readState().predict === "1";
      setState({ predict: isOn ? null : "1" }, { replace: true });
      this.#form.hidden = isOn;
      if (!isOn) this.#guess.focus();
    };
    this.#sheet.onclick = () => setState({ worksheet: "1" });
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      if (this.#scene && isHidden(this.#scene)) this.#answer(this.#scene);
      else this.#next();
    };
    this.#other.onclick = () => this.#next();
  }

  /** @param {Scene} scene */
  show(scene) {
    this.#scene = scene;
    const [isOn, hidden] = [scene.state.predict === "1", isHidden(scene)];
    const isNew = hidden && this.#asked !== String(scene.at);
    this.#asked = hidden ? String(scene.at) : "";
    this.#mode.setAttribute("aria-pressed", String(isOn));
    this.#form.hidden = !isOn;
    this.#go.textContent = hidden ? t("Reveal") : t("Another cell");
    this.#other.hidden = !hidden;
    this.#guess.readOnly = !hidden;
    if (isNew || !isOn) {
      this.#guess.value = this.#verdict.textContent = "";
      this.#guess.removeAttribute("aria-invalid");
    }
    const { right, tried } = tally();
    this.#tally.textContent = tried ? t("{right} of {tried} right in this visit", { right, tried }) : "";
  }

  /** @param {Scene} scene */
  #answer(scene) {
    const text = this.#guess.value.trim();
    const guess = typedNumber(text);
    this.#guess.setAttribute("aria-invalid", String(Boolean(text) && guess === null));
    if (text && guess === null) return void (this.#verdict.textContent = t("This is no number. Type one, or nothing to see the answer."));
    const truth = valueAt(scene.tensors.output, scene.at);
    this.#verdict.textContent = verdict(guess, truth, scene.config.digits);
    if (guess !== null && Number.isFinite(truth)) count(judge(guess, truth).isRight);
    reveal(scene);
    setState({}, { replace: true });
  }

  #next() {
    this.#guess.focus();
    if (this.#scene) this.#another(this.#scene).catch(() => {}); // the cell stays; what is wrong is said with the answer
  }

  /**
   * @param {Scene} scene
   * @param {AbortSignal} signal
   */
  async #draw(scene, signal) {
    this.#drawn += 1;
    const cells = await tellingCells(scene, seedOf(JSON.stringify(scene.params)) + this.#drawn, signal);
    const cell = cells.find(({ at }) => String(at) !== String(scene.at));
    if (cell) setState({ at: cell.at.join(",") }, { replace: true });
  }
}

/**
 * @param {number | null} guess null: only asked
 * @param {number} truth
 * @param {number} [digits]
 */
function verdict(guess, truth, digits = 2) {
  const said = Math.abs(truth) < 0.1 ? precise(truth) : number(truth, digits);
  if (guess === null || !Number.isFinite(truth)) return t("The number is {truth}.", { truth: said });
  const { difference, isRight } = judge(guess, truth);
  const by = precise(Math.abs(difference));
  if (isRight) return t("Right. The number is {truth}; yours is off by {by}.", { truth: said, by });
  return difference > 0 ? t("Not yet. The number is {truth}; yours is {by} too large.", { truth: said, by }) : t("Not yet. The number is {truth}; yours is {by} too small.", { truth: said, by });
}

/** @returns {{right: number, tried: number}} of this visit, over all pages of it */
function tally() {
  const [right, tried] = (sessionStorage.getItem(TALLY) ?? "0/0").split("/").map(Number);
  return { right, tried };
}

/** @param {boolean} isRight */
function count(isRight) {
  const { right, tried } = tally();
  sessionStorage.setItem(TALLY, `${right + Number(isRight)}/${tried + 1}`);
}

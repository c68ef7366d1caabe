// @ts-check
// The input of a network that takes no picture: random numbers to begin with, typed ones, or a file of them.
import { drawnTensor } from "../../data/drawn.js";
import { count } from "../../data/format.js";
import { formatNumbers, parseNumbers } from "../../data/numbers.js";
import { fits, readState, setState } from "../../state.js";
import { t } from "../../text.js";
import { pictureInput } from "../../views/picture_input.js";
import { view } from "../shared/page_text.js";

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../../state.js").State} State */

const MOST_SHOWN = 1024; // of more, only where they come from is told

/**
 * What the link says the network is given.
 * @param {readonly number[]} shape that it takes
 * @param {State} state
 * @returns {Tensor}
 */
export function numbersOf(shape, { numbers, seed }) {
  return numbers ? asTaken(parseNumbers(numbers), shape) : drawnTensor(shape, Number(seed) || 0);
}

/**
 * Its numbers in order, whatever rows they were typed in.
 * @param {Tensor} tensor
 * @param {readonly number[]} shape
 * @returns {Tensor}
 */
function asTaken(tensor, shape) {
  const wanted = shape.reduce((all, size) => all * size, 1);
  if (tensor.data.length !== wanted) throw new Error(t("This network takes {wanted} numbers; these are {given}.", { wanted: count(wanted), given: count(tensor.data.length) }));
  return { ...tensor, shape: [...shape] };
}

/**
 * @param {HTMLElement} root
 * @param {readonly number[]} shape that the network takes
 * @param {{onFile: (file: Blob, name: string) => void, onError: (message: string) => void}} hands
 * @returns {(state: State) => void} shows what is given now
 */
export function mountNumbers(root, shape, { onFile, onError }) {
  const form = /** @type {HTMLFormElement} */ (root.querySelector("[data-typed]"));
  const area = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
  const wrong = /** @type {HTMLElement} */ (form.querySelector(".error"));
  const complain = (/** @type {string} */ message) => {
    wrong.textContent = message;
    wrong.hidden = !message;
    area.toggleAttribute("aria-invalid", Boolean(message));
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    try {
      const numbers = formatNumbers(asTaken(parseNumbers(area.value), shape));
      if (!fits({ numbers })) throw new Error(t("A link has no room for so many numbers; send them as an .npy file."));
      setState({ sample: null, seed: null, numbers });
    } catch (error) {
      complain(error instanceof Error ? error.message : String(error));
    }
  });
  root.querySelector("[data-draw-numbers]")?.addEventListener("click", () => {
    setState({ sample: null, numbers: null, seed: (Number(readState().seed) || 0) + 1 });
  });
  pictureInput(/** @type {HTMLElement} */ (view(root, "own")), { accept: ".npy", canDraw: false, onPicture: onFile, onError });
  return (state) => {
    complain("");
    area.value = valuesSaid(shape, state);
  };
}

/**
 * @param {readonly number[]} shape
 * @param {State} state
 */
function valuesSaid(shape, state) {
  const isFew = shape.reduce((all, size) => all * size, 1) <= MOST_SHOWN;
  if (state.numbers) return state.numbers;
  return isFew && state.sample !== "own" ? formatNumbers(numbersOf(shape, state)) : "";
}


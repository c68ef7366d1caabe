// @ts-check
// The size of a kernel: both sides at once by the buttons, height and width each by its own number.
import { t } from "../../text.js";
import { make } from "../shared/page_text.js";

/**
 * @param {number} largest of a side
 * @param {(kernel: number[]) => void} onSize
 */
export function sizeTool(largest, onSize) {
  /** @type {number[]} */
  let kernel = [];
  const sides = make("span", { className: "kernel-size" });
  const wrong = make("span", { className: "error", role: "alert", hidden: true, textContent: t("from 1 to {most}", { most: largest }) });
  /** @param {number} by */
  const grow = (by) => {
    const wanted = kernel.map((size) => size + by);
    if (Math.min(...wanted) >= 1 && Math.max(...wanted) <= largest) onSize(wanted);
  };
  const [less, more] = [make("button", { type: "button", textContent: "−", ariaLabel: t("smaller kernel") }), make("button", { type: "button", textContent: "+", ariaLabel: t("larger kernel") })];
  less.onclick = () => grow(-1);
  more.onclick = () => grow(1);
  /** @param {number} axis */
  const side = (axis) => {
    const input = make("input", { type: "number", min: "1", max: String(largest), step: "1", required: true, autocomplete: "off" });
    input.oninput = () => {
      if (isFit(input, wrong)) onSize(kernel.map((size, i) => (i === axis ? Number(input.value) : size)));
    };
    input.onchange = () => show(kernel);
    return input;
  };
  /** @param {readonly number[]} now */
  const show = (now) => {
    const inputs = /** @type {HTMLInputElement[]} */ ([...sides.querySelectorAll("input")]);
    if (inputs.length !== now.length) {
      inputs.splice(0, inputs.length, ...now.map((_, axis) => side(axis)));
      sides.replaceChildren(...inputs.flatMap((input, i) => (i ? [" × ", input] : [input])));
    }
    const names = now.length === 1 ? [t("kernel length")] : [t("kernel height"), t("kernel width")];
    kernel = [...now];
    inputs.forEach((input, axis) => {
      input.ariaLabel = names[axis];
      if (input !== document.activeElement || !input.validity.valid) input.value = String(now[axis]);
      input.setAttribute("aria-invalid", "false");
    });
  };
  return { element: make("span", {}, less, sides, more, wrong), show };
}

/**
 * A number that cannot be is told so beside it.
 * @param {HTMLInputElement} input
 * @param {HTMLElement} wrong
 */
function isFit(input, wrong) {
  wrong.hidden = input.validity.valid;
  input.setAttribute("aria-invalid", String(!wrong.hidden));
  return wrong.hidden;
}

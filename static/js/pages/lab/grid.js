// @ts-check
// A small input as a grid of cells to type into or to drag. As soon as one is changed, the numbers are the visitor's own
// and stand in the link.
import { areNumbers, formatNumbers, parseNumbers } from "../../data/numbers.js";
import { readState, setState } from "../../state.js";
import { plane, planeStart } from "../../data/tensor.js";
import { flatWindow } from "../../data/terms.js";
import { t } from "../../text.js";
import { cellEditor } from "../../views/cell_editor.js";
import { inputPlane, planar, readBy } from "./planar.js";
import { inputIndex } from "./pointing.js";
import { inScale } from "./scales.js";
import { make, view } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */

const LARGEST = 8; // rows and columns
const MOST = 1024; // numbers in all: they stand in the link

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountGrid(root) {
  const lens = view(root, "in-lens");
  if (!lens) return {};
  const grid = make("div", { hidden: true });
  const button = make("button", { type: "button", className: "link edit-cells", textContent: t("edit the numbers") });
  button.onclick = () => setState({ edit: readState().edit ? null : "1" }, { replace: true });
  lens.closest(".lensed")?.querySelector(".cap")?.prepend(button);
  lens.after(grid);
  const draw = (/** @type {Scene} */ scene) => void (lens.hidden = drawGrid(grid, button, scene));
  return { draw, explain: draw };
}

/**
 * @param {HTMLElement} grid
 * @param {HTMLElement} button
 * @param {Scene} scene
 */
function drawGrid(grid, button, scene) {
  const tensor = numbersNow(scene);
  const { width, height } = plane(scene.source.tensor);
  const fits = scene.axes === 2 && Math.max(width, height) <= LARGEST && tensor.data.length <= MOST && tensor.data.every(Number.isFinite);
  const isOpen = fits && scene.state.edit === "1";
  button.hidden = !fits;
  button.setAttribute("aria-pressed", String(isOpen));
  grid.hidden = !isOpen;
  if (!isOpen) return false;
  const flat = planar(scene);
  const [which, read] = [inputPlane(flat), readBy(flat)?.map(String)];
  const window = flatWindow(scene.element?.window);
  const start = planeStart(tensor, which.n, which.map);
  const at = (/** @type {number} */ cell) => [which.n, which.map, Math.floor(cell / width), cell % width].slice(4 - Math.min(4, tensor.shape.length));
  const draw = (/** @type {Tensor} */ shown) => cellEditor(grid, {
    across: width,
    values: Array.from(shown.data.subarray(start, start + width * height)),
    scale: inScale(scene),
    marked: (cell) => (read ? read.includes(String([Math.floor(cell / width), cell % width])) : isIn(window, Math.floor(cell / width), cell % width)),
    label: (cell) => t("input, row {y}, column {x}", { y: Math.floor(cell / width), x: cell % width }),
    data: (cell) => ({ inputIndex: inputIndex(scene, at(cell)).join(",") }),
    onValue: (cell, value) => {
      const own = numbersNow(scene);
      const data = Float32Array.from(own.data);
      data[start + cell] = value;
      const changed = { ...own, data };
      setState({ numbers: formatNumbers(changed), input: null }, { replace: Boolean(readState().numbers) });
      draw(changed);
    },
  });
  draw(tensor);
  return true;
}

/**
 * @param {{start: number[], stop: number[]} | null} window
 * @param {number} y
 * @param {number} x
 */
function isIn(window, y, x) {
  return window !== null && y >= window.start[0] && y < window.stop[0] && x >= window.start[1] && x < window.stop[1];
}

/**
 * The visitor's own numbers as the link has them, which can be ahead of the last answer; else those of the answer.
 * @param {Scene} scene
 * @returns {Tensor}
 */
function numbersNow(scene) {
  const { numbers } = readState();
  const own = numbers && areNumbers(numbers) ? parseNumbers(numbers) : null;
  return own && String(own.shape) === String(scene.source.tensor.shape) ? own : scene.source.tensor;
}

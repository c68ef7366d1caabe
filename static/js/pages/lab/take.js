// @ts-check
// What a visitor takes away: the chosen map as a picture or as numbers, the output as an .npy, a drawing of the page.
// (The link is in carry.js, the animation in animation.js.)
import { standalone } from "../../views/standalone.js";
import { isNamedRow } from "./planar.js";
import { outputPicture } from "./zoom.js";
import { save, view } from "../shared/page_text.js";
import { takePicture } from "../shared/take_picture.js";

/**
 * @param {HTMLElement} root
 * @param {import("../lab.js").Look} look
 * @returns {import("../lab.js").Part}
 */
export function mountTake(root, look) {
  /** @type {import("../lab.js").Scene | null} */
  let scene = null;
  const head = /** @type {HTMLElement} */ (root.previousElementSibling);
  const title = root.querySelector("#out-title")?.textContent ?? "";
  /** @param {import("../shared/take_picture.js").Form} form */
  const take = (form) => scene && takePicture(outputPicture(scene, look, title), form);
  /** @type {Record<string, (name: string) => void>} */
  const takes = {
    npy: () => take("npy"),
    svg: () => take("svg"),
    csv: () => take("csv"),
    png: (name) => view(root, "out-map")?.querySelector("canvas")?.toBlob((blob) => blob && save(blob, `${name}.png`)),
  };
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (head.querySelectorAll("[data-take]"))) {
    button.addEventListener("click", () => takes[button.dataset.take ?? ""]?.(scene?.config.layer ?? "output"));
  }
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll("[data-take-drawing]"))) {
    button.addEventListener("click", () => takeDrawing(root, button.dataset.takeDrawing ?? ""));
  }
  const png = /** @type {HTMLElement | null} */ (head.querySelector("[data-take=png]"));
  return {
    sees: true,
    draw: (now) => {
      scene = now;
      if (png) png.hidden = now.axes === 1 || isNamedRow(now, now.tensors.output.shape);
    },
  };
}

/**
 * What a part of the page has drawn.
 * @param {HTMLElement} root
 * @param {string} part
 */
function takeDrawing(root, part) {
  const drawing = /** @type {SVGElement | null} */ (root.querySelector(`[data-part="${part}"] svg`));
  if (drawing) save(new Blob([standalone(drawing)], { type: "image/svg+xml" }), `${part}.svg`);
}

// @ts-check
// What a visitor takes away: the chosen map as a picture, the output as an .npy. (The link is in lab_carry.js.)
import { toNpy } from "../tensor.js";
import { isNamedRow } from "./lab_planar.js";
import { save, view } from "./page_text.js";

/**
 * @param {HTMLElement} root
 * @returns {import("./lab.js").Part}
 */
export function mountTake(root) {
  /** @type {import("./lab.js").Scene | null} */
  let scene = null;
  const head = /** @type {HTMLElement} */ (root.previousElementSibling);
  /** @type {Record<string, (name: string) => void>} */
  const takes = {
    npy: (name) => scene && save(new Blob([toNpy(scene.tensors.output)], { type: "application/x-npy" }), `${name}.npy`),
    png: (name) => view(root, "out-map")?.querySelector("canvas")?.toBlob((blob) => blob && save(blob, `${name}.png`)),
  };
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (head.querySelectorAll("[data-take]"))) {
    button.addEventListener("click", () => takes[button.dataset.take ?? ""]?.(scene?.config.layer ?? "output"));
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

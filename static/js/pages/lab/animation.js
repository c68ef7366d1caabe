// @ts-check
// The layer at work as a GIF, about the chosen output: seen first, then saved.
import { animateLayer } from "../../service/animation.js";
import { bytes } from "../../data/format.js";
import { onState } from "../../state.js";
import { isDark } from "../../shade.js";
import { t } from "../../text.js";
import { isPicture } from "./scales.js";
import { make, save, saidWrong } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountAnimation(root) {
  const head = /** @type {HTMLElement} */ (root.previousElementSibling);
  const button = /** @type {HTMLElement} */ (head.querySelector("[data-take=gif]"));
  const place = /** @type {HTMLElement} */ (head.querySelector("[data-part=animated]"));
  /** @type {Scene | null} */
  let scene = null;
  /** What is seen or asked for now; what comes for an earlier one is not shown. */
  let asked = new AbortController();
  let seen = "";
  const close = () => {
    asked.abort();
    place.replaceChildren();
    if (seen) URL.revokeObjectURL(seen);
    seen = "";
  };
  const open = async (/** @type {Scene} */ of) => {
    close();
    asked = new AbortController();
    const { signal } = asked;
    place.replaceChildren(make("p", { textContent: t("The frames are drawn …") }));
    try {
      const file = await animated(of, signal);
      if (signal.aborted) return;
      seen = URL.createObjectURL(file);
      place.replaceChildren(...shown(file, seen, `${of.config.layer}.gif`));
    } catch (error) {
      if (!signal.aborted) place.replaceChildren(make("p", { className: "error", textContent: saidWrong(error) }));
    }
  };
  button.addEventListener("click", () => scene && open(scene));
  onState(close);
  document.addEventListener("click", ({ target }) => target instanceof Node && target !== button && !place.contains(target) && close());
  return { sees: true, draw: (now) => void (scene = now) };
}

/**
 * @param {Scene} scene
 * @param {AbortSignal} signal
 */
function animated(scene, signal) {
  const { config: { layer }, params, sent, at } = scene;
  const look = { at: JSON.stringify(at), theme: isDark() ? "dark" : "light", paint: isPicture(scene) ? "picture" : "values" };
  return animateLayer(layer, { ...params, ...look }, sent, { signal });
}

/**
 * @param {Blob} file
 * @param {string} url of it
 * @param {string} name
 */
function shown(file, url, name) {
  const button = make("button", { type: "button", className: "link", textContent: t("Save {name}, {size}", { name, size: bytes(file.size) }) });
  button.onclick = () => save(file, name);
  return [make("p", {}, make("img", { src: url, alt: t("The layer at work, output by output") })), button];
}

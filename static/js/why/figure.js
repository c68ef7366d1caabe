// @ts-check
// The live figures of a page: each is loaded when it comes near the screen, and drawn again only while it is seen.
import { Problem } from "../service/api.js";
import { latest } from "../service/latest.js";
import { readState, setState } from "../state.js";
import { t } from "../text.js";
import { onOtherWidth } from "../views/room.js";
import { bindControls, textOf } from "./controls.js";

/** @typedef {import("../pages/lab.js").Scene} Scene */
/** @typedef {{draw: (scene: Scene, signal: AbortSignal) => Promise<void>, fits?: (scene: Scene) => boolean}} Drawn fits: whether it can be drawn for this input */
/** @typedef {(figure: HTMLElement) => Drawn} Mount what a figure's module exports as `mount` */
/** @typedef {{seen: boolean, drawn: Scene | null, draw: ((scene: Scene) => void) | null}} Kept draw: once its module is here */

const NEAR = "200px";

/**
 * @param {HTMLElement} root
 * @returns {import("../pages/lab.js").Part}
 */
export function mountFigures(root) {
  /** @type {Scene | null} */
  let scene = null;
  /** @type {Map<Element, Kept>} */
  const figures = new Map();
  /** @param {Kept} kept */
  const refresh = (kept) => {
    if (!scene || !kept.seen || !kept.draw || kept.drawn === scene) return;
    kept.drawn = scene;
    kept.draw(scene);
  };
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const kept = figures.get(target) ?? { seen: false, drawn: null, draw: null };
      kept.seen = isIntersecting;
      if (isIntersecting && !figures.has(target)) {
        figures.set(target, kept);
        wake(/** @type {HTMLElement} */ (target), () => scene).then((draw) => refresh(Object.assign(kept, { draw })));
      }
      refresh(kept);
    }
  }, { rootMargin: NEAR });
  for (const figure of root.querySelectorAll("[data-why]")) watcher.observe(figure);
  return {
    draw: (now) => {
      scene = now;
      for (const kept of figures.values()) refresh(kept);
    },
  };
}

/**
 * @param {HTMLElement} figure
 * @param {() => Scene | null} sceneNow
 */
async function wake(figure, sceneNow) {
  const name = figure.dataset.why ?? "";
  const { mount } = /** @type {{mount: Mount}} */ (await import(`./${name}.js`));
  const flat = "flat" in figure.dataset; // it needs a picture
  const { draw: work, fits: can } = mount(figure);
  const paint = latest(async (/** @type {Scene} */ scene, signal) => {
    const fits = (!flat || scene.axes === 2) && (can?.(scene) ?? true);
    figure.toggleAttribute("data-unfit", !fits);
    if (fits) await work(scene, signal);
  });
  /** @param {Scene | null} scene */
  const draw = (scene) => {
    if (!scene) return;
    figure.setAttribute("aria-busy", "true");
    paint(scene).then(() => "", whyNot).then((wrong) => {
      complain(figure, wrong);
      figure.setAttribute("aria-busy", "false");
      figure.setAttribute("data-drawn", "");
    });
  };
  bindControls(figure, readState()[`why.${name}`] ?? "", () => {
    setState({ [`why.${name}`]: textOf(figure) || null }, { replace: true, silent: true });
    draw(sceneNow());
  });
  onOtherWidth(figure, () => draw(sceneNow()));
  return draw;
}

/** @param {unknown} error */
function whyNot(error) {
  return error instanceof Problem ? error.detail : t("Something went wrong: {why}", { why: error instanceof Error ? error.message : String(error) });
}

/**
 * @param {HTMLElement} figure
 * @param {string} text
 */
function complain(figure, text) {
  const line = /** @type {HTMLElement | null} */ (figure.querySelector("[data-wrong]"));
  if (line) Object.assign(line, { textContent: text, hidden: !text });
}

// @ts-check
// A signal in a lab: the input and the output as curves, and all output channels below on one scale.
import { flatWindow } from "../../data/terms.js";
import { channels, plane, range } from "../../data/tensor.js";
import { t } from "../../text.js";
import { signal } from "../../views/signal.js";
import { inputPlane, metBy, planar, readBy, winnerOn } from "./planar.js";
import { inScale, outScale } from "./scales.js";
import { make, view } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */

const MOST = 16;

/**
 * @param {HTMLElement} root
 * @param {import("../lab.js").Look} look
 * @returns {import("../lab.js").Part}
 */
export function mountSignals(root, look) {
  const [input, output, all] = ["in-map", "out-map", "maps"].map((name) => {
    const place = make("div", { className: "signal" });
    view(root, name)?.before(place);
    return place;
  });
  /** @param {Scene} scene */
  const draw = (scene) => {
    if (scene.axes !== 1) return;
    drawInput(input, planar(scene));
    drawOutput(output, scene, look);
    drawAll(all, scene, look);
  };
  return { draw, explain: draw };
}

/**
 * @param {HTMLElement} place
 * @param {Scene} scene a planar one
 */
function drawInput(place, scene) {
  const { n, map } = inputPlane(scene);
  const window = flatWindow(scene.element?.window) ?? metBy(scene).box;
  signal(place, {
    values: plane(scene.source.tensor, n, map).data, span: range(scene.source.tensor.data), scale: inScale(scene), name: t("Input"),
    window: window && { start: window.start[1], stop: window.stop[1] }, read: readBy(scene)?.map(([, x]) => x), chosen: winnerOn(scene)?.[1] ?? null, width: widthOf(place),
  });
}

/**
 * @param {HTMLElement} place
 * @param {Scene} scene
 * @param {import("../lab.js").Look} look
 */
function drawOutput(place, scene, look) {
  const output = planar(scene).tensors.output;
  const [n, map, chosen] = scene.at;
  signal(place, {
    values: plane(output, n, map).data, span: range(output.data), scale: outScale(scene), name: t("Output"), chosen, width: widthOf(place),
    onPick: (x, pin) => look([n, map, x], pin), onLeave: () => look(null, false),
  });
}

/**
 * @param {HTMLElement} place
 * @param {Scene} scene
 * @param {import("../lab.js").Look} look
 */
function drawAll(place, scene, look) {
  const output = planar(scene).tensors.output;
  const count = Math.min(MOST, channels(output));
  const [n, map, x] = scene.at;
  const [span, scale] = [range(output.data), outScale(scene)];
  while (place.children.length < count) place.append(make("button", { type: "button" }));
  for (const extra of [...place.children].slice(count)) extra.remove();
  /** @type {HTMLButtonElement[]} */ ([...place.children]).forEach((button, c) => {
    signal(button, { values: plane(output, n, c).data, span, scale, name: t("map {map} (0 to {last})", { map: c, last: channels(output) - 1 }), width: 224, height: 104 });
    button.setAttribute("aria-pressed", String(c === map));
    button.onclick = () => look([n, c, x], true);
  });
}

/** @param {HTMLElement} place */
function widthOf(place) {
  return Math.min(224, place.parentElement?.clientWidth || 224);
}

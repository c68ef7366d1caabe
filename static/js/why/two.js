// @ts-check
// The share of one class as its score moves: with two classes a curve of its own, with more only one among many.
import { getJson } from "../service/api.js";
import { number, precise } from "../data/format.js";
import { points } from "../limits.js";
import { t } from "../text.js";
import { write } from "../pages/shared/page_text.js";
import { plot } from "../views/plot.js";
import { largestDifference, run, tensor } from "./chain.js";
import { readControls } from "./controls.js";

/** @typedef {{x: number[], y: number[]}} Curve */

const POINTS = 121; // odd: the middle one is zero

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const { share, curve } = JSON.parse(figure.dataset.calls ?? "{}");
  /** @type {Promise<Curve> | null} */
  let known = null;
  return {
    draw: async (_, signal) => {
      known ??= getJson(`${curve}&num=${points(POINTS)}`);
      const { x, y } = await known;
      const values = readControls(figure);
      const others = [values.second, values.third, values.fourth].slice(0, Number(values.classes) - 1).map(Number);
      for (const row of figure.querySelectorAll("[data-class]")) /** @type {HTMLElement} */ (row).hidden = Number(/** @type {HTMLElement} */ (row).dataset.class) > others.length + 1;
      const count = others.length + 1;
      const { output } = await run(share, { input: tensor([x.length, count], x.flatMap((score) => [score, ...others])) }, {}, signal);
      const first = Float32Array.from(x, (_score, i) => output.data[i * count]);
      drawCurves(figure, { x, y }, first);
      write(figure, "difference", precise(largestDifference(first, y)));
      write(figure, "middle", number(first[(x.length - 1) / 2], 3));
    },
  };
}

/**
 * @param {HTMLElement} figure
 * @param {Curve} known
 * @param {Float32Array} first
 */
function drawCurves(figure, { x, y }, first) {
  const place = /** @type {HTMLElement} */ (figure.querySelector("[data-view=curve]"));
  plot(place, {
    x: [x[0], x[x.length - 1]], y: [0, 1], height: 312, digits: 1, ticks: 6, names: `${t("score of the first class")}|${t("its share")}`,
    lines: [
      { x, y, className: "curve-wide", name: place.dataset.other },
      { x, y: first, className: "curve-chosen", name: t("share of the first class") },
    ],
    label: t("The share of the first class over its score, and the curve of two classes beside it"),
  });
}

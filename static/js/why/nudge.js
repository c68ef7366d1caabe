// @ts-check
// The picture moved by a pixel: how much of what each way of making it smaller gives stays as it was.
import { valueScale } from "../data/color.js";
import { number, percent } from "../data/format.js";
import { channels, plane } from "../data/tensor.js";
import { legend } from "../views/legend.js";
import { t } from "../text.js";
import { view } from "../pages/shared/page_text.js";
import { inputOf, run, runHeld, sumOf, tensor } from "./chain.js";
import { readControls } from "./controls.js";
import { figureMap } from "./figure_map.js";

/** @typedef {import("./chain.js").Call & {window?: string[], perChannel?: string}} Way window: the parameters that get the slider's number; perChannel: the one that gets the number of channels */
/** @typedef {import("../data/tensor.js").Tensor} Tensor */

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const { move, ways } = /** @type {{move: import("./chain.js").Call, ways: (Way | null)[]}} */ (JSON.parse(figure.dataset.calls ?? "{}"));
  return {
    draw: async (scene, signal) => {
      const values = readControls(figure);
      const input = { held: await inputOf(scene), output: scene.given.input };
      const by = Number(values.by);
      const moved = by ? await runHeld(move, { input: input.held }, { padding: [by, -by, 0, 0] }, signal) : input;
      const both = await Promise.all(ways.map(async (way) => {
        if (!way) return [input.output, moved.output];
        const params = paramsOf(way, values, channels(input.output));
        return Promise.all([input, moved].map(async ({ held }) => (await run(way, { input: held }, params, signal)).output));
      }));
      drawWays(figure, both.map(([one, other]) => change(one, other)));
    },
  };
}

/**
 * @param {Way} way
 * @param {Record<string, string>} values
 * @param {number} count
 */
function paramsOf({ window = [], perChannel }, values, count) {
  const sizes = Object.fromEntries(window.map((name) => [name, values.window]));
  return perChannel ? { ...sizes, [perChannel]: count } : sizes;
}

/**
 * @param {Tensor} one
 * @param {Tensor} other
 */
function change(one, other) {
  return tensor(one.shape, one.data.map((value, i) => Math.abs(value - other.data[i])));
}

/**
 * @param {HTMLElement} figure
 * @param {Tensor[]} changes
 */
function drawWays(figure, changes) {
  const most = largest(changes[0].data) || 1;
  const scale = valueScale({ min: 0, max: most, signed: false });
  const strip = view(figure, "legend");
  if (strip) legend(strip, scale, { label: t("change of a value") });
  figure.querySelectorAll("[data-view=way]").forEach((element, i) => {
    const way = /** @type {HTMLElement} */ (element);
    const map = /** @type {HTMLElement} */ (way.querySelector("[data-view=map]"));
    const { data } = changes[i];
    const { width, height } = plane(changes[i]);
    figureMap(map, changes[i], { scale, maps: [0], zoom: (map.clientWidth || 160) / Math.max(width, height), label: () => way.dataset.title ?? "" });
    const same = data.filter((value) => value === 0).length / data.length;
    const mean = sumOf(data) / data.length;
    const said = { same: percent(same), mean: number(mean, 3), largest: number(largest(data), 3) };
    for (const [name, text] of Object.entries(said)) {
      const place = way.querySelector(`[data-said=${name}]`);
      if (place) place.textContent = text;
    }
  });
}

/** @param {ArrayLike<number>} data */
function largest(data) {
  let found = 0;
  for (let i = 0; i < data.length; i += 1) if (data[i] > found) found = data[i];
  return found;
}

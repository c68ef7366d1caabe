// @ts-check
// One picture through a few kernels, each of which finds its own feature, until one of them is turned or shuffled.
import { greyScale, valueScale, weightScale } from "../data/color.js";
import { number } from "../data/format.js";
import { channels, plane, range } from "../data/tensor.js";
import { t } from "../text.js";
import { write } from "../pages/shared/page_text.js";
import { kernel } from "../views/kernel.js";
import { legend } from "../views/legend.js";
import { alike, inputOf, run, tensor } from "./chain.js";
import { readControls } from "./controls.js";
import { figureMap } from "./figure_map.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {import("./chain.js").Call} Call */
/** @typedef {{order?: number[], sign?: number}} Way what is done to a kernel: the old place of each of its weights, in order */

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const { find, again, ways } = /** @type {{find: Call, again: Call, ways: Record<string, Way>}} */ (JSON.parse(figure.dataset.calls ?? "{}"));
  /** @type {{of: Tensor, maps: Promise<{output: Tensor, weight: Tensor}>} | null} */
  let kept = null;
  return {
    draw: async (scene, signal) => {
      const values = readControls(figure);
      const chosen = Number(values.kernel);
      const input = await inputOf(scene);
      if (kept?.of !== scene.source.tensor) kept = { of: scene.source.tensor, maps: allMaps(find, input) };
      const { output, weight } = await kept.maps.catch((error) => {
        kept = null;
        throw error;
      });
      const broken = changed(oneOf(weight, chosen), ways[values.way] ?? {});
      const map = await run(again, { input, weight: broken }, {}, signal);
      drawPicture(figure, scene);
      [...figure.querySelectorAll("[data-kernel]")].forEach((column, i) => {
        const isChosen = i === chosen;
        drawColumn(/** @type {HTMLElement} */ (column), isChosen ? broken : oneOf(weight, i), isChosen ? map.output : oneOf(output, i, 1));
        column.classList.toggle("chosen", isChosen);
      });
      write(figure, "alike", number(alike(plane(map.output).data, plane(output, 0, chosen).data)));
    },
  };
}

/**
 * @param {Call} find
 * @param {import("../service/api.js").TensorSource} input
 */
async function allMaps(find, input) {
  const { output, tensors } = await run(find, { input });
  return { output, weight: tensors.weight };
}

/**
 * One kernel of a weight, or one map, as a tensor of its own.
 * @param {Tensor} all
 * @param {number} index
 * @param {0 | 1} [axis] that counts them
 * @returns {Tensor}
 */
function oneOf({ shape, data }, index, axis = 0) {
  const size = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return tensor([...shape.slice(0, axis), 1, ...shape.slice(axis + 1)], data.subarray(index * size, (index + 1) * size));
}

/**
 * @param {Tensor} weight
 * @param {Way} way
 * @returns {Tensor}
 */
function changed({ shape, data }, { order, sign = 1 }) {
  const cells = (shape.at(-1) ?? 1) * (shape.at(-2) ?? 1);
  return tensor(shape, Array.from(data, (_, i) => sign * data[order ? i - (i % cells) + order[i % cells] : i]));
}

/**
 * @param {HTMLElement} figure
 * @param {import("../pages/lab.js").Scene} scene
 */
function drawPicture(figure, { given: { input }, source: { pictured } }) {
  const place = /** @type {HTMLElement} */ (figure.querySelector("[data-view=picture]"));
  const isColoured = pictured && channels(input) > 2;
  figureMap(place, input, {
    maps: [0], zoom: fit(place, input), name: t("picture"), label: () => t("picture"),
    scale: pictured ? greyScale() : valueScale(range(input.data)), ...(isColoured && { picture: { min: 0, max: 1 } }),
  });
}

/**
 * @param {HTMLElement} column
 * @param {Tensor} weight
 * @param {Tensor} map
 */
function drawColumn(column, weight, map) {
  const [cells, place, strip] = /** @type {HTMLElement[]} */ (["kernel", "map", "legend"].map((name) => column.querySelector(`[data-view=${name}]`)));
  kernel(cells, [plane(weight)], weightScale(range(weight.data)));
  const found = range(map.data, { quantile: 0.99 });
  const scale = found.signed ? valueScale(found) : greyScale(found);
  figureMap(place, map, { maps: [0], zoom: fit(place, map), scale, label: () => column.dataset.kernel ?? "" });
  legend(strip, scale, { format: (value) => number(value, 1) });
}

/**
 * @param {HTMLElement} place
 * @param {Tensor} tensor
 */
function fit(place, { shape }) {
  return (place.clientWidth || 160) / Math.max(shape.at(-1) ?? 1, shape.at(-2) ?? 1);
}

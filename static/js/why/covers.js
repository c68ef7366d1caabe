// @ts-check
// One matrix used twice: on all numbers in one row, and as kernels as large as the input.
import { Problem } from "../service/api.js";
import { valueScale } from "../data/color.js";
import { number, precise, shape } from "../data/format.js";
import { channels, plane, range } from "../data/tensor.js";
import { write } from "../pages/shared/page_text.js";
import { bars } from "../views/bars.js";
import { t } from "../text.js";
import { largestDifference, run, tensor } from "./chain.js";
import { readControls, showControls } from "./controls.js";
import { fits } from "./row.js";
import { figureMap } from "./figure_map.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {{output: Tensor | null, wrong: string}} Answer wrong: why there is none, in the service's words */

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const { grow, whole, slide } = /** @type {Record<string, import("./chain.js").Call>} */ (JSON.parse(figure.dataset.calls ?? "{}"));
  figure.querySelector("[data-mend]")?.addEventListener("click", () => {
    showControls(figure, { grown: "0", padding: "0" });
    figure.querySelector("[data-control=grown]")?.dispatchEvent(new Event("change", { bubbles: true }));
  });
  return {
    fits: ({ source: { tensor: input }, given: { weight } }) => fits(input, weight),
    draw: async (scene, signal) => {
      const { grown, padding } = readControls(figure);
      const given = scene.source.tensor; // with its maps; the layer itself lays them out in one row
      const [size, { width, height }] = [channels(given), plane(given)];
      const first = tensor([1, size, height, width], given.data);
      const { output: input } = Number(grown) ? await run(grow, { input: first }, { padding: new Array(4).fill(grown) }, signal) : { output: first };
      const { weight } = scene.given;
      const bias = scene.sent.bias ?? scene.given.bias ?? null;
      const kernels = tensor([weight.shape[0], size, height, width], weight.data);
      const [row, { output: maps }] = await Promise.all([
        answered(run(whole, { input, weight: scene.sent.weight ?? weight, bias }, {}, signal)),
        run(slide, { input, weight: kernels, bias }, { padding }, signal),
      ]);
      const names = Array.from({ length: weight.shape[0] }, (_, i) => scene.labels?.[i] ?? String(i));
      write(figure, "input", shape(input.shape));
      write(figure, "matrix", shape(weight.shape));
      write(figure, "kernels", shape(kernels.shape));
      write(figure, "map", shape(maps.shape));
      drawBoth(figure, row, maps, names);
    },
  };
}

/**
 * @param {Promise<import("./chain.js").Done>} asked
 * @returns {Promise<Answer>}
 */
async function answered(asked) {
  try {
    return { output: (await asked).output, wrong: "" };
  } catch (error) {
    if (error instanceof Problem && error.status === 422) return { output: null, wrong: error.detail };
    throw error;
  }
}

/**
 * @param {HTMLElement} figure
 * @param {Answer} row
 * @param {Tensor} maps
 * @param {string[]} names
 */
function drawBoth(figure, { output, wrong }, maps, names) {
  const { width, height } = plane(maps);
  const middle = Float32Array.from(names, (_, map) => plane(maps, 0, map).data[(height >> 1) * width + (width >> 1)]);
  const scale = valueScale({ ...range(maps.data), signed: true });
  const [left, right, votes] = /** @type {HTMLElement[]} */ (["row", "middle", "maps"].map((name) => figure.querySelector(`[data-view=${name}]`)));
  const refusal = /** @type {HTMLElement} */ (figure.querySelector("[data-text=refusal]"));
  left.hidden = !output;
  Object.assign(refusal, { textContent: wrong, hidden: !wrong });
  if (output) bars(left, { labels: names, values: output.data, scale });
  bars(right, { labels: names, values: middle, scale });
  for (const button of figure.querySelectorAll("button:not([data-mend], [data-zoom])")) /** @type {HTMLElement} */ (button).tabIndex = -1;
  figureMap(votes, maps, { scale, zoom: 40 / width, label: (map) => t("{name}: {what}", { name: names[map], what: number(middle[map]) }) });
  write(figure, "difference", output ? precise(largestDifference(output.data, middle)) : "–");
}

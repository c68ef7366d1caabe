// @ts-check
// The same number added to every score: the naive form breaks where float32 ends, the form that takes the largest off does not.
import { explain } from "../service/api.js";
import { valueScale } from "../data/color.js";
import { number, percent, precise } from "../data/format.js";
import { t } from "../text.js";
import { make, write } from "../pages/shared/page_text.js";
import { paintCell } from "../views/arithmetic.js";
import { largestDifference, run, sumOf, tensor } from "./chain.js";
import { readControls, showControls } from "./controls.js";

/** @typedef {import("./chain.js").Call} Call */
/** @typedef {{scores: ArrayLike<number>, powers: ArrayLike<number>, total: number, shares: ArrayLike<number>}} Naive */

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const calls = /** @type {Record<string, Call>} */ (JSON.parse(figure.dataset.calls ?? "{}"));
  const scores = /** @type {number[]} */ (JSON.parse(figure.dataset.scores ?? "[]"));
  const held = tensor([1, 1, scores.length], scores);
  for (const button of figure.querySelectorAll("[data-shift]")) {
    button.addEventListener("click", () => {
      showControls(figure, { add: /** @type {HTMLElement} */ (button).dataset.shift ?? "0" });
      figure.querySelector("[data-control]")?.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  return {
    draw: async (_, signal) => {
      const add = Number(readControls(figure).add);
      const raised = await run(calls.affine, { input: held, weight: tensor([1, 1, 1], 1), bias: tensor([1], add) }, {}, signal);
      const naive = await naively(calls, raised, signal);
      const [{ elements }, ours, before] = await Promise.all([
        explain(calls.share.layer, { ...calls.share.params }, { input: raised.held }, [0, 0, 0], { signal }),
        run(calls.share, { input: raised.held }, {}, signal),
        run(calls.share, { input: held }, {}, signal),
      ]);
      drawTable(figure, naive, elements[0], ours.output.data);
      write(figure, "changed", precise(largestDifference(ours.output.data, before.output.data)));
      write(figure, "naive-sum", said(sumOf(naive.shares), 4));
      write(figure, "our-sum", number(sumOf(ours.output.data), 4));
      figure.classList.toggle("broken", !Array.from(naive.shares).every(Number.isFinite));
    },
  };
}

/**
 * e to each score, their sum, one over the other: a layer each, in float32, as the template lists them.
 * @param {Record<string, Call>} calls
 * @param {import("./chain.js").Done} raised
 * @param {AbortSignal} signal
 * @returns {Promise<Naive>}
 */
async function naively(calls, raised, signal) {
  const turn = (/** @type {import("../service/api.js").TensorSource} */ input, /** @type {number} */ bias) =>
    run(calls.affine, { input, weight: tensor([1, 1, 1], -1), bias: tensor([1], bias) }, {}, signal);
  const below = await run(calls.power, { input: (await turn(raised.held, 0)).held }, {}, signal);
  const powers = await turn(below.held, 1);
  const count = powers.output.data.length;
  const total = await run(calls.sum, { input: powers.held, weight: tensor([1, count], 1) }, {}, signal);
  const variance = tensor([1], total.output.data);
  const statistics = { running_mean: tensor([1], 0), running_var: variance };
  const half = await run(calls.divide, { input: powers.held, ...statistics }, {}, signal);
  const shares = await run(calls.divide, { input: half.held, ...statistics }, {}, signal);
  return { scores: raised.output.data, powers: powers.output.data, total: total.output.data[0], shares: shares.output.data };
}

/** @param {number} value @param {number} [digits] */
function said(value, digits = 3) {
  return Number.isNaN(value) ? t("not a number") : Math.abs(value) >= 1e6 ? precise(value) : number(value, digits);
}

/**
 * @param {HTMLElement} figure
 * @param {Naive} naive
 * @param {any} element
 * @param {ArrayLike<number>} ours
 */
function drawTable(figure, naive, element, ours) {
  const body = /** @type {HTMLElement} */ (figure.querySelector("tbody"));
  const unit = valueScale({ min: 0, max: 1, signed: false });
  body.replaceChildren(...element.terms.map((/** @type {any} */ term, /** @type {number} */ i) => {
    const cells = [number(naive.scores[i], 0), said(naive.powers[i], 1), "", number(term.shifted, 0), number(term.exp, 3), ""].map((text) => make("td", { textContent: text }));
    if (Number.isFinite(naive.shares[i])) paintCell(cells[2], naive.shares[i], unit, percent(naive.shares[i]));
    else Object.assign(cells[2], { textContent: said(naive.shares[i]), className: "bad" });
    if (!Number.isFinite(naive.powers[i])) cells[1].className = "bad";
    paintCell(cells[5], ours[i], unit, percent(ours[i]));
    return make("tr", {}, ...cells);
  }));
  write(figure, "total", said(naive.total, 1));
  write(figure, "our-total", number(element.total, 3));
}

// @ts-check
// What a smaller map saves: the cost of the layers after it, with the window and without. Nothing is run; plans say it all.
import { planLayer } from "../service/api.js";
import { count, shape, si } from "../data/format.js";
import { t } from "../text.js";
import { write } from "../pages/shared/page_text.js";
import { drawing, label, svg } from "../views/svg.js";
import { readControls } from "./controls.js";

/** @typedef {import("./chain.js").Call & {title: string}} Call */
/** @typedef {{parameters: number, macs: number}} Cost */
/** @typedef {{title: string, before: Cost, after: Cost}} Row */

const BAR = 16;

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const { shrink, after } = /** @type {{shrink: Call, after: Call[]}} */ (JSON.parse(figure.dataset.calls ?? "{}"));
  return {
    draw: async (scene, signal) => {
      const { window } = readControls(figure);
      const input = scene.given.input.shape;
      const smaller = await planLayer(shrink.layer, { ...shrink.params, kernel_size: window }, { input }, { signal });
      const costOf = async (/** @type {Call} */ { layer, params }, /** @type {number[]} */ size) =>
        /** @type {Cost} */ ((await planLayer(layer, { ...params }, { input: size }, { signal })).cost);
      const rows = await Promise.all(after.map(async (call) => ({
        title: call.title, before: await costOf(call, input), after: await costOf(call, smaller.shape),
      })));
      drawRows(figure, rows);
      write(figure, "shapes", `${shape(input)} → ${shape(smaller.shape)}`);
      write(figure, "own", count(smaller.cost.parameters));
    },
  };
}

/**
 * @param {HTMLElement} figure
 * @param {Row[]} rows
 */
function drawRows(figure, rows) {
  const place = /** @type {HTMLElement} */ (figure.querySelector("[data-view=costs]"));
  const width = Math.max(280, place.clientWidth || 600);
  const blocks = rows.flatMap(({ title, before, after }) => [
    { title: t("{layer}: multiply-accumulates", { layer: title }), one: before.macs, other: after.macs },
    { title: t("{layer}: parameters", { layer: title }), one: before.parameters, other: after.parameters },
  ]);
  const marks = blocks.flatMap((block, i) => drawBlock(block, i * 72, width - 96));
  place.replaceChildren(drawing(width, blocks.length * 72, t("Cost of the layers that follow, before and after"), ...marks));
}

/**
 * @param {{title: string, one: number, other: number}} block
 * @param {number} top
 * @param {number} room
 */
function drawBlock({ title, one, other }, top, room) {
  const wide = (/** @type {number} */ value) => Math.max(1, (room * value) / one);
  const said = one === other ? t("the same") : `${si(other)}  ÷ ${(one / other).toFixed(1)}`;
  return [
    label(0, top + 14, title, { "font-size": 12, class: "strong" }),
    svg("rect", { x: 0, y: top + 22, width: wide(one), height: BAR, class: "cost-before" }),
    label(wide(one) + 8, top + 34, si(one), { "font-size": 12, class: "soft" }),
    svg("rect", { x: 0, y: top + 22 + BAR + 2, width: wide(other), height: BAR, class: "cost-after" }),
    label(wide(other) + 8, top + 36 + BAR, said, { "font-size": 12, class: "strong" }),
  ];
}

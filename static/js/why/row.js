// @ts-check
// One row of a matrix laid back on the maps that it weighs: map by map what speaks for a class, and what against.
import { explain } from "../service/api.js";
import { valueScale, weightScale } from "../data/color.js";
import { number } from "../data/format.js";
import { most } from "../limits.js";
import { channels, plane, range } from "../data/tensor.js";
import { t } from "../text.js";
import { make, write } from "../pages/shared/page_text.js";
import { bars } from "../views/bars.js";
import { featureMaps } from "../views/feature_maps.js";
import { legend } from "../views/legend.js";
import { run, tensor } from "./chain.js";
import { readControls, showControls } from "./controls.js";
import { offerMap } from "./figure_map.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../pages/lab.js").Scene} Scene */
/** @typedef {{input: Tensor, weight: Tensor, products: Tensor, shares: number[], silent: Set<number>, name: string}} Shown shares: what each map adds to the vote */

const MOST_MAPS = 32;

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const { vote } = /** @type {{vote: import("./chain.js").Call}} */ (JSON.parse(figure.dataset.calls ?? "{}"));
  const say = (/** @type {Record<string, string>} */ values) => {
    showControls(figure, values);
    figure.querySelector("[data-control=silent]")?.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const toggle = (/** @type {number} */ map) => {
    const now = silentIn(readControls(figure));
    if (!now.delete(map)) now.add(map);
    say({ silent: [...now].sort((a, b) => a - b).join(" ") });
  };
  figure.querySelector("[data-mend]")?.addEventListener("click", () => say({ silent: "" }));
  return {
    fits: ({ source: { tensor: input }, given: { weight } }) => fits(input, weight),
    draw: async (scene, signal) => {
      const values = readControls(figure);
      const silent = silentIn(values);
      const { input, maps } = laidOut(scene.source.tensor);
      const heard = without(input, silent);
      const weight = scene.sent.weight ?? scene.given.weight;
      const bias = scene.sent.bias ?? scene.given.bias ?? null;
      const [all, now, each] = await Promise.all([run(vote, { input, weight, bias }, {}, signal), run(vote, { input: heard, weight, bias }, {}, signal), run(vote, { input: alone(heard, maps), weight }, {}, signal)]);
      const count = now.output.data.length;
      const row = values.row === "" ? best(all.output.data) : Math.min(count - 1, Number(values.row));
      const { elements } = await explain(vote.layer, { ...vote.params, limit: most("terms"), order: "index" }, { input: heard, weight, bias }, [0, row], { signal });
      const names = Array.from({ length: count }, (_, i) => scene.labels?.[i] ?? String(i));
      const shares = Array.from({ length: maps }, (_, map) => each.output.data[map * count + row]);
      const products = elements[0].terms.map((/** @type {{product: number}} */ term) => term.product);
      drawMaps(figure, { input: heard, weight: rowOf(scene.given.weight, row, input), products: tensor(input.shape, products), shares, silent, name: names[row] }, toggle);
      const place = /** @type {HTMLElement} */ (figure.querySelector("[data-view=votes]"));
      bars(place, { labels: names, values: now.output.data, scale: valueScale({ ...range(all.output.data), signed: true }), chosen: row, onPick: (i) => say({ row: String(i) }) });
      write(figure, "bias", number(elements[0].bias ?? 0));
      sayWhat(figure, shares, [all, now].map(({ output }) => output.data), { row, names });
    },
  };
}

/** @param {Record<string, string>} values @returns {Set<number>} */
function silentIn({ silent }) {
  return new Set(silent.split(" ").filter(Boolean).map(Number));
}

/**
 * @param {Tensor} input
 * @param {Tensor | undefined} weight
 */
export function fits(input, weight) {
  const count = input.data.length;
  return Boolean(weight) && weight?.shape[1] === count && count <= most("terms") && (input.shape.at(-3) ?? 1) <= MOST_MAPS;
}

/**
 * As one sample of maps, whatever its rank.
 * @param {Tensor} given
 * @returns {{input: Tensor, maps: number}}
 */
function laidOut(given) {
  const { width, height } = plane(given);
  const maps = channels(given);
  return { input: tensor([1, maps, height, width], given.data), maps };
}

/**
 * @param {Tensor} input
 * @param {Set<number>} silent maps that are set to zero
 */
function without({ shape, data }, silent) {
  const size = shape[2] * shape[3];
  return tensor(shape, data.map((value, i) => (silent.has(Math.floor(i / size)) ? 0 : value)));
}

/**
 * A sample for each map, in which only that map speaks.
 * @param {Tensor} input
 * @param {number} maps
 */
function alone({ shape, data }, maps) {
  const size = shape[2] * shape[3];
  const samples = Float32Array.from({ length: maps * data.length }, (_, i) => (Math.floor(i / data.length) === Math.floor((i % data.length) / size) ? data[i % data.length] : 0));
  return tensor([maps, ...shape.slice(1)], samples);
}

/**
 * @param {Tensor} weight
 * @param {number} row
 * @param {Tensor} like the maps that it weighs
 */
function rowOf(weight, row, { shape, data: { length } }) {
  return tensor(shape, weight.data.subarray(row * length, (row + 1) * length));
}

/** @param {ArrayLike<number>} votes */
function best(votes) {
  return Array.from(votes).indexOf(Math.max(...Array.from(votes)));
}

/**
 * @param {HTMLElement} figure
 * @param {Shown} shown
 * @param {(map: number) => void} toggle
 */
function drawMaps(figure, { input, weight, products, shares, silent, name }, toggle) {
  const place = /** @type {HTMLElement} */ (figure.querySelector("[data-view=columns]"));
  while (place.children.length > shares.length) place.lastElementChild?.remove();
  while (place.children.length < shares.length) place.append(newColumn(place.children.length, toggle));
  const scales = [valueScale(range(input.data)), weightScale(range(weight.data)), valueScale({ ...range(products.data), signed: true })];
  const titles = [t("map"), t("weights for “{name}”", { name }), t("products")];
  [...place.children].forEach((column, map) => {
    const [button, ...rest] = /** @type {HTMLElement[]} */ ([...column.children]);
    button.setAttribute("aria-pressed", String(silent.has(map)));
    [input, weight, products].forEach((values, i) => {
      const { width, height } = plane(values);
      featureMaps(rest[i], values, { maps: [map], scale: scales[i], zoom: (rest[i].clientWidth || 96) / Math.max(width, height), label: () => `${titles[i]} ${map}` });
    });
    rest[3].textContent = number(shares[map]);
  });
  figure.querySelectorAll("[data-view=legend]").forEach((strip, i) => {
    const place = /** @type {HTMLElement} */ (strip);
    legend(place, scales[i], { label: titles[i] });
    offerMap(place, [input, weight, products][i], { title: titles[i], scale: scales[i] });
  });
}

/**
 * @param {number} map
 * @param {(map: number) => void} toggle
 */
function newColumn(map, toggle) {
  const button = make("button", { type: "button", className: "speaker", textContent: t("map {map}", { map }), ariaLabel: t("silence map {map}", { map }) });
  button.addEventListener("click", () => toggle(map));
  return make("div", {}, button, make("div"), make("div"), make("div"), make("p", { className: "small share" }));
}

/**
 * @param {HTMLElement} figure
 * @param {number[]} shares
 * @param {ArrayLike<number>[]} votes with all maps, and with those that speak
 * @param {{row: number, names: string[]}} chosen
 */
function sayWhat(figure, shares, [all, now], { row, names }) {
  const speaker = (/** @type {number} */ share) => t("map {map}: {share}", { map: shares.indexOf(share), share: number(share) });
  const [most, least] = [Math.max(...shares), Math.min(...shares)];
  write(figure, "class", names[row]);
  write(figure, "for", most > 0 ? speaker(most) : t("none"));
  write(figure, "against", least < 0 ? speaker(least) : t("none"));
  write(figure, "vote", number(now[row]));
  write(figure, "whole", number(all[row]));
  write(figure, "winner", names[best(now)]);
}

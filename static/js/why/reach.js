// @ts-check
// How much of the picture one output pixel sees, with a smaller map in between and without: windows, layer by layer.
import { greyScale, valueScale } from "../data/color.js";
import { shape, unbroken } from "../data/format.js";
import { range } from "../data/tensor.js";
import { t } from "../text.js";
import { write } from "../pages/shared/page_text.js";
import { setCursor } from "../views/feature_maps.js";
import { mark } from "../views/marker.js";
import { inputOf, runHeld, windowOf } from "./chain.js";
import { readControls, showControls } from "./controls.js";
import { figureMap } from "./figure_map.js";

/** @typedef {import("./chain.js").Call & {title: string, sized?: boolean}} Call sized: the window's size is the slider's */
/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {{start: number[], stop: number[]}} Place rows and columns */
/** @typedef {{held: import("../service/api.js").TensorSource, output: Tensor}} Map */
/** @typedef {{of: Tensor | null, maps: globalThis.Map<string, Promise<Map>>}} Known what the layers so far made of this input */
/** @typedef {{calls: Call[], maps: Map[]}} Stack maps: the picture, then what each call made */

/** @type {import("./figure.js").Mount} */
export function mount(figure) {
  const { stacks } = /** @type {{stacks: Call[][]}} */ (JSON.parse(figure.dataset.calls ?? "{}"));
  /** @type {Known} */
  let known = { of: null, maps: new Map() };
  const pick = (/** @type {number[]} */ at, /** @type {Tensor} */ of, /** @type {Tensor} */ picture) => {
    const [y, x] = [2, 1].map((axis) => ((at.at(-axis) ?? 0) + 0.5) / (of.shape.at(-axis) ?? 1) * (picture.shape.at(-axis) ?? 1));
    showControls(figure, { y: String(Math.floor(y)), x: String(Math.floor(x)) });
    figure.querySelector("[data-control=y]")?.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return {
    draw: async (scene, signal) => {
      const values = readControls(figure);
      if (known.of !== scene.source.tensor) known = { of: scene.source.tensor, maps: new Map() };
      const first = { held: await inputOf(scene), output: scene.given.input };
      const built = await Promise.all(stacks.map((calls) => through(calls, first, values, known)));
      const places = await Promise.all(built.map((stack) => seenBy(stack, pixelOf(values, scene.given.input), values, signal)));
      const rows = [...figure.querySelectorAll("[data-view=stack]")];
      built.forEach((stack, i) => drawStack(/** @type {HTMLElement} */ (rows[i]), stack, places[i], scene, pick));
      places.forEach(([{ start, stop }], i) => write(figure, `field-${i}`, shape(stop.map((end, axis) => end - start[axis]))));
    },
  };
}

/**
 * @param {Call} call
 * @param {Record<string, string>} values
 */
function paramsOf({ sized }, values) {
  return sized ? { kernel_size: values.window } : {};
}

/**
 * @param {Call[]} calls
 * @param {Map} first
 * @param {Record<string, string>} values
 * @param {Known} known
 * @returns {Promise<Stack>}
 */
async function through(calls, first, values, { maps: known }) {
  const maps = [first];
  let key = "";
  for (const call of calls) {
    key += JSON.stringify([call, paramsOf(call, values)]);
    const made = known.get(key) ?? runHeld(call, { input: maps[maps.length - 1].held }, paramsOf(call, values));
    known.set(key, made);
    made.catch(() => known.clear());
    maps.push(await made);
  }
  return { calls, maps };
}

/**
 * The pixel of the picture that is looked at, the middle one until another is picked.
 * @param {Record<string, string>} values
 * @param {Tensor} picture
 */
function pixelOf({ y, x }, picture) {
  return [y, x].map((value, i) => (Number(value === "" ? 0.5 : value) + (value === "" ? Math.floor((picture.shape.at(i - 2) ?? 1) / 2) : 0.5)) / (picture.shape.at(i - 2) ?? 1));
}

/**
 * @param {Stack} stack
 * @param {number[]} shares where in the picture, 0 to 1
 * @param {Record<string, string>} values
 * @param {AbortSignal} signal
 * @returns {Promise<Place[]>} a place in each map, the picture first
 */
async function seenBy({ calls, maps }, shares, values, signal) {
  const sizes = (/** @type {number} */ i) => maps[i].output.shape.slice(-2);
  const last = sizes(calls.length).map((size, axis) => Math.min(size - 1, Math.floor(shares[axis] * size)));
  const places = [{ start: last, stop: last.map((index) => index + 1) }];
  for (let i = calls.length - 1; i >= 0; i -= 1) {
    const { start, stop } = places[0];
    const ask = (/** @type {number[]} */ corner) => windowOf(calls[i], paramsOf(calls[i], values), { input: maps[i].held }, [0, 0, ...corner], signal);
    const [first, second] = await Promise.all([ask(start), ask(stop.map((end) => end - 1))]);
    const room = sizes(i); // a window may reach into the padding; what lies there is not of the picture
    places.unshift({ start: first.start.map((at) => Math.max(0, at)), stop: second.stop.map((at, axis) => Math.min(room[axis], at)) });
  }
  return places;
}

/**
 * @param {HTMLElement} row
 * @param {Stack} stack
 * @param {Place[]} places
 * @param {import("../pages/lab.js").Scene} scene
 * @param {(at: number[], of: Tensor, picture: Tensor) => void} pick
 */
function drawStack(row, { maps }, places, scene, pick) {
  const cells = /** @type {HTMLElement[]} */ ([...row.querySelectorAll("[data-view=map]")]);
  const zoom = (cells[0].clientWidth || 160) / (maps[0].output.shape.at(-1) ?? 1);
  maps.forEach(({ output }, i) => {
    const pictured = i === 0 && scene.source.pictured;
    const title = cells[i].dataset.title ?? "";
    const onPick = (/** @type {number[]} */ at) => pick(at, output, maps[0].output);
    figureMap(cells[i], output, {
      maps: [0], zoom, name: title, onPick, label: () => title, scale: scene.source.pictured ? greyScale(i ? range(output.data) : undefined) : valueScale(range(output.data)),
      ...(pictured && (output.shape.at(-3) ?? 1) > 2 ? { picture: { min: 0, max: 1 } } : {}),
    });
    mark(cells[i], places[i]);
    setCursor(cells[i], [0, 0, ...places[i].start.map((start, axis) => Math.floor((start + places[i].stop[axis] - 1) / 2))]);
    const said = cells[i].parentElement?.querySelector("[data-size]");
    const seen = places[i].stop.map((end, axis) => end - places[i].start[axis]);
    if (said) said.textContent = unbroken(t("{size}; lit {seen}", { size: shape(output.shape.slice(-2)), seen: shape(seen) }));
  });
}

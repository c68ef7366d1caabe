// @ts-check
// A, B and their difference drawn beside each other, in the way that fits the data: maps, cells with their numbers,
// curves or bars. The same element is marked in all three.
import { planeIndex } from "../../data/axes.js";
import { number, shape, unbroken } from "../../data/format.js";
import { placeOf } from "../../data/pick.js";
import { channels, plane } from "../../data/tensor.js";
import { joined, t } from "../../text.js";
import { bars } from "../../views/bars.js";
import { featureMaps, setCursor } from "../../views/feature_maps.js";
import { legend } from "../../views/legend.js";
import { lens } from "../../views/lens.js";
import { mark } from "../../views/marker.js";
import { signal } from "../../views/signal.js";
import { colorsOf, isSmall } from "./lenses.js";
import { zoomFor } from "./maps.js";
import { isNamedRow, outDepth, planesOf } from "./planar.js";
import { namesFor } from "./shares.js";
import { outputPicture } from "./zoom.js";
import { view } from "../shared/page_text.js";
import { offerPicture } from "../shared/pictures.js";
import { zoomButton } from "../zoom/button.js";

/** @typedef {import("./ab.js").Both} Both */
/** @typedef {import("./ab.js").Point} Point */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../../data/color.js").Scale} Scale */
/**
 * @typedef {object} Drawn one of the three
 * @property {string} side
 * @property {string} name
 * @property {Tensor} tensor
 * @property {Tensor} planes the same as planes: the slice of a volume that is looked at
 * @property {Scale} scale
 * @property {{low: number, high: number}} span
 * @property {number[]} at on the planes
 */

/**
 * @param {HTMLElement} place
 * @param {Both} both
 * @param {Point} point
 */
export function drawSides(place, both, point) {
  const { a, b, difference, scale } = both;
  const unlike = /** @type {HTMLElement} */ (place.querySelector("[data-text=ab-unlike]"));
  unlike.hidden = difference !== null;
  unlike.textContent = difference ? "" : unbroken(t("A is {a}, B is {b}: the cells of the one do not belong to those of the other, so there is no A − B.", { a: shape(a.output.shape), b: shape(b.output.shape) }));
  for (const side of sidesOf(both)) {
    const figure = figureOf(place, side.side);
    const how = howOf(both, side);
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (figure.querySelectorAll("[data-how]"))) one.hidden = one.dataset.how !== how;
    const said = /** @type {HTMLElement} */ (figure.querySelector("figcaption span"));
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (figure.querySelectorAll("figcaption > *"))) part.hidden = false;
    said.textContent = shape(side.tensor.shape);
    const onto = figure.querySelector(`[data-how=${how}]`);
    if (onto) WAYS[how](/** @type {HTMLElement} */ (onto), side, both, point);
    offer(figure, side, both, point);
  }
  if (!difference) offerPicture(VIEW + "d", null);
  for (const part of difference ? [] : /** @type {NodeListOf<HTMLElement>} */ (figureOf(place, "d").querySelectorAll("[data-how], figcaption :not(b)"))) part.hidden = true;
  const [strip, stripD] = [view(place, "ab-legend"), view(place, "ab-legend-d")];
  if (strip) legend(strip, scale, { label: scale.clipped.low || scale.clipped.high ? t("A and B; 99 % lie within") : t("A and B") });
  if (stripD && !(stripD.hidden = !difference?.largest)) legend(stripD, both.scaleD, { label: "A − B" });
}

/**
 * @param {HTMLElement} place
 * @param {string} side
 */
function figureOf(place, side) {
  return /** @type {HTMLElement} */ (place.querySelector(`[data-side=${side}]`));
}

/**
 * @param {Both} both
 * @returns {Drawn[]}
 */
function sidesOf(both) {
  const { scene, a, b, difference, scale, scaleD, span, at, atB } = both;
  const planes = (/** @type {Tensor} */ tensor) => planesOf(tensor, scene.axes, Math.min(outDepth(scene), (tensor.shape.at(-3) ?? 1) - 1));
  const side = (/** @type {string} */ side, /** @type {string} */ name, /** @type {Tensor} */ tensor, /** @type {number[]} */ at) => ({ side, name, tensor, planes: planes(tensor), scale, span, at: planeIndex(at, scene.axes) });
  const most = difference?.largest ?? 0;
  return [
    side("a", "A", a.output, at), side("b", "B", b.output, atB),
    ...(difference ? [{ ...side("d", "A − B", difference.tensor, at), scale: scaleD, span: { low: -most, high: most } }] : []),
  ];
}

/** What the pictures of this comparison are called in the link, when one is seen full size. */
export const VIEW = "ab-";

/**
 * @param {HTMLElement} figure
 * @param {Drawn} side
 * @param {Both} both
 * @param {Point} point
 */
function offer(figure, { side, name, tensor, scale }, { scene, at, atB }, point) {
  const caption = /** @type {HTMLElement} */ (figure.querySelector("figcaption"));
  if (!caption.querySelector("[data-zoom]")) caption.append(zoomButton(VIEW + side, name));
  const look = (/** @type {number[] | null} */ chosen) => point(side, chosen && planeIndex(chosen, scene.axes), true);
  const one = { ...scene, at: side === "b" ? atB : at, tensors: { output: tensor }, state: { ...scene.state, range: "layer" } };
  const picture = outputPicture(one, look, name);
  const isSlice = scene.axes === 3; // the page chooses the slice, all three show it
  offerPicture(VIEW + side, { ...picture, scale, note: scale.clipped.low || scale.clipped.high ? t("99 % lie within") : "", stats: null, file: `${scene.config.layer}-${side}`, onLead: undefined, onChoose: isSlice ? undefined : picture.onChoose });
}

/** @typedef {"bars" | "curve" | "cells" | "map"} How */

/**
 * @param {Both} both
 * @param {Drawn} side
 * @returns {How}
 */
function howOf({ scene }, { tensor, planes }) {
  if (isNamedRow(scene, tensor.shape)) return "bars";
  return scene.axes === 1 ? "curve" : isSmall(planes) ? "cells" : "map";
}

/** @type {Record<How, (place: HTMLElement, side: Drawn, both: Both, point: Point) => void>} */
const WAYS = { bars: drawBars, curve: drawCurve, cells: drawCells, map: drawMap };

/** @type {(typeof WAYS)["bars"]} */
function drawBars(place, { side, tensor, scale, span, at }, { scene }, point) {
  const on = (/** @type {number} */ x) => [...at.slice(0, -1), x];
  bars(place, {
    labels: namesFor(scene, tensor.shape), values: tensor.data, scale, span, chosen: placeOf(at).x,
    format: (value) => number(value, scene.config.digits ?? 2),
    onPick: (x) => point(side, on(x), true), onHover: (x) => point(side, on(x), false),
  });
  place.onpointerleave = () => point(side, null, false);
}

/** @type {(typeof WAYS)["bars"]} */
function drawCurve(place, { side, name, planes, scale, span, at }, _, point) {
  const { n, map } = shownOf(planes, at);
  signal(place, {
    values: plane(planes, n, map).data, span, scale, name, chosen: placeOf(at).x, width: Math.min(224, place.clientWidth || 224),
    onPick: (x, pin) => point(side, [...at.slice(0, -1), x], pin), onLeave: () => point(side, null, false),
  });
}

/** @type {(typeof WAYS)["bars"]} */
function drawCells(place, { side, name, planes, scale, at }, _, point) {
  const { n, map } = shownOf(planes, at);
  const { width, height } = plane(planes);
  const zoom = Math.floor((place.clientWidth || 224) / Math.max(width, height));
  const { y, x } = placeOf(at);
  const on = (/** @type {number} */ row, /** @type {number} */ col) => [...at.slice(0, -2), row, col];
  lens(place, {
    region: { start: [0, 0], rows: height, cols: width, zoom }, size: [height, width], ...colorsOf(planes, n, map, scale), label: name,
    window: { start: [y, x], stop: [y + 1, x + 1] },
    onPick: (row, col) => point(side, on(row, col), true), onHover: (cell) => point(side, cell && on(...cell), false),
  });
}

/** @type {(typeof WAYS)["bars"]} */
function drawMap(place, { side, name, planes, scale, at }, _, point) {
  const { n, map } = shownOf(planes, at);
  featureMaps(place, planes, {
    scale, n, maps: [map], zoom: zoomFor(place, planes), name, label: () => joined(name, t("map {map} (0 to {last})", { map, last: channels(planes) - 1 })),
    onPick: (picked) => point(side, picked, true), onHover: (hovered) => point(side, hovered, false),
  });
  setCursor(place, at);
}

/**
 * The map that the page shows, as far as this side has it.
 * @param {Tensor} planes
 * @param {readonly number[]} at
 */
function shownOf(planes, at) {
  const { n, map } = placeOf(at);
  return { n: Math.min(n, (planes.shape.at(-4) ?? 1) - 1), map: Math.min(map, channels(planes) - 1) };
}

/**
 * The same element in all three. On a map its mark moves; what is small is drawn anew.
 * @param {HTMLElement} place
 * @param {Both} both
 * @param {Point} point
 */
export function markSides(place, both, point) {
  for (const side of sidesOf(both)) {
    const how = howOf(both, side);
    const onto = /** @type {HTMLElement} */ (figureOf(place, side.side).querySelector(`[data-how=${how}]`));
    const { y, x } = placeOf(side.at);
    if (how === "map") mark(onto, { map: shownOf(side.planes, side.at).map, start: [y, x], stop: [y + 1, x + 1] });
    else if (how === "bars") onto.querySelectorAll("button").forEach((row, i) => row.setAttribute("aria-pressed", String(i === x)));
    else WAYS[how](onto, side, both, point);
  }
}

// @ts-check
// The maps of a lab: the input, the chosen output map, a lens under each, all maps in a row, the kernel in the rail.
import { weightScale } from "../color.js";
import { number, precise, shape } from "../format.js";
import { isRow, placeOf } from "../pick.js";
import { channels, plane, range } from "../tensor.js";
import { flatWindow, lensRegion } from "../terms.js";
import { t } from "../text.js";
import { featureMaps, setCursor } from "../views/feature_maps.js";
import { kernel } from "../views/kernel.js";
import { legend } from "../views/legend.js";
import { lens } from "../views/lens.js";
import { mark } from "../views/marker.js";
import { channelNames, inScale, isPicture, outScale } from "./lab_scales.js";
import { view, write } from "./page_text.js";

/** @typedef {import("./lab.js").Scene} Scene */
/** @typedef {import("./lab.js").Part} Part */
/** @typedef {import("../tensor.js").Tensor} Tensor */
/** @typedef {{start: number[], stop: number[]}} Window */

const NUMBERS_FIT = 28;
const LENS = 7;
const TILE = 56;
const MOST_TILES = 64;

/**
 * @param {HTMLElement} root
 * @param {import("./lab.js").Look} look
 * @returns {Part}
 */
export function mountMaps(root, look) {
  /** @type {Scene | null} */
  let last = null;
  const again = () => last && (draw(last), explain(last));
  matchMedia("(max-width: 900px)").addEventListener("change", again);
  /** @param {Scene} scene */
  const draw = (scene) => {
    last = scene;
    drawInput(root, scene);
    drawOutput(root, scene, look);
    drawTiles(root, scene, look);
    drawKernel(root, scene);
  };
  /** @param {Scene} scene */
  const explain = (scene) => {
    last = scene;
    drawLenses(root, scene, look);
  };
  return { draw, explain };
}

/** @param {Tensor} tensor */
function isSmall(tensor) {
  const { width, height } = plane(tensor);
  return tensor.shape.length > 1 && Math.max(width, height) <= LENS;
}

/**
 * Whole pixels where the plane is small, all of it where it is large.
 * @param {HTMLElement} place
 * @param {Tensor} tensor
 */
function zoomFor(place, tensor) {
  const { width, height } = plane(tensor);
  const fit = (place.clientWidth || 224) / Math.max(width, height);
  return fit >= 1 ? Math.floor(fit) : fit;
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 */
function drawInput(root, scene) {
  const place = view(root, "in-map");
  const { tensor, conversions, pictured } = scene.source;
  write(root, "in-shape", shape(tensor.shape));
  write(root, "conversions", conversions.join(t("; ")));
  drawAllInputs(root, scene);
  if (!place) return;
  const { n, map } = inputPlane(scene, scene.at);
  const whole = isPicture(scene) && pictured;
  const options = whole ? { picture: { min: 0, max: 1 } } : { scale: inScale(scene), maps: [map] };
  featureMaps(place, tensor, { ...options, n, zoom: zoomFor(place, tensor), name: t("Input") });
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 */
function drawAllInputs(root, scene) {
  const { tensor } = scene.source;
  const place = view(root, "in-maps");
  if (place) {
    const across = Math.min(2, channels(tensor));
    const zoom = ((place.clientWidth || 224) - 8 * (across - 1)) / across / plane(tensor).width;
    featureMaps(place, tensor, { scale: inScale(scene), zoom: zoom >= 1 ? Math.floor(zoom) : zoom });
  }
  const strip = view(root, "in-legend");
  if (strip) legend(strip, inScale(scene), { label: t("input value") });
}

/**
 * The plane of the input that belongs to an output element: its own channel, where there are as many.
 * @param {Scene} scene
 * @param {number[]} at
 */
function inputPlane({ source, tensors }, at) {
  const { n, map } = placeOf(at);
  const own = channels(source.tensor) === channels(tensors.output) ? map : 0;
  return { n: source.tensor.shape.length > 3 ? n : 0, map: own };
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {import("./lab.js").Look} look
 */
function drawOutput(root, scene, look) {
  const { output } = scene.tensors;
  const place = view(root, "out-map");
  write(root, "out-shape", shape(output.shape));
  if (!place || (place.hidden = isRow(output.shape))) return;
  const { n, map } = placeOf(scene.at);
  const scale = outScale(scene);
  featureMaps(place, output, {
    scale, n, maps: [map], zoom: zoomFor(place, output), name: t("Output"),
    onPick: (at) => look(at, true), onHover: (at) => look(at, false),
  });
  setCursor(place, scene.at);
  const { min, max } = scene.facts.stats;
  write(root, "out-map", channels(output) > 1 ? t("map {map} of {count}", { map: map + 1, count: channels(output) }) : "");
  write(root, "out-range", t("{min} to {max}", { min: number(min), max: number(max) }));
  const strip = view(root, "out-legend");
  if (strip) legend(strip, scale, { label: scale.clipped.low || scale.clipped.high ? t("99 % lie within") : "" });
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {import("./lab.js").Look} look
 */
function drawLenses(root, scene, look) {
  const { n, map, y, x } = placeOf(scene.at);
  const { output } = scene.tensors;
  const own = { start: [y, x], stop: [y + 1, x + 1] };
  const isEach = String(output.shape) === String(scene.source.tensor.shape);
  const looked = flatWindow(scene.element?.window) ?? (isEach ? own : null);
  const source = inputPlane(scene, scene.at);
  const inBox = lensOver(root, "in", scene.source.tensor, source, looked, inColors(scene, source), null);
  const outColors = colorsOf(output, n, map, outScale(scene));
  const outBox = lensOver(root, "out", output, { n, map }, own, outColors, (row, col) => look([...scene.at.slice(0, -2), row, col], true));
  markMap(root, "in-map", isPicture(scene) ? 0 : source.map, inBox, looked);
  markMap(root, "out-map", map, outBox, own);
}

/** @typedef {{color: (y: number, x: number) => import("../color.js").RGB, text: ((y: number, x: number) => string) | null}} Colors */

/**
 * @param {HTMLElement} root
 * @param {"in" | "out"} side
 * @param {Tensor} tensor
 * @param {{n: number, map: number}} which
 * @param {Window | null} window
 * @param {Colors} colors
 * @param {((y: number, x: number) => void) | null} onPick
 * @returns {Window | null} where the lens stands
 */
function lensOver(root, side, tensor, which, window, { color, text }, onPick) {
  const place = view(root, `${side}-lens`);
  const holder = /** @type {HTMLElement | null} */ (place?.closest(".lensed"));
  if (!place || !holder || (holder.hidden = tensor.shape.length < 2 || isRow(tensor.shape))) return null;
  const { width, height } = plane(tensor, which.n, which.map);
  const region = lensRegion({ size: [height, width], middle: window?.start ?? [height >> 1, width >> 1], window, cells: isSmall(tensor) ? Math.max(width, height) : LENS });
  const fits = region.zoom >= NUMBERS_FIT;
  const map = view(root, `${side}-map`);
  if (map) map.hidden = isSmall(tensor); // its lens shows all of it, with the numbers
  lens(place, { region, size: [height, width], color, text: fits ? text : null, window, onPick, label: t("The pixels around the marked place, enlarged") });
  write(root, `${side}-lens`, isSmall(tensor) ? "" : t("{rows} × {cols} at {zoom}×", { rows: region.rows, cols: region.cols, zoom: region.zoom }));
  const [top, left] = region.start;
  const isPadded = top < 0 || left < 0 || top + region.rows > height || left + region.cols > width;
  if (side === "in") write(root, "in-note", isPadded ? t("hatched: padding") : "");
  return { start: region.start, stop: [top + region.rows, left + region.cols] };
}

/**
 * @param {Tensor} tensor
 * @param {number} n
 * @param {number} map
 * @param {import("../color.js").Scale} scale
 * @returns {Colors}
 */
function colorsOf(tensor, n, map, scale) {
  const { width, data } = plane(tensor, n, map);
  return { color: (y, x) => scale.rgb(data[y * width + x]), text: (y, x) => shortly(data[y * width + x]) };
}

/** @param {number} value */
function shortly(value) {
  return number(value, Math.abs(value) >= 10 ? 0 : 1);
}

/**
 * @param {Scene} scene
 * @param {{n: number, map: number}} which
 * @returns {Colors}
 */
function inColors(scene, { n, map }) {
  const { tensor } = scene.source;
  if (!isPicture(scene) || channels(tensor) < 3) return colorsOf(tensor, n, map, inScale(scene));
  const { width } = plane(tensor);
  const planes = [0, 1, 2].map((channel) => plane(tensor, n, channel).data);
  const color = (/** @type {number} */ y, /** @type {number} */ x) => planes.map((data) => Math.round(data[y * width + x] * 255));
  return { color: /** @type {Colors["color"]} */ (color), text: null };
}

/**
 * On a large map the box is the lens, on a small one the window itself.
 * @param {HTMLElement} root
 * @param {string} name
 * @param {number} map
 * @param {Window | null} box
 * @param {Window | null} window
 */
function markMap(root, name, map, box, window) {
  const place = view(root, name);
  if (!place || place.hidden) return;
  const canvas = place.querySelector("canvas");
  const isCoarse = canvas && canvas.offsetWidth / canvas.width >= 4;
  const shown = window && (isCoarse || !box ? window : box);
  mark(place, shown && { map, ...shown });
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {import("./lab.js").Look} look
 */
function drawTiles(root, { tensors: { output }, at, ...scene }, look) {
  const part = /** @type {HTMLElement} */ (root.querySelector("[data-part=maps]"));
  const place = view(root, "maps");
  const count = channels(output);
  if (!place || (part.hidden = count < 2)) return;
  const { n, map } = placeOf(at);
  const { width, height } = plane(output);
  const fit = TILE / Math.max(width, height);
  featureMaps(place, output, {
    scale: outScale({ ...scene, tensors: { output }, at }), n, zoom: fit >= 1 ? Math.floor(fit) : fit, name: t("All feature maps"),
    maps: Array.from({ length: Math.min(count, MOST_TILES) }, (_, i) => i), // A tile is too small to mean a pixel: a click chooses its map.
    onPick: (place, { byKey }) => look(byKey ? place : [...place.slice(0, -2), ...at.slice(-2)], true),
  });
  setCursor(place, at);
  for (const canvas of place.querySelectorAll("canvas")) canvas.toggleAttribute("data-chosen", Number(canvas.dataset.map) === map);
  write(root, "maps-count", count > MOST_TILES ? t("the first {shown} of {count}", { shown: MOST_TILES, count }) : t("{count} maps, one scale", { count }));
}

/**
 * The weights of the chosen map, where the answer brought them.
 * @param {HTMLElement} root
 * @param {Scene} scene
 */
function drawKernel(root, scene) {
  const place = view(root, "weight");
  const { weight } = scene;
  if (!place || !weight) return;
  const { map } = placeOf(scene.at);
  const planes = Array.from({ length: channels(weight) }, (_, channel) => plane(weight, map, channel));
  const isSame = planes.every(({ data }) => data.every((value, i) => value === planes[0].data[i]));
  kernel(place, isSame ? planes.slice(0, 1) : planes.slice(0, 3), weightScale(range(weight.data)));
  const names = (channelNames(scene) ?? []).join(t(", "));
  const sum = Array.from(planes[0].data).reduce((total, value) => total + value, 0);
  const said = isSame && planes.length > 1 ? t("the same weights for {names}; they add up to {sum}", { names: names || t("all channels"), sum: precise(sum) }) : "";
  write(root, "weight-note", said || (isSame ? t("they add up to {sum}", { sum: precise(sum) }) : names));
}

// @ts-check
// The maps of a lab: the input, the chosen output map, a lens under each, all maps in a row, the kernel in the rail.
import { weightScale } from "../../data/color.js";
import { fullIndex } from "../../data/axes.js";
import { number, precise, shape, unbroken } from "../../data/format.js";
import { placeOf } from "../../data/pick.js";
import { channels, hasWholeNumbers, plane, range } from "../../data/tensor.js";
import { t } from "../../text.js";
import { featureMaps, setCursor } from "../../views/feature_maps.js";
import { kernel } from "../../views/kernel.js";
import { legend } from "../../views/legend.js";
import { onOtherWidth } from "../../views/room.js";
import { drawLenses } from "./lenses.js";
import { inputPlane, isNamedRow, metBy, outDepth, planar, weightIndex } from "./planar.js";
import { inputIndex, tell } from "./pointing.js";
import { channelNames, inScale, isPicture, outScale, rangeOf } from "./scales.js";
import { view, write } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../lab.js").Part} Part */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */

const TILE = 56;
const LINE = 24; // a single line of pixels is this high, to be seen
const MOST_TILES = 64;

/**
 * @param {HTMLElement} root
 * @param {import("../lab.js").Look} look
 * @returns {Part}
 */
export function mountMaps(root, look) {
  /** @type {Scene | null} */
  let last = null;
  let shownMap = 0;
  const again = () => last && (draw(last), explain(last));
  for (const pictures of root.querySelectorAll(".in, .out")) onOtherWidth(pictures, again);
  /** @param {Scene} scene */
  const draw = (scene) => {
    last = scene;
    root.dataset.axes = String(scene.axes);
    const flat = planar(scene);
    shownMap = inputPlane(flat).map;
    drawInput(root, flat);
    drawOutput(root, flat, lookFrom(scene, look));
    drawTiles(root, flat, lookFrom(scene, look));
    drawKernel(root, flat);
  };
  /** @param {Scene} scene */
  const explain = (scene) => {
    last = scene;
    const flat = planar(scene);
    if (inputPlane(flat).map !== shownMap || scene.axes === 3) drawInput(root, flat);
    shownMap = inputPlane(flat).map;
    const input = view(root, "in-map");
    const { n, map } = inputPlane(flat);
    if (input) setCursor(input, [n, map, ...(metBy(flat).box?.start.map((start) => Math.max(0, start)) ?? [])]);
    drawLenses(root, flat, lookFrom(scene, look));
  };
  return { draw, explain };
}

/**
 * What is picked on a plane, as an index of the output itself.
 * @param {Scene} scene
 * @param {import("../lab.js").Look} look
 * @returns {import("../lab.js").Look}
 */
function lookFrom(scene, look) {
  return (at, pin) => look(at && fullIndex(at, scene.axes, outDepth(scene)), pin);
}

/**
 * Whole pixels where the plane is small, all of it where it is large.
 * @param {HTMLElement} place
 * @param {Tensor} tensor
 */
export function zoomFor(place, tensor) {
  const { width, height } = plane(tensor);
  const fit = (place.clientWidth || 224) / Math.max(width, height);
  const zoom = fit >= 1 ? Math.floor(fit) : fit;
  return height === 1 && zoom < LINE ? /** @type {[number, number]} */ ([zoom, LINE]) : zoom;
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 */
function drawInput(root, scene) {
  const place = view(root, "in-map");
  const { tensor, conversions, pictured } = scene.source;
  write(root, "in-shape", givenShape(scene));
  write(root, "conversions", unbroken(conversions.join(t("; "))));
  drawAllInputs(root, scene);
  if (!place) return;
  const { n, map } = inputPlane(scene);
  const whole = isPicture(scene) && pictured && rangeOf(scene) !== "all";
  const options = whole ? { picture: { min: 0, max: 1 } } : { scale: inScale(scene), maps: [map] };
  featureMaps(place, tensor, { ...options, n, zoom: zoomFor(place, tensor), name: t("Input"), ...pointer(place, scene) });
}

/**
 * Pointing at the input: the first of its channels where a pixel stands for all of them.
 * @param {HTMLElement} place
 * @param {Scene} scene
 */
function pointer(place, scene) {
  const asked = scene.unplanar ?? scene;
  return {
    onHover: (/** @type {number[] | null} */ at) => tell(place, { of: "input", at: at && inputIndex(asked, at) }),
    // An arrow key points, as the pointer does; Enter pins, as a click does.
    onPick: (/** @type {number[]} */ at, /** @type {import("../../views/feature_maps.js").How} */ how) => tell(place, { of: "input", at: inputIndex(asked, at), pin: !how.byKey || how.isEnter }),
  };
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
    featureMaps(place, tensor, { scale: inScale(scene), zoom: zoom >= 1 ? Math.floor(zoom) : zoom, name: t("Input"), ...pointer(place, scene) });
  }
  const strip = view(root, "in-legend");
  if (strip) legend(strip, inScale(scene), { label: t("input value"), whole: hasWholeNumbers(tensor) });
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {import("../lab.js").Look} look
 */
function drawOutput(root, scene, look) {
  const { output } = scene.tensors;
  const place = view(root, "out-map");
  write(root, "out-shape", shape((scene.whole?.output ?? output).shape));
  if (!place || (place.hidden = isNamedRow(scene, output.shape))) return;
  const { n, map } = placeOf(scene.at);
  const scale = outScale(scene);
  featureMaps(place, output, {
    scale, n, maps: [map], zoom: zoomFor(place, output), name: t("Output"),
    onPick: (at) => look(at, true), onHover: (at) => look(at, false),
  });
  setCursor(place, scene.at);
  const { min, max } = scene.facts.stats;
  const digits = hasWholeNumbers(output) ? 0 : 2;
  write(root, "out-map", channels(output) > 1 ? t("map {map} (0 to {last})", { map, last: channels(output) - 1 }) : "");
  write(root, "out-range", t("{min} to {max}", { min: number(min, digits), max: number(max, digits) }));
  const strip = view(root, "out-legend");
  if (strip) legend(strip, scale, { label: scale.clipped.low || scale.clipped.high ? t("99 % lie within") : "", whole: !digits });
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {import("../lab.js").Look} look
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
    scale: outScale({ ...scene, state: { ...scene.state, range: "layer" }, tensors: { output }, at }), n, zoom: fit >= 1 ? Math.floor(fit) : fit, name: t("All feature maps"),
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
  const index = (/** @type {number} */ channel, /** @type {number} */ y, /** @type {number} */ x) => weightIndex(scene, [map, channel, y, x]);
  kernel(place, isSame ? planes.slice(0, 1) : planes.slice(0, 3), weightScale(range(weight.data)), { index });
  const names = (channelNames(scene) ?? []).join(t(", "));
  const sum = Array.from(planes[0].data).reduce((total, value) => total + value, 0);
  const said = isSame && planes.length > 1 ? t("the same weights for {names}; they add up to {sum}", { names: names || t("all channels"), sum: precise(sum) }) : "";
  write(root, "weight-note", said || (isSame ? t("they add up to {sum}", { sum: precise(sum) }) : names));
}

/**
 * What was sent, and the row that the layer laid it out in first, if it did.
 * @param {Scene} scene
 */
function givenShape({ source, facts }) {
  const [sent, taken] = [source.tensor.shape, facts.input.shape];
  return sent.length > taken.length ? `${shape(sent)} → ${shape(taken)}` : shape(taken);
}

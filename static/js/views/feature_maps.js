// @ts-check
// A tensor as a grid of pictures, a canvas for each plane; a pixel of it can be pointed at and picked.
import { paint, paintPicture } from "../data/color.js";
import { channels, plane } from "../data/tensor.js";
import { t } from "../text.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../data/color.js").Scale} Scale */
/**
 * @typedef {object} MapsOptions
 * @property {Scale | null} [scale] the colours, shared by all maps
 * @property {{min: number, max: number} | null} [picture] draw all planes as one picture instead; the values of black and white
 * @property {number} [n] which sample of the batch
 * @property {number[] | null} [maps] which planes, in order; all when absent
 * @property {number | [number, number]} [zoom] screen pixels for each value, across and down
 * @property {string} [name] what the whole is, for those who do not see it
 * @property {(map: number) => string} [label] what one map is
 * @property {((at: number[] | null) => void) | null} [onHover] the pixel under the pointer, null when it leaves
 * @property {((at: number[], how: How) => void) | null} [onPick] a click, an arrow key or Enter
 */
/** @typedef {{byKey: boolean, isEnter?: boolean}} How */
/** @typedef {{tensor: Tensor, options: MapsOptions, cursor: readonly number[]}} Drawn cursor: where the arrow keys go on from */

/** @type {WeakMap<Element, Drawn>} */
const drawn = new WeakMap();

/**
 * Draws into `element`; called again it paints anew and keeps the canvases.
 * @param {HTMLElement} element
 * @param {Tensor} tensor
 * @param {MapsOptions} [options]
 */
export function featureMaps(element, tensor, options = {}) {
  const { scale = null, picture = null, n = 0, zoom = 1, name = "", label = mapLabel(tensor), onPick = null } = options;
  const numbers = picture ? [0] : (options.maps ?? Array.from({ length: channels(tensor) }, (_, map) => map));
  const canvases = fitCanvases(element, numbers);
  canvases.forEach((canvas, i) => {
    show(canvas, tensor, { n, map: numbers[i], scale: picture ? null : scale, picture, zoom });
    canvas.setAttribute("aria-label", picture ? name : label(numbers[i]));
  });
  if ((onPick || options.onHover) && !element.dataset.listens) listen(element);
  drawn.set(element, { tensor, options, cursor: drawn.get(element)?.cursor ?? [] });
  if (onPick) makeFocusable(element, name);
}

/**
 * The arrow keys go on from here. While the keys are in use they know better than an answer that comes late.
 * @param {HTMLElement} element
 * @param {readonly number[]} at
 */
export function setCursor(element, at) {
  const state = drawn.get(element);
  if (state && element !== document.activeElement) state.cursor = at;
}

/** @param {Tensor} tensor */
function mapLabel(tensor) {
  /** @param {number} map */
  return (map) => t("map {map} (0 to {last})", { map, last: channels(tensor) - 1 });
}

/**
 * The maps, without what is laid over them.
 * @param {HTMLElement} element
 */
function canvasesOf(element) {
  return /** @type {HTMLCanvasElement[]} */ ([...element.querySelectorAll("canvas:not(.lit, .heat)")]);
}

/**
 * @param {HTMLElement} element
 * @param {number[]} numbers
 */
function fitCanvases(element, numbers) {
  const canvases = canvasesOf(element);
  while (canvases.length < numbers.length) {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    element.append(canvas);
    canvases.push(canvas);
  }
  for (const extra of canvases.splice(numbers.length)) extra.remove();
  canvases.forEach((canvas, i) => (canvas.dataset.map = String(numbers[i])));
  return canvases;
}

/** @type {WeakMap<HTMLCanvasElement, unknown[]>} the numbers that each shows, and in which colours */
const painted = new WeakMap();

/**
 * What is on the canvas already is not painted again: an input stays the same while its layer's settings change.
 * @param {HTMLCanvasElement} canvas
 * @param {Tensor} tensor
 * @param {{n: number, map: number, scale: Scale | null, picture: {min: number, max: number} | null, zoom: number | [number, number]}} options
 */
function show(canvas, tensor, { n, map, scale, picture, zoom }) {
  const { width, height, data } = plane(tensor, n, map);
  const [across, down] = typeof zoom === "number" ? [zoom, zoom] : zoom;
  Object.assign(canvas.style, { width: `${width * across}px`, height: `${height * down}px` });
  const now = [tensor.data, String(tensor.shape), n, map, scale?.lut, ...[scale ?? picture].flatMap((ends) => [ends?.min, ends?.max])];
  if (painted.get(canvas)?.every((one, i) => one === now[i])) return;
  painted.set(canvas, now);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const pixels = scale ? paint(data, scale) : paintPicture(tensor, { n, ...picture });
  const bytes = new Uint8ClampedArray(/** @type {ArrayBuffer} */ (pixels.buffer));
  canvas.getContext("2d")?.putImageData(new ImageData(bytes, width, height), 0, 0);
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 */
function makeFocusable(element, name) {
  element.tabIndex = 0;
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", t("{name}. Arrow keys move, Page Up and Page Down change the map.", { name }));
}

/** @param {HTMLElement} element */
function listen(element) {
  element.dataset.listens = "true";
  element.addEventListener("pointermove", (event) => hover(element, pixelUnder(element, event)));
  element.addEventListener("pointerleave", () => hover(element, null));
  element.addEventListener("blur", () => drawn.get(element)?.options.onHover?.(null));
  element.addEventListener("click", (event) => {
    pick(element, pixelUnder(element, event), { byKey: false });
  });
  element.addEventListener("keydown", (event) => {
    const at = moved(element, event.key);
    if (!at) return;
    event.preventDefault();
    pick(element, at, { byKey: true, isEnter: event.key === "Enter" });
  });
}

/**
 * @param {HTMLElement} element
 * @param {number[] | null} at
 * @param {How} how
 */
function pick(element, at, how) {
  const state = drawn.get(element);
  if (!at || !state) return;
  state.cursor = at;
  state.options.onPick?.(at, how);
}

/** @type {WeakMap<Element, string>} */
const hovered = new WeakMap();

/**
 * Tells of a pixel once, not for every move of the pointer inside it.
 * @param {HTMLElement} element
 * @param {number[] | null} at
 */
function hover(element, at) {
  const key = String(at);
  if (hovered.get(element) === key) return;
  hovered.set(element, key);
  drawn.get(element)?.options.onHover?.(at);
}

/**
 * @param {HTMLElement} element
 * @param {MouseEvent} event
 * @returns {number[] | null}
 */
function pixelUnder(element, event) {
  const canvas = event.target;
  const state = drawn.get(element);
  if (!(canvas instanceof HTMLCanvasElement) || !state) return null;
  const box = canvas.getBoundingClientRect();
  const x = Math.floor(((event.clientX - box.left) / box.width) * canvas.width);
  const y = Math.floor(((event.clientY - box.top) / box.height) * canvas.height);
  return toIndex(state, Number(canvas.dataset.map), clamp(y, canvas.height), clamp(x, canvas.width));
}

/**
 * The index into the tensor, as long as its rank.
 * @param {Drawn} state
 * @param {number} map
 * @param {number} y
 * @param {number} x
 */
function toIndex({ tensor, options: { n = 0 } }, map, y, x) {
  return tensor.shape.length > 4 ? [n, map, y, x] : [n, map, y, x].slice(4 - tensor.shape.length);
}

/**
 * @param {number} value
 * @param {number} size
 */
function clamp(value, size) {
  return Math.max(0, Math.min(size - 1, value));
}

/** @type {Record<string, [number, number, number]>} map, down, across */
const STEPS = {
  ArrowLeft: [0, 0, -1],
  ArrowRight: [0, 0, 1],
  ArrowUp: [0, -1, 0],
  ArrowDown: [0, 1, 0],
  PageUp: [-1, 0, 0],
  PageDown: [1, 0, 0],
};

/**
 * @param {HTMLElement} element
 * @param {string} key
 */
function moved(element, key) {
  const state = drawn.get(element);
  const step = STEPS[key];
  if (!state || (!step && key !== "Enter")) return null;
  const numbers = canvasesOf(element).map(({ dataset }) => Number(dataset.map));
  const { width, height } = plane(state.tensor);
  const [map, y, x] = [0, 0, 0, ...state.cursor].slice(-3);
  const [over, down, across] = step ?? [0, 0, 0];
  const place = clamp(Math.max(0, numbers.indexOf(map)) + over, numbers.length);
  return toIndex(state, numbers[place], clamp(y + down, height), clamp(x + across, width));
}

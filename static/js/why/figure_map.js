// @ts-check
// A map of a live figure: drawn as any other, and offered full size by a button at its caption.
import { offerPicture } from "../pages/shared/pictures.js";
import { zoomButton } from "../pages/zoom/button.js";
import { featureMaps } from "../views/feature_maps.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */

/**
 * @param {HTMLElement} place
 * @param {Tensor} tensor
 * @param {import("../views/feature_maps.js").MapsOptions & {scale: import("../data/color.js").Scale}} options
 */
export function figureMap(place, tensor, options) {
  featureMaps(place, tensor, options);
  const { maps, name, label, scale, picture = null } = options;
  offerMap(place, tensor, { title: name || label?.(0) || "", scale, picture, map: maps?.length === 1 ? maps[0] : null });
}

/**
 * @param {HTMLElement} place beside whose caption the button stands
 * @param {Tensor} tensor
 * @param {object} options
 * @param {string} options.title
 * @param {import("../data/color.js").Scale} options.scale
 * @param {{min: number, max: number} | null} [options.picture] its channels can be seen as one picture
 * @param {number | null} [options.map] the one that is seen; null: all of them
 */
export function offerMap(place, tensor, { title, scale, picture = null, map = null }) {
  const count = tensor.shape.length - 2;
  const isTiled = map === null && (tensor.shape.at(-3) ?? 1) > 1;
  const name = nameOf(place);
  offerPicture(name, {
    title, tensor, scale, file: name, isShared: true, colours: picture,
    lead: Array.from({ length: count }, (_, axis) => (axis === count - 1 ? (map ?? 0) : 0)),
    axes: Array.from({ length: count }, (_, axis) => (axis === count - 1 ? "map" : "sample")),
    ...(isTiled && { tiled: count - 1 }),
  });
  const around = place.parentElement;
  if (!around || around.querySelector(`[data-zoom="${name}"]`)) return;
  const caption = around.querySelector(":scope > :is(.cap, figcaption, p)");
  if (caption) caption.append(zoomButton(name, title));
  else place.after(zoomButton(name, title));
}

/** @type {WeakMap<Element, number>} */
const named = new WeakMap();

/**
 * The figure's name and a number: the same at each visit, as a figure draws its maps in order.
 * @param {HTMLElement} place
 */
function nameOf(place) {
  const figure = /** @type {HTMLElement} */ (place.closest("[data-why]"));
  if (!place.dataset.offers) {
    const count = named.get(figure) ?? 0;
    named.set(figure, count + 1);
    place.dataset.offers = `why-${figure.dataset.why}-${count}`;
  }
  return place.dataset.offers;
}

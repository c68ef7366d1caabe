// @ts-check
// Which tiles of a network's graph belong to one of them: those it is made of, those it makes, those beside it.
import { madeOf, makes } from "../data/map_links.js";
import { isOneToOne, shownTiles } from "./stage_links.js";

/** @typedef {import("./stage_box.js").StageBox} StageBox */
/** @typedef {{made: number, makes: number}} Kin how many maps it is made of, and helps to make */
/** @typedef {{box: StageBox, map: number, tile: HTMLElement}} Which */
/** @typedef {{tiles: [HTMLElement, HTMLElement], stages: [number, number], maps: [number, number]}} Pair what is made of what */

/**
 * @param {Which} which
 * @param {ReadonlyMap<number, StageBox>} boxes
 * @param {readonly import("./stage_links.js").Join[]} joins
 * @returns {{pairs: Pair[], kin: Kin}} pairs: of tiles that are shown; kin: of all
 */
export function kinOf({ box, map, tile }, boxes, joins) {
  /** @type {Pair[]} */
  const pairs = [];
  const kin = { made: 0, makes: 0 };
  for (const { from, to, links } of joins) {
    const isParent = to === box.number;
    const other = isParent ? boxes.get(from) : from === box.number ? boxes.get(to) : null;
    if (!other) continue;
    const known = box.laid.isRow || other.laid.isRow ? null : links;
    const span = isParent ? madeOf(known, other.laid.maps, map) : makes(known, box.laid.maps, other.laid.maps, map);
    kin[isParent ? "made" : "makes"] += span.stop - span.start;
    for (const found of inSpan(other, span)) {
      const theirs = Number(found.dataset.map);
      pairs.push({ tiles: isParent ? [found, tile] : [tile, found], stages: [from, to], maps: isParent ? [theirs, map] : [map, theirs] });
    }
  }
  return { pairs, kin };
}

/**
 * A stage and those whose maps are each made of one of its own, or make one: they are seen page by page together.
 * @param {number} number
 * @param {ReadonlyMap<number, StageBox>} boxes
 * @param {readonly import("./stage_links.js").Join[]} joins
 */
export function alongOf(number, boxes, joins) {
  const along = new Set([number]);
  for (const at of along) {
    for (const { from, to, links } of joins) {
      const [before, after] = [boxes.get(from), boxes.get(to)];
      const isAlong = (from === at || to === at) && before && after && isOneToOne(links, before, after) && before.laid.maps === after.laid.maps;
      if (isAlong) along.add(from).add(to);
    }
  }
  return along;
}

/**
 * The tiles of a box whose maps lie in a span.
 * @param {StageBox} box
 * @param {import("../data/map_links.js").Span} span
 */
function inSpan(box, { start, stop }) {
  const [shown, maps] = [shownTiles(box), box.maps];
  if (box.isOne) return stop > start ? shown : [];
  return shown.filter((_, i) => maps[i] >= start && maps[i] < stop);
}

const TILES = ".tile:not([hidden])";

/**
 * The next tile: up and down in its column, left and right in the next one, as far down.
 * @param {HTMLElement} tile
 * @param {string} key
 * @returns {HTMLElement | null}
 */
export function besideTile(tile, key) {
  const column = tile.closest(".column");
  const own = tilesIn(column);
  const place = own.indexOf(tile);
  if (key === "ArrowDown" || key === "ArrowUp") return own[place + (key === "ArrowDown" ? 1 : -1)] ?? null;
  const there = tilesIn(key === "ArrowRight" ? column?.nextElementSibling : key === "ArrowLeft" ? column?.previousElementSibling : null);
  return there[Math.min(place, there.length - 1)] ?? null;
}

/** @param {Element | null | undefined} column */
function tilesIn(column) {
  return /** @type {HTMLElement[]} */ ([...(column?.querySelectorAll(TILES) ?? [])]);
}

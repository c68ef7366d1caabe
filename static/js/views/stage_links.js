// @ts-check
// The lines of a network's graph: faint ones for all that hangs together, strong ones for the map that is pointed at.
import { svg } from "./svg.js";

/** @typedef {import("./stage_box.js").StageBox} StageBox */
/** @typedef {{from: number, to: number, links: import("../data/map_links.js").Links | null}} Join */
/** @typedef {{x: number, y: number}} Point */
/** @typedef {{colour: string, width: number}} Line */

const [LOW, BESIDE, ROUND] = [8, 18, 8];

/**
 * All lines, each pair of stages one path.
 * @param {SVGElement} place
 * @param {ReadonlyMap<number, StageBox>} boxes
 * @param {readonly Join[]} joins
 * @param {(number: number) => number} columnOf
 */
export function drawLinks(place, boxes, joins, columnOf) {
  const paths = joins.flatMap(({ from, to, links }) => {
    const [before, after] = [boxes.get(from), boxes.get(to)];
    if (!before || !after) return [];
    const span = columnOf(to) - columnOf(from);
    const d = span > 1 ? around(before, after, LOW + 4 * Math.min(8, span) + lowest(boxes, columnOf, columnOf(from), columnOf(to))) : isOneToOne(links, before, after) ? parallel(before, after) : fan(before, after);
    return [svg("path", { d, class: span > 1 ? "far" : null })];
  });
  place.replaceChildren(...paths);
}

/**
 * From every tile to a knot between the two stages, and on to every tile.
 * @param {StageBox} before
 * @param {StageBox} after
 */
function fan(before, after) {
  const [starts, ends] = [shownTiles(before).map(rightOf), shownTiles(after).map(leftOf)];
  if (!starts.length || !ends.length) return "";
  const knot = { x: (starts[0].x + ends[0].x) / 2, y: (middle(starts) + middle(ends)) / 2 };
  return [...starts.map((point) => curve(point, knot)), ...ends.map((point) => curve(knot, point))].join("");
}

/**
 * Whether each map is made of one alone.
 * @param {Join["links"]} links
 * @param {StageBox} before
 * @param {StageBox} after
 */
export function isOneToOne(links, before, after) {
  return Boolean(links) && links?.groups === links?.maps && !before.laid.isRow && !after.laid.isRow && !before.isOne;
}

/**
 * From every tile to the one that is made of it, where both are shown.
 * @param {StageBox} before
 * @param {StageBox} after
 */
function parallel(before, after) {
  const own = shownTiles(before);
  return shownTiles(after).flatMap((tile) => {
    const other = own.find(({ dataset }) => dataset.map === tile.dataset.map);
    return other ? [curve(rightOf(other), leftOf(tile))] : [];
  }).join("");
}

/**
 * Past the stages that lie between: down beside the one, below them, up beside the other.
 * @param {StageBox} before
 * @param {StageBox} after
 * @param {number} low
 */
function around(before, after, low) {
  const [start, end] = [shownTiles(before).map(rightOf).at(-1), shownTiles(after).map(leftOf).at(-1)];
  if (!start || !end) return "";
  const [down, up] = [start.x + BESIDE, end.x - BESIDE];
  return `M${start.x} ${start.y}Q${down} ${start.y} ${down} ${start.y + ROUND}V${low - ROUND}Q${down} ${low} ${down + ROUND} ${low}H${up - ROUND}Q${up} ${low} ${up} ${low - ROUND}V${end.y + ROUND}Q${up} ${end.y} ${end.x} ${end.y}`;
}

/**
 * How far down the stages between two columns reach, those two among them.
 * @param {ReadonlyMap<number, StageBox>} boxes
 * @param {(number: number) => number} columnOf
 * @param {number} from
 * @param {number} to
 */
function lowest(boxes, columnOf, from, to) {
  const between = [...boxes.values()].filter(({ number }) => columnOf(number) >= from && columnOf(number) <= to);
  return Math.max(...between.map(({ element }) => element.offsetTop + element.offsetHeight));
}

/**
 * The lines of a tile that is pointed at, each as strong as what it stands for; the strongest lie on top.
 * @param {SVGElement} place
 * @param {readonly import("./stage_kin.js").Pair[]} pairs
 * @param {(pair: import("./stage_kin.js").Pair) => Line | null} lineOf null: nothing is known of it
 */
export function drawLit(place, pairs, lineOf) {
  const lines = pairs.map((pair) => ({ pair, line: lineOf(pair) })).sort((a, b) => (a.line?.width ?? 0) - (b.line?.width ?? 0));
  const paths = lines.flatMap(({ pair: { tiles: [one, other] }, line }) => {
    const d = curve(rightOf(one), leftOf(other));
    if (!line) return [svg("path", { d })];
    const [casing, path] = [svg("path", { d, class: "casing" }), svg("path", { d, class: "weighed" })];
    // The style sheet's own would win over attributes.
    Object.assign(path.style, { stroke: line.colour, strokeWidth: line.width.toFixed(2) });
    casing.style.strokeWidth = (line.width + 1.5).toFixed(2);
    return [casing, path];
  });
  place.replaceChildren(...paths);
}

/** @param {StageBox} box */
export function shownTiles({ tiles }) {
  return tiles.filter((tile) => !tile.hidden);
}

/**
 * @param {Point} from
 * @param {Point} to
 */
function curve(from, to) {
  const half = (from.x + to.x) / 2;
  return `M${from.x} ${from.y}C${half} ${from.y} ${half} ${to.y} ${to.x} ${to.y}`;
}

/** @param {readonly Point[]} points */
function middle(points) {
  return (points[0].y + points[points.length - 1].y) / 2;
}

/** @param {HTMLElement} tile */
function placeOf(tile) {
  const tiles = /** @type {HTMLElement} */ (tile.parentElement);
  const box = /** @type {HTMLElement} */ (tiles.parentElement);
  return { left: box.offsetLeft + tiles.offsetLeft + tile.offsetLeft, top: box.offsetTop + tiles.offsetTop + tile.offsetTop };
}

/** @param {HTMLElement} tile @returns {Point} */
function rightOf(tile) {
  const { left, top } = placeOf(tile);
  return { x: left + tile.offsetWidth, y: top + tile.offsetHeight / 2 };
}

/** @param {HTMLElement} tile @returns {Point} */
function leftOf(tile) {
  const { left, top } = placeOf(tile);
  return { x: left, y: top + tile.offsetHeight / 2 };
}

// @ts-check
// What one stage of a chain or a network made, in one strip: its first maps beside each other, or its numbers.
import { folded } from "../fold.js";
import { number } from "../format.js";
import { asMaps, laidOut } from "../planes.js";
import { plane } from "../tensor.js";
import { t } from "../text.js";
import { featureMaps } from "./feature_maps.js";
import { numberGrid } from "./number_grid.js";
import { drawing } from "./svg.js";

/** @typedef {import("../tensor.js").Tensor} Tensor */
/**
 * @typedef {object} StripOptions
 * @property {import("../color.js").Scale} scale
 * @property {string} name what the whole is, for those who do not see it
 * @property {number} [size] of a tile, in pixels
 * @property {number} [lines] of tiles
 */

const GAP = 4;
const CELL = { width: 56, height: 24 };
const FEW = 16; // numbers that are written
const WIDE = { least: 4, most: 16, height: 12 }; // a cell of a long row
const LINE = 24; // a map of one row is this high, to be seen

/**
 * @param {HTMLElement} element
 * @param {Tensor} tensor
 * @param {StripOptions} options
 * @returns {{shown: number, count: number}} maps, or numbers
 */
export function stageStrip(element, tensor, { scale, name, size = 56, lines = 1 }) {
  const room = element.clientWidth || 320;
  const { isRow, count, maps: all } = laidOut(tensor.shape);
  const isWritten = isRow && count <= FEW;
  for (const other of element.querySelectorAll(isWritten ? "canvas" : "svg")) other.remove();
  if (isWritten) return writeNumbers(element, tensor.data, { scale, name, room });
  if (isRow) return drawRow(element, tensor, { scale, name, room });
  const { width, height } = plane(tensor);
  const fit = size / Math.max(width, height);
  const zoom = fit >= 1 ? Math.floor(fit) : fit;
  const shown = Math.min(all, Math.max(1, Math.floor((room + GAP) / (width * zoom + GAP))) * lines);
  const tall = height === 1 ? LINE : zoom;
  featureMaps(element, asMaps(tensor), { scale, name, zoom: [zoom, tall], maps: Array.from({ length: shown }, (_, i) => i), label: (map) => t("{name}, map {map} of 0 to {last}", { name, map, last: all - 1 }) });
  return { shown, count: all };
}

/**
 * @param {HTMLElement} element
 * @param {Tensor["data"]} data
 * @param {{scale: import("../color.js").Scale, name: string, room: number}} options
 */
function writeNumbers(element, data, { scale, name, room }) {
  const cols = Math.min(data.length, Math.max(1, Math.floor(room / CELL.width)));
  const rows = Math.ceil(data.length / cols);
  const cell = (/** @type {number} */ y, /** @type {number} */ x) => {
    const at = y * cols + x;
    return at < data.length ? { rgb: scale.rgb(data[at]), text: number(data[at], 3), title: `[${at}] = ${data[at]}` } : null;
  };
  const label = t("{name}: {values}", { name, values: Array.from(data, (value) => number(value, 3)).join(t(", ")) });
  element.replaceChildren(drawing(cols * CELL.width, rows * CELL.height, label, numberGrid({ rows, cols, ...CELL, cell })));
  return { shown: data.length, count: data.length };
}

/**
 * @param {HTMLElement} element
 * @param {Tensor} row
 * @param {{scale: import("../color.js").Scale, name: string, room: number}} options
 */
function drawRow(element, row, { scale, name, room }) {
  const count = row.data.length;
  const across = Math.max(WIDE.least, Math.min(WIDE.most, Math.floor(room / count)));
  const sheet = folded(row, Math.max(1, Math.floor(room / across)), FEW);
  featureMaps(element, sheet, { scale, name, zoom: [across, WIDE.height], label: () => t("{name}, {count} numbers", { name, count }) });
  const [canvas, [rows, cols]] = [element.querySelector("canvas"), sheet.shape.slice(-2)];
  if (rows * cols > count) canvas?.getContext("2d")?.clearRect(cols - (rows * cols - count), rows - 1, cols, 1); // no number, no colour
  return { shown: Math.min(count, sheet.data.length), count };
}

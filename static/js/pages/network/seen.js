// @ts-check
// Where in the last maps a class was seen: its activation map, laid over the picture.
import { valueScale } from "../../data/color.js";
import { count, precise, shape } from "../../data/format.js";
import { equalLimits } from "../../data/occlusion.js";
import { seenOf } from "../../data/seen.js";
import { range } from "../../data/tensor.js";
import { sentences, t } from "../../text.js";
import { heatOver } from "../../views/heat.js";
import { legend } from "../../views/legend.js";
import { mark } from "../../views/marker.js";
import { drawPictureIn } from "./pictures.js";
import { offerPicture } from "../shared/pictures.js";
import { view, write } from "../shared/page_text.js";

/** @typedef {import("./reasons.js").Asked} Asked */
/** @typedef {{stage: number, bias: number, cells: (number | null)[][]}} Seen */

/**
 * @param {HTMLElement} root
 * @param {import("./panel.js").Config} config
 * @param {Asked} asked
 * @param {Seen | null} seen null: there is no such map
 */
export function showSeen(root, config, asked, seen) {
  const part = /** @type {HTMLElement} */ (root.querySelector("[data-part=map]"));
  part.hidden = !seen;
  root.classList.toggle("mapless", !seen);
  write(root, "no-map", seen ? "" : t("This network has none: its scores are sums of numbers that have no place in the picture any more. There is one where the scores weigh the last maps, or the mean of each."));
  if (!seen) return;
  const { run, size, names, chosen } = asked;
  const picture = /** @type {HTMLElement} */ (view(root, "seen"));
  drawPictureIn(picture, run, config);
  const name = t("Where {name} was seen", { name: names[chosen] });
  const values = seen.cells.flat().map((value) => value ?? NaN);
  const scale = valueScale({ ...range(values), signed: true });
  const [rows, columns] = [seen.cells.length, seen.cells[0].length];
  heatOver(picture, {
    rows: equalLimits(rows, size[0]), columns: equalLimits(columns, size[1]), values: seen.cells, scale,
    name,
    onPoint: (cell) => tell(root, config, asked, seen, cell),
  });
  offerPicture("seen", { title: name, file: `${config.file}-class-map`, tensor: { shape: [1, 1, rows, columns], data: Float32Array.from(values), dtype: "float32" }, axes: ["sample", "map"], lead: [0, 0], scale, note: t("part of the score"), isShared: true });
  const format = (/** @type {number} */ value) => (value === 0 ? "0" : value < 0 ? t("against: {value}", { value: precise(value) }) : t("for: {value}", { value: precise(value) }));
  legend(/** @type {HTMLElement} */ (view(root, "seen-legend")), scale, { format });
  const sum = values.reduce((all, value) => all + value, 0);
  write(root, "seen-sum", t("The {count} cells add up to {sum}; with the bias of {bias} that is the score of {name}, {score}.", { count: count(rows * columns), sum: precise(sum), bias: precise(seen.bias), name: names[chosen], score: precise(sum + seen.bias) }));
  tell(root, config, asked, seen, null);
}

/**
 * @param {HTMLElement} root
 * @param {import("./panel.js").Config} config
 * @param {Asked} asked
 * @param {Seen} seen
 * @param {[number, number] | null} cell
 */
function tell(root, config, { size, names, chosen }, { stage, cells }, cell) {
  const picture = /** @type {HTMLElement} */ (view(root, "seen"));
  const sizes = shape([cells.length, cells[0].length]);
  const of = config.stages[stage];
  if (!cell) {
    mark(picture, null);
    return write(root, "seen-at", of ? t("{sizes} cells, the places of the maps of {stage}. Point at one.", { sizes, stage: of.name }) : t("{sizes} cells, the pixels of the picture. Point at one.", { sizes }));
  }
  const [row, column] = cell;
  const box = seenOf(of?.receptive_field, cell, size);
  const isKnown = of?.sees !== "unknown";
  const isAll = !of || !isKnown || box.start.every((first) => first === 0) && box.stop.every((stop, axis) => stop === size[axis]);
  mark(picture, isAll ? { start: [(row * size[0]) / cells.length, (column * size[1]) / cells[0].length], stop: [((row + 1) * size[0]) / cells.length, ((column + 1) * size[1]) / cells[0].length] } : box);
  const added = t("Row {row}, column {column}: {value} to the score of {name}.", { row, column, value: precise(cells[row][column] ?? NaN), name: names[chosen] });
  const saw = isAll ? t("It has seen all of the picture.") : t("It has seen what is marked: {seen} pixels.", { seen: shape(box.stop.map((stop, axis) => stop - box.start[axis])) });
  write(root, "seen-at", sentences(added, of && isKnown ? saw : ""));
}

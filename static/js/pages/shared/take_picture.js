// @ts-check
// A picture as files: what is seen as PNG and SVG, the sheet's numbers as CSV, the tensor as .npy.
import { paint, paintPicture } from "../../data/color.js";
import { clearBetween, sheetOf, tiledSheet, toCsv } from "../../data/sheet.js";
import { toNpy } from "../../data/tensor.js";
import { legendTexts } from "../../views/legend.js";
import { hasRoom } from "../../views/sheet_cells.js";
import { sheetCanvas, sheetSvg } from "../../views/sheet_svg.js";
import { svgText } from "../../views/standalone.js";
import { cellSize, fitZoom } from "../../data/zoom.js";
import { save } from "./page_text.js";

/** @typedef {import("./pictures.js").Picture} Picture */
/** @typedef {"png" | "svg" | "csv" | "npy"} Form */

const LARGEST_PNG = 4096; // pixels
const PAGE = { width: 640, height: 640 }; // what a drawing fills when nothing says how large it is

/**
 * The sheet of a picture and its colours.
 * @param {Picture} picture
 * @param {number[]} lead
 * @param {boolean} isColoured in the colours of the picture itself
 */
export function sheetIn({ tensor, scale, colours, axes, tiled }, lead, isColoured) {
  if (tiled !== undefined) {
    const sheet = tiledSheet(tensor, lead, tiled);
    const pixels = paint(sheet.values, scale);
    clearBetween(sheet, pixels);
    return { sheet, pixels };
  }
  const sheet = sheetOf(tensor, lead);
  const n = axes.length > 1 ? sheet.lead[axes.length - 2] : 0;
  const pixels = isColoured && colours ? paintPicture(tensor, { n, ...colours }) : paint(sheet.values, scale);
  return { sheet, pixels };
}

/**
 * A colour picture shows three numbers in each cell, of which none is its own.
 * @param {Picture} picture
 * @param {boolean} isColoured
 */
export function isNumbered({ tensor }, isColoured) {
  return !isColoured || (tensor.shape.at(-3) ?? 1) < 3;
}

/**
 * @param {Picture} picture
 * @param {Form} form
 * @param {{lead?: number[], isColoured?: boolean, cell?: readonly number[], title?: string}} [seen] as it is seen now
 */
export function takePicture(picture, form, { lead = picture.lead, isColoured = false, cell, title = picture.title } = {}) {
  const { sheet, pixels } = sheetIn(picture, lead, isColoured);
  const size = cell ?? cellSize(sheet, fitZoom(sheet, PAGE));
  const whole = size.map((length) => Math.max(1, Math.floor(length)));
  const { file, scale, note } = picture;
  if (form === "npy") return save(new Blob([toNpy(picture.tensor)], { type: "application/x-npy" }), `${file}.npy`);
  if (form === "csv") return save(new Blob([toCsv(sheet)], { type: "text/csv" }), `${file}.csv`);
  if (form === "png") return enlarged(sheetCanvas(sheet, pixels), whole).toBlob((blob) => blob && save(blob, `${file}.png`));
  const numbered = hasRoom(whole) && isNumbered(picture, isColoured);
  const drawing = sheetSvg({ sheet, pixels, cell: whole, numbered, title, scale, legend: legendTexts(scale, { label: note }) });
  return save(new Blob([svgText(drawing)], { type: "image/svg+xml" }), `${file}.svg`);
}

/**
 * @param {HTMLCanvasElement} small
 * @param {number[]} cell
 */
function enlarged(small, [across, down]) {
  const least = Math.max(1, Math.floor(LARGEST_PNG / Math.max(small.width, small.height)));
  const [wide, high] = [Math.min(across, least), Math.min(down, Math.max(least, 1))];
  const canvas = Object.assign(document.createElement("canvas"), { width: small.width * wide, height: small.height * high });
  const context = canvas.getContext("2d");
  if (context) context.imageSmoothingEnabled = false;
  context?.drawImage(small, 0, 0, canvas.width, canvas.height);
  return canvas;
}

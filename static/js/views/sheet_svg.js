// @ts-check
// A sheet as a drawing that stands by itself, with its title and legend: for a file, so without the page's styles.
import { sheetCells } from "./sheet_cells.js";
import { label, svg } from "./svg.js";

/** @typedef {import("../data/sheet.js").Sheet} Sheet */

const MOST = 64; // rows and columns that are drawn as cells; more are one picture
const [MARGIN, HEAD, FOOT, NARROWEST, STOPS] = [16, 32, 48, 240, 64];
const [INK, PAPER, FACE] = ["#1b1a18", "#fff", "sans-serif"];

/**
 * @param {object} options
 * @param {Sheet} options.sheet
 * @param {Uint32Array} options.pixels
 * @param {readonly number[]} options.cell width and height
 * @param {boolean} options.numbered
 * @param {string} options.title
 * @param {import("../data/color.js").Scale} options.scale
 * @param {string[]} options.legend low, middle, high
 */
export function sheetSvg({ sheet, pixels, cell, numbered, title, scale, legend }) {
  const [wide, high] = [sheet.cols * cell[0], sheet.rows * cell[1]];
  const width = Math.max(NARROWEST, wide) + 2 * MARGIN;
  const height = high + HEAD + FOOT + MARGIN;
  const top = HEAD + high + 8;
  const isDrawn = sheet.rows <= MOST && sheet.cols <= MOST;
  const body = isDrawn
    ? sheetCells({ sheet, pixels, cell, numbered, left: MARGIN, top: HEAD, titled: true })
    : svg("image", { x: MARGIN, y: HEAD, width: wide, height: high, href: dataUrl(sheet, pixels), preserveAspectRatio: "none", "image-rendering": "pixelated" });
  return svg(
    "svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, "font-family": FACE },
    svg("title", {}, title), svg("defs", {}, colours(scale)), svg("rect", { width, height, fill: PAPER }),
    label(MARGIN, 21, title, { "font-size": 12, fill: INK }), body,
    svg("rect", { x: MARGIN, y: top, width: width - 2 * MARGIN, height: 8, fill: "url(#colours)" }),
    ...legend.map((text, i) => label(MARGIN + ((width - 2 * MARGIN) * i) / 2, top + 24, text, { "font-size": 12, fill: INK, "text-anchor": ["start", "middle", "end"][i] })),
  );
}

/** @param {import("../data/color.js").Scale} scale */
function colours({ min, max, css }) {
  const stops = Array.from({ length: STOPS + 1 }, (_, i) => svg("stop", { offset: i / STOPS, "stop-color": css(min + ((max - min) * i) / STOPS) }));
  return svg("linearGradient", { id: "colours" }, ...stops);
}

/**
 * One pixel a value.
 * @param {Sheet} sheet
 * @param {Uint32Array} pixels
 */
export function sheetCanvas({ rows, cols }, pixels) {
  const canvas = Object.assign(document.createElement("canvas"), { width: cols, height: rows });
  canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(/** @type {ArrayBuffer} */ (pixels.buffer)), cols, rows), 0, 0);
  return canvas;
}

/**
 * @param {Sheet} sheet
 * @param {Uint32Array} pixels
 */
function dataUrl(sheet, pixels) {
  return sheetCanvas(sheet, pixels).toDataURL("image/png");
}

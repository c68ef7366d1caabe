// @ts-check
// Numbers that someone typed or pasted: rows of them, or JSON.
import { shortest } from "./format.js";
import { most } from "../limits.js";
import { t } from "../text.js";
import { ordinary, saidWrong } from "./typed.js";

/** @typedef {import("./tensor.js").Tensor} Tensor */

const MOST = 65536; // that a page has its reader type

/**
 * Rows of numbers (apart by spaces, commas, semicolons or tabs), a nested JSON list, or `{"shape", "data"}`.
 * @param {string} text
 * @returns {Tensor} one row gives (1, n), more rows (m, n), JSON its own shape
 */
export function parseNumbers(text) {
  const trimmed = ordinary(text).trim();
  if (!trimmed) throw new Error(t("type at least one number"));
  return /^[[{]/.test(trimmed) ? fromJson(trimmed) : fromRows(trimmed);
}

/** @param {string} text */
export function areNumbers(text) {
  try {
    return Boolean(parseNumbers(text));
  } catch {
    return false;
  }
}

/** @param {string} text */
function fromRows(text) {
  const rows = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean).map(readRow);
  const uneven = rows.findIndex((row) => row.length !== rows[0].length);
  if (uneven > 0) {
    const sizes = { row: uneven, count: rows[uneven].length, first: rows[0].length };
    throw new Error(t("row {row} is {count} long, row 0 is {first} long: all rows must have the same length", sizes));
  }
  return made([rows.length, rows[0].length], rows.flat());
}

/**
 * @param {string} line
 * @param {number} index
 */
function readRow(line, index) {
  const cells = line.split(";"); // as spreadsheets write where the comma is the point
  const isDecimalComma = cells.length > 1 && line.includes(",") && cells.every((cell) => /^\s*[-+]?\d*(,\d+)?\s*$/.test(cell));
  const words = isDecimalComma ? line.replaceAll(",", ".").split(/[\s;]+/) : line.split(/[\s,;]+/);
  return words.filter(Boolean).map((word, column) => {
    const value = Number(word);
    if (!Number.isFinite(Math.fround(value))) throw new Error(t("row {row}, column {column}: {why}", { row: index, column, why: saidWrong(word, value) }));
    return value;
  });
}

/** @param {string} text */
function fromJson(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(t("this is not JSON: {why}", { why: error instanceof Error ? error.message : "" }));
  }
  if (Array.isArray(value)) return fromLists(value);
  if (!Array.isArray(value.data)) throw new Error(t("a JSON object needs “shape” and “data”"));
  const flat = value.data.flat(Infinity);
  return made(value.shape ?? [1, flat.length], flat);
}

/** @param {any[]} lists */
function fromLists(lists) {
  const shape = [];
  for (let level = lists; Array.isArray(level); level = level[0]) shape.push(level.length);
  return made(shape, leaves(lists, shape, 0));
}

/**
 * @param {any} value
 * @param {number[]} shape
 * @param {number} axis
 * @returns {any[]}
 */
function leaves(value, shape, axis) {
  if (axis === shape.length) return [value];
  if (!Array.isArray(value) || value.length !== shape[axis]) throw new Error(t("all lists of one level must be as long"));
  return value.flatMap((inner) => leaves(inner, shape, axis + 1));
}

/**
 * @param {number[]} shape
 * @param {any[]} values
 * @returns {Tensor}
 */
function made(shape, values) {
  const wrong = values.find((value) => typeof value !== "number" || !Number.isFinite(Math.fround(value)));
  if (wrong !== undefined) throw new Error(saidWrong(String(wrong), typeof wrong === "number" ? wrong : NaN));
  if (shape.reduce((a, b) => a * b, 1) !== values.length) throw new Error(t("{count} numbers do not fill the shape {shape}", { count: values.length, shape: shape.join(" × ") }));
  const held = most("elements");
  if (values.length > held) throw new Error(t("{count} numbers are more than the {most} that a tensor can have here", { count: values.length, most: held }));
  if (values.length > MOST) throw new Error(t("{count} numbers are more than the {most} that can be typed; send a file", { count: values.length, most: MOST }));
  return { shape, data: Float32Array.from(values), dtype: "float32" };
}

/**
 * The text of a tensor, so that it can stand in a link: rows where it has two axes, else JSON.
 * @param {Tensor} tensor
 */
export function formatNumbers({ shape, data }) {
  const values = Array.from(data, shortest);
  if (shape.length !== 2) return JSON.stringify({ shape, data: values });
  const width = shape.at(-1) ?? 1;
  const rows = Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width).join(" "));
  return rows.join("\n");
}

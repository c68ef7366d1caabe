// @ts-check
// What the stages of a network cost, as rows of a table. Plain data.

/** @typedef {import("./seen.js").Field} Field */
/** @typedef {{name: string, operator: string | null, layer: string | null, shape: number[], cost: {parameters: number, macs: number, output_bytes: number}, receptive_field: Field | null, sees?: string}} Stage sees: what kind of a field it is, `window`, `all` or `unknown` */
/** @typedef {{number: number, name: string, operator: string, shape: number[], parameters: number, macs: number, bytes: number, time: number | null, sees: number[] | null, isKnown: boolean, step: number[] | null, begins: number[] | null}} Row */
/** @typedef {Exclude<keyof Row, "isKnown">} Key */

/** @type {Key[]} */
export const KEYS = ["number", "name", "operator", "shape", "parameters", "macs", "bytes", "sees", "step", "begins", "time"];

/**
 * @param {readonly Stage[]} stages
 * @returns {Row[]}
 */
export function rowsOf(stages) {
  return stages.map(({ name, operator, layer, shape, cost, receptive_field: field, sees }, number) => ({
    number, name, operator: operator ?? layer ?? "", shape,
    parameters: cost.parameters, macs: cost.macs, bytes: cost.output_bytes,
    time: null, isKnown: sees !== "unknown",
    sees: field && field.size.length ? field.size : null, step: field && field.size.length ? field.stride : null, begins: field && field.size.length ? field.offset : null,
  }));
}

/**
 * @param {readonly Row[]} rows
 * @param {readonly {name: string, microseconds: number | null}[]} times
 * @returns {Row[]}
 */
export function withTimes(rows, times) {
  const known = new Map(times.map(({ name, microseconds }) => [name, microseconds]));
  return rows.map((row) => ({ ...row, time: known.get(row.name) ?? null }));
}

/**
 * Those that are alike stay in the order of the network; what is everything, or not known, counts as more than any number.
 * @param {readonly Row[]} rows
 * @param {Key} key
 * @param {boolean} isDown the largest first
 */
export function sorted(rows, key, isDown) {
  const sign = isDown ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(measure(a[key]), measure(b[key])) || a.number - b.number);
}

/** @param {Row[Key]} value */
function measure(value) {
  if (value === null) return Infinity;
  return Array.isArray(value) ? value.reduce((all, size) => all * Math.abs(size), 1) : value;
}

/**
 * @param {number | string} a
 * @param {number | string} b
 */
function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * A file that a spreadsheet opens: what is everything or not known says so, the time has its unit, all together stand last.
 * @param {readonly Row[]} rows
 * @param {{parameters: number, macs: number, output_bytes: number, time: number | null}} totals of all together
 */
export function toCsv(rows, totals) {
  const heads = KEYS.map((key) => (key === "time" ? "time_us" : key));
  const lines = rows.map((row) => KEYS.map((key) => (key === "sees" && row.sees === null ? (row.isKnown ? "all" : "not known") : key === "begins" && row.begins ? `"${row.begins.join(",")}"` : quoted(row[key]))));
  /** @type {Partial<Record<Key, number | string | null>>} */
  const all = { name: "all stages", parameters: totals.parameters, macs: totals.macs, bytes: totals.output_bytes, time: totals.time };
  return [heads, ...lines, KEYS.map((key) => quoted(all[key] ?? null))].map((line) => `${line.join(",")}\r\n`).join("");
}

/** @param {Row[Key]} value */
function quoted(value) {
  const text = value === null ? "" : Array.isArray(value) ? value.join("x") : String(value);
  // A spreadsheet takes a name that begins like a formula for one.
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

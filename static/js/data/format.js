// @ts-check
// Numbers as the page writes them: a real minus, narrow spaces in thousands, at which no line ends, units always.
import { t } from "../text.js";

const MINUS = "\u2212";
const THIN = "\u202f";
const NBSP = "\u00a0";
export const UNTOLD = "?";

/** @param {string} digits */
function group(digits) {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/**
 * `-1234.5` → `−1 234.50`. Not finite: `NaN`, `∞`, `−∞`. A number that rounds to zero has no sign. What is not told
 * (undefined) is a question mark.
 * @param {number | null | undefined} value
 * @param {number} [digits]
 */
export function number(value, digits = 2) {
  if (value === undefined) return UNTOLD;
  if (value === null || Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  const [whole, part] = Math.abs(value).toFixed(digits).split(".");
  const text = part === undefined ? group(whole) : `${group(whole)}.${part}`;
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/**
 * A number behind a sign: a negative one in brackets.
 * @param {string} text
 */
export function inSum(text) {
  return text.startsWith(MINUS) ? `(${text})` : text;
}

/**
 * Two decimals, more where two would show nothing but zeros, powers of ten where the number is huge.
 * @param {number | undefined} value
 */
export function precise(value) {
  if (value === undefined) return UNTOLD;
  const size = Math.abs(value);
  if (value === 0 || !Number.isFinite(value) || (size >= 0.1 && size < 1e6)) return number(value);
  if (size >= 1e6 || size < 1e-4) {
    const [mantissa, exponent] = value.toExponential(2).split("e");
    return `${number(Number(mantissa))}·10${superscript(Number(exponent))}`;
  }
  return number(value, 1 - Math.floor(Math.log10(size)));
}

/**
 * The number of fewest digits that is the same float32; of a number that is none, nine digits.
 * @param {number} value
 */
export function shortest(value) {
  const digits = [1, 2, 3, 4, 5, 6, 7, 8].find((count) => Math.fround(Number(value.toPrecision(count))) === Math.fround(value)) ?? 9;
  return Number(value.toPrecision(digits));
}

/**
 * All that there is to say of a float32.
 * @param {number | null | undefined} value
 */
export function allDigits(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return number(value);
  const [mantissa, power] = String(shortest(value)).replace("-", MINUS).split("e");
  return power === undefined ? mantissa : `${mantissa}·10${superscript(Number(power))}`;
}

/**
 * As few digits as say it: none for a whole number, two, or four where two would not be all; all where four say nothing.
 * @param {number | null | undefined} value
 */
export function short(value) {
  if (value === null || value === undefined || Number.isInteger(value)) return number(value, 0);
  if (Math.abs(value) < 5e-5) return allDigits(value);
  return number(value, isRound(value) ? 2 : 4);
}

/**
 * Whether so many decimals are all that it has, as a float32.
 * @param {number} value
 * @param {number} [decimals]
 */
export function isRound(value, decimals = 2) {
  return Math.abs(value - rounded(value, decimals)) <= 1e-6 * Math.max(1, Math.abs(value));
}

/**
 * @param {number} value
 * @param {number} decimals
 */
export function rounded(value, decimals) {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}

/**
 * How many decimals a sum needs, so that the smallest number shows more than zeros and what is written adds up.
 * @param {readonly number[]} terms
 * @param {number} total
 * @param {{least?: number, most?: number, significant?: number}} [options] significant: digits of the smallest number, at least
 */
export function digitsOfSum(terms, total, { least = 2, most = 6, significant = 2 } = {}) {
  const sizes = [...terms, total].map(Math.abs).filter((size) => size > 0 && size < Infinity);
  let digits = Math.min(most, Math.max(least, ...sizes.map((size) => significant - 1 - Math.floor(Math.log10(size)))));
  while (digits < most && !addsUp(terms, total, digits)) digits += 1;
  return digits;
}

/**
 * Whether numbers add up as they are written.
 * @param {readonly number[]} terms
 * @param {number} total
 * @param {number} digits
 */
export function addsUp(terms, total, digits) {
  const written = (/** @type {number} */ value) => Math.round(Number(value.toFixed(digits)) * 10 ** digits);
  return terms.reduce((all, term) => all + written(term), 0) === written(total);
}

/**
 * The same of a subtraction.
 * @param {number} a
 * @param {number} b
 * @param {number} [least]
 */
export function digitsOfDifference(a, b, least = 2) {
  return digitsOfSum([a, -b], a - b, { least });
}

/** @param {number} exponent */
function superscript(exponent) {
  return String(exponent).replace(/./g, (sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)] ?? "⁻");
}

/**
 * An integer with narrow spaces: `8 192`.
 * @param {number | undefined} value
 */
export function count(value) {
  return number(value, 0);
}

/**
 * `[1, 3, 224, 224]` → `1 × 3 × 224 × 224`.
 * @param {readonly number[]} sizes
 */
export function shape(sizes) {
  return sizes.length ? sizes.map(count).join(" × ") : "1";
}

/**
 * A sentence in which no shape is broken in two.
 * @param {string} sentence
 */
export function unbroken(sentence) {
  return sentence.replaceAll(" × ", `${NBSP}×${NBSP}`);
}

/**
 * A share of one: `0.39` → `39.0 %`; a little more than nothing is `< 0.1 %`.
 * @param {number | undefined} share
 * @param {number} [digits]
 */
export function percent(share, digits = 1) {
  if (share === undefined) return UNTOLD;
  const smallest = 10 ** -digits;
  const isLess = share > 0 && share * 100 < smallest / 2;
  const said = isLess ? t("< {share} %", { share: number(smallest, digits) }) : t("{share} %", { share: number(share * 100, digits) });
  return said.replaceAll(" ", NBSP);
}

const PREFIXES = /** @type {const} */ ([
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
]);

/**
 * Three significant digits with a prefix: `5420000` → `5.42 M`.
 * @param {number} value
 * @param {string} [unit]
 */
export function si(value, unit = "") {
  const found = PREFIXES.find(([size]) => Math.abs(value) >= size * 0.9995);
  if (!found) return `${Number.isInteger(value) ? count(value) : threeDigits(value)}${NBSP}${unit}`.trimEnd();
  return `${threeDigits(value / found[0])}${NBSP}${found[1]}${unit}`;
}

/** @param {number} value */
function threeDigits(value) {
  const size = Math.abs(value);
  return number(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

/**
 * Bytes in powers of 1024: `602112` → `588 KiB`.
 * @param {number} value
 */
export function bytes(value) {
  const units = ["B", "KiB", "MiB", "GiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10));
  return power ? `${threeDigits(value / 1024 ** power)}${NBSP}${units[power]}` : `${count(value)}${NBSP}B`;
}

/**
 * Milliseconds; microseconds below one tenth.
 * @param {number} value
 */
export function milliseconds(value) {
  return value < 0.1 ? `${number(value * 1000, value < 0.01 ? 1 : 0)}${NBSP}µs` : `${threeDigits(value)}${NBSP}ms`;
}

// @ts-check
// Numbers as they come from a keyboard. Every field that takes one reads it here. Plain data.
import { t } from "../text.js";

const OTHERS = new Map(Object.entries({ "\u2212": "-", "\u3000": " ", "\u3001": ",", "\u3002": "." }));
const WORD = 20; // letters of what was typed are said again

/**
 * The text in ordinary characters: a Chinese keyboard gives digits, signs, commas, points and spaces of full width.
 * @param {string} text
 */
export function ordinary(text) {
  const narrow = text.replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  return narrow.replace(/[\u2212\u3000-\u3002]/g, (other) => OTHERS.get(other) ?? other);
}

/**
 * A number as it is typed, with a comma or a point; null for what is none, or none of float32.
 * @param {string} text
 * @returns {number | null}
 */
export function typedNumber(text) {
  const value = valueOf(text);
  return Number.isFinite(Math.fround(value)) ? value : null;
}

/**
 * Why a text is no number that can be computed with; nothing where it is one.
 * @param {string} text
 */
export function whyNoNumber(text) {
  if (typedNumber(text) !== null) return "";
  if (!text.trim()) return t("type a number");
  return saidWrong(text.trim(), valueOf(text));
}

/**
 * @param {string} word as it was typed
 * @param {number} value what it was read as
 */
export function saidWrong(word, value) {
  const said = { word: word.slice(0, WORD) };
  return Number.isNaN(value) ? t("“{word}” is not a number", said) : t("“{word}” is too large for float32, which ends at 3.4e38", said);
}

/** @param {string} text */
function valueOf(text) {
  const plain = ordinary(text).trim().replace(",", ".");
  return plain ? Number(plain) : NaN;
}

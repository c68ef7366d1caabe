// @ts-check
// Every sentence the page writes goes through t(): English in the source, the catalogue in base.html.

/** @type {Record<string, string> | undefined} */
let catalogue;

/** @returns {Record<string, string>} */
function readCatalogue() {
  const block = globalThis.document?.getElementById("messages");
  return block?.textContent ? JSON.parse(block.textContent) : {};
}

/**
 * The message in the page's language, with `{name}` replaced from params.
 * @param {string} message
 * @param {Record<string, string | number>} [params]
 */
export function t(message, params = {}) {
  catalogue ??= readCatalogue();
  return fill(catalogue[message] || message, params);
}

/**
 * Parts of one caption, set off from each other as the language does it.
 * @param {string[]} parts what is empty is left out
 */
export function joined(...parts) {
  return parts.filter(Boolean).reduce((first, more) => (first ? t("{first}, {more}", { first, more }) : more), "");
}

/**
 * Sentences one after the other.
 * @param {string[]} parts what is empty is left out
 */
export function sentences(...parts) {
  return parts.filter(Boolean).reduce((first, more) => (first ? t("{first} {more}", { first, more }) : more), "");
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} params
 */
export function fill(text, params) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
}

/** The language of the page, as Accept-Language wants it. */
export function language() {
  return globalThis.document?.documentElement.lang || "en";
}

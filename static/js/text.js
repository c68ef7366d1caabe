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

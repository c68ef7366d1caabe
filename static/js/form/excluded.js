// @ts-check
// Two fields that exclude each other: the service takes one of them. Which they are, the schema says.

/** @typedef {Record<string, string | undefined>} Patch */

/**
 * What is said of one empties the other; what is taken back brings the other back.
 * @param {ParentNode} form
 * @param {Patch} patch
 * @returns {Patch} what changes beside the patch
 */
export function excludedBy(form, patch) {
  const pairs = [...form.querySelectorAll("[data-excludes]")].map((field) => /** @type {HTMLElement} */ (field).dataset);
  const said = pairs.flatMap(({ field = "", excludes = "" }) => (patch[field] !== undefined && patch[excludes] === undefined ? [[excludes, patch[field] === "" ? undefined : ""]] : []));
  return Object.fromEntries(said);
}

/**
 * A link that says one of two leaves the other out, also where the page opens with that.
 * @param {ParentNode} form
 * @param {Record<string, string>} state
 * @param {Record<string, string>} opened what the page opens with
 * @returns {Patch} what has to change, if anything
 */
export function settle(form, state, opened) {
  const said = Object.entries(state).filter(([name, value]) => value !== "" && value !== opened[name]);
  return Object.fromEntries(Object.entries(excludedBy(form, Object.fromEntries(said))).filter(([name]) => state[name]));
}

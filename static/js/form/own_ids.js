// @ts-check
// Copies of one form on one page: the names that may stand there only once are each copy's own.

const NAMES = ["id", "for", "aria-describedby", "aria-labelledby", "aria-controls"];

/**
 * @template {Element} Part
 * @param {Part} part
 * @param {string} prefix
 * @returns {Part}
 */
export function withOwnIds(part, prefix) {
  for (const name of NAMES) {
    for (const element of part.querySelectorAll(`[${name}]`)) {
      element.setAttribute(name, (element.getAttribute(name) ?? "").split(" ").map((id) => `${prefix}-${id}`).join(" "));
    }
  }
  return part;
}

// @ts-check
// How much larger than its own pixels an element is drawn: places in the window, divided by it, are places in the element.

/** @param {Element} element @returns {number} */
export function enlargedBy(element) {
  return element.currentCSSZoom ?? 1;
}

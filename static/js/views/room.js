// @ts-check
// How wide an element is, read once: to ask again amid changes has the page laid out each time. And when that changes.

/** @type {WeakMap<Element, number>} */
const rooms = new WeakMap();

/** @type {ResizeObserver | null} */
let observer = null;

/** @param {Element} element @returns {number} 0 while it is not shown */
export function roomOf(element) {
  const known = rooms.get(element);
  if (known) return known;
  observer ??= new ResizeObserver((entries) => entries.forEach(({ target }) => rooms.set(target, target.clientWidth)));
  rooms.set(element, element.clientWidth);
  observer.observe(element);
  return element.clientWidth;
}

/**
 * @param {Element} element
 * @param {() => void} again called whenever the element has become wider or narrower
 */
export function onOtherWidth(element, again) {
  let width = element.clientWidth;
  new ResizeObserver(() => {
    const before = width;
    width = element.clientWidth;
    if (width !== before) again();
  }).observe(element);
}

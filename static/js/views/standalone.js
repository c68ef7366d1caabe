// @ts-check
// A drawing of the page as a file of its own: what the style sheets gave it is written into it.
import { enlargedBy } from "../enlarged.js";

/** All but the last are handed down, so only a change is written. */
const KEPT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "font-family", "font-size", "font-weight", "text-anchor", "opacity"];

/**
 * @param {SVGElement} drawing as it stands on the page
 * @returns {string} the file's text
 */
export function standalone(drawing) {
  const copy = /** @type {SVGElement} */ (drawing.cloneNode(true));
  const copies = [copy, ...copy.querySelectorAll("*")];
  [drawing, ...drawing.querySelectorAll("*")].forEach((element, i) => {
    const style = getComputedStyle(element);
    copies[i].removeAttribute("class");
    copies[i].removeAttribute("style");
    const above = i ? getComputedStyle(/** @type {Element} */ (element.parentElement)) : null;
    for (const name of KEPT) {
      const value = style.getPropertyValue(name);
      const given = name === "opacity" ? "1" : above?.getPropertyValue(name);
      if (value === given) copies[i].removeAttribute(name);
      else copies[i].setAttribute(name, value);
    }
  });
  const { width, height } = sizeOf(drawing);
  const ground = copy.ownerDocument.createElementNS(copy.namespaceURI, "rect");
  for (const [name, value] of Object.entries({ width: "100%", height: "100%", fill: getComputedStyle(drawing.ownerDocument.documentElement).backgroundColor })) ground.setAttribute(name, value);
  if (!copy.hasAttribute("width")) Object.entries({ width, height }).forEach(([name, value]) => copy.setAttribute(name, String(value)));
  copy.prepend(ground);
  return svgText(copy);
}

/** @param {SVGElement} drawing */
function sizeOf(drawing) {
  const { width, height } = drawing.getBoundingClientRect();
  return { width: width / enlargedBy(drawing), height: height / enlargedBy(drawing) };
}

/** @param {SVGElement} drawing */
export function svgText(drawing) {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(drawing)}\n`;
}

// @ts-check
// The violet line that joins one number to the next across the page.

import { enlargedBy } from "../enlarged.js";

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {{left: number, right: number, top: number, bottom: number}} Box in the window's coordinates, as getBoundingClientRect gives it */

/**
 * Draws from the right side of each box to the left side of the next; null breaks the line.
 * @param {SVGSVGElement} svg lies over all that it joins
 * @param {readonly (Element | Box | null)[]} stops
 */
export function thread(svg, stops) {
  const origin = svg.getBoundingClientRect();
  const boxes = stops.map((stop) => (stop instanceof Element ? stop.getBoundingClientRect() : stop));
  const paths = [];
  for (let i = 1; i < boxes.length; i += 1) {
    const [from, to] = [boxes[i - 1], boxes[i]];
    if (from && to) paths.push(curve(from, to, origin, enlargedBy(svg)));
  }
  svg.replaceChildren(...paths.flatMap((path) => [line(path, "casing"), line(path, "line")]));
}

/**
 * @param {Box} from
 * @param {Box} to
 * @param {DOMRect} origin
 * @param {number} scale
 */
function curve(from, to, origin, scale) {
  const [x0, x1] = [from.right - origin.left, to.left - origin.left].map((x) => Math.round(x / scale));
  const [y0, y1] = [from, to].map(({ top, bottom }) => Math.round(((top + bottom) / 2 - origin.top) / scale));
  const middle = (x0 + x1) / 2;
  return `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`;
}

/**
 * @param {string} path
 * @param {string} name
 */
function line(path, name) {
  const element = document.createElementNS(SVG, "path");
  element.setAttribute("d", path);
  element.setAttribute("class", name);
  return element;
}

// @ts-check
// Thin links from many cells of one map to one place, coloured by what each of them gives.

import { enlargedBy } from "../enlarged.js";

const SVG = "http://www.w3.org/2000/svg";
const FAINTEST = 0.35;

/** @typedef {{place: number, value: number}} Link place: the cell in the flat data; value: what it gives */

/**
 * @param {SVGSVGElement} svg lies over the gap between the two
 * @param {readonly Link[]} links
 * @param {{from: HTMLCanvasElement, to: Element, scale: import("../data/color.js").Scale}} ends
 */
export function links(svg, links, { from, to, scale }) {
  const origin = svg.getBoundingClientRect();
  const source = from.getBoundingClientRect();
  const target = to.getBoundingClientRect();
  const by = enlargedBy(svg);
  const [x0, x1] = [(source.right - origin.left) / by, (target.left - origin.left) / by - 2];
  const y1 = ((target.top + target.bottom) / 2 - origin.top) / by;
  const row = source.height / by / from.height;
  const strongest = Math.max(...links.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
  // The strongest last, so that nothing lies over them.
  const ordered = [...links].sort((one, other) => Math.abs(one.value) - Math.abs(other.value));
  svg.replaceChildren(
    ...ordered.map(({ place, value }) => {
      const y0 = (source.top - origin.top) / by + (Math.floor(place / from.width) + 0.5) * row;
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", `M${x0} ${y0}C${(x0 + x1) / 2} ${y0} ${(x0 + x1) / 2} ${y1} ${x1} ${y1}`);
      path.setAttribute("stroke", scale.css(Math.sign(value) * scale.max * 0.65));
      path.setAttribute("stroke-opacity", String(FAINTEST + (1 - FAINTEST) * (Math.abs(value) / strongest)));
      return path;
    }),
  );
}

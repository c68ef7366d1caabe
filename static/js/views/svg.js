// @ts-check
// Elements of an SVG by name and attributes; no style attributes, the page's policy forbids them.

const NAMESPACE = "http://www.w3.org/2000/svg";

/** @typedef {Record<string, string | number | null | undefined>} Attributes */

/**
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} [attributes]
 * @param {(Node | string)[]} children
 * @returns {SVGElementTagNameMap[Name]}
 */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * A picture made of marks: it has a size, and a text for those who do not see it.
 * @param {number} width
 * @param {number} height
 * @param {string} label empty: decoration
 * @param {Node[]} children
 */
export function drawing(width, height, label, ...children) {
  const role = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, ...role }, ...children);
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} content
 * @param {Attributes} [attributes]
 */
export function label(x, y, content, { fill, ...attributes } = {}) {
  const text = svg("text", { x, y, ...attributes }, content);
  if (fill) text.style.fill = String(fill); // the style sheet's own colour of text would win over an attribute
  return text;
}

/**
 * The mark of what is looked at: violet with a white casing, readable on every colour.
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
export function frame(x, y, width, height) {
  return svg(
    "g",
    { fill: "none", class: "frame" },
    svg("rect", { x: x - 1.5, y: y - 1.5, width: width + 3, height: height + 3, stroke: "var(--casing)", "stroke-width": 3 }),
    svg("rect", { x: x - 1, y: y - 1, width: width + 2, height: height + 2, stroke: "var(--mark)", "stroke-width": 2 }),
  );
}

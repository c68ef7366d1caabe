// @ts-check
// MathML as the service writes it: read as XML and taken over node by node.

/** Between these a long line may be broken. */
const JOINTS = new Set(["+", "=", ",", "("]);

/**
 * @param {string} mathml
 * @returns {Element | null}
 */
export function mathOf(mathml) {
  const { documentElement } = new DOMParser().parseFromString(mathml || "<none/>", "application/xml");
  return documentElement.localName === "math" ? document.importNode(documentElement, true) : null;
}

/**
 * The parts of an equation, each a formula of its own, so that a long sum runs over several lines.
 * @param {string} mathml
 * @returns {Element[]}
 */
export function mathParts(mathml) {
  const math = mathOf(mathml);
  if (!math) return [];
  return [...math.children].flatMap(split).map((node) => {
    const part = document.createElementNS(math.namespaceURI, "math");
    part.setAttribute("displaystyle", "true");
    part.append(node);
    return part;
  });
}

/**
 * @param {Element} node
 * @returns {Element[]}
 */
function split(node) {
  const hasJoint = [...node.children].some((child) => child.localName === "mo" && JOINTS.has(child.textContent ?? ""));
  const isCall = node.firstElementChild?.localName === "mi" && node.children.length === 2;
  const isNumber = node.firstElementChild?.textContent === "(" && (node.children[1]?.children.length ?? 0) < 3; // (−2) stays together
  return node.localName === "mrow" && (node.children.length === 1 || hasJoint || isCall) && !isNumber ? [...node.children].flatMap(split) : [node];
}

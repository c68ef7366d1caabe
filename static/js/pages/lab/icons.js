// @ts-check
// The small curves beside the names of functions: all from one request.
import { getJson } from "../../service/api.js";
import { most, points } from "../../limits.js";
import { svg } from "../../views/svg.js";

const FAR = 3;
const POINTS = 25;
const [WIDTH, HEIGHT] = [20, 14];

/** @param {ParentNode} root */
export async function paintCurves(root) {
  const icons = /** @type {SVGSVGElement[]} */ ([...root.querySelectorAll("svg[data-curve]")]);
  if (!icons.length) return;
  const some = icons.slice(0, most("curves")); // of one request
  const names = some.map(({ dataset }) => dataset.curve).join(",");
  const { x, curves } = await getJson(`/activations/curve?functions=${names}&start=${-FAR}&stop=${FAR}&num=${points(POINTS)}`);
  for (const icon of some) {
    const found = curves.find((/** @type {{function: string}} */ curve) => curve.function === icon.dataset.curve);
    if (found) icon.replaceChildren(...bend(x, found.y));
  }
}

/**
 * Each on its own scale, over its zero line.
 * @param {number[]} xs
 * @param {number[]} ys
 */
function bend(xs, ys) {
  const [low, high] = [Math.min(0, ...ys), Math.max(0, ...ys)];
  const y = (/** @type {number} */ value) => 1 + ((high - value) / (high - low || 1)) * (HEIGHT - 2);
  const points = xs.map((x, i) => `${1 + ((x + FAR) / (2 * FAR)) * (WIDTH - 2)},${y(ys[i])}`);
  return [svg("path", { class: "axis", d: `M0 ${y(0)}H${WIDTH}` }), svg("polyline", { points: points.join(" ") })];
}

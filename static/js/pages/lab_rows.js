// @ts-check
// One row of numbers with a name each: bars for the input and the output, a table of how the one becomes the other.
import { greyScale, valueScale } from "../color.js";
import { number, percent, UNTOLD } from "../format.js";
import { formatNumbers } from "../numbers.js";
import { isRow, placeOf } from "../pick.js";
import { setState } from "../state.js";
import { plane } from "../tensor.js";
import { t } from "../text.js";
import { paintCell } from "../views/arithmetic.js";
import { bars } from "../views/bars.js";
import { featureMaps } from "../views/feature_maps.js";
import { legend } from "../views/legend.js";
import { valueEditor } from "../views/value_editor.js";
import { isNamedRow } from "./lab_planar.js";
import { inScale, outScale } from "./lab_scales.js";
import { make, view, write } from "./page_text.js";
import { offerPicture } from "./pictures.js";
import { zoomButton } from "./zoom_button.js";

/** @typedef {import("./lab.js").Scene} Scene */

/**
 * @param {HTMLElement} root
 * @param {import("./lab.js").Look} look
 * @returns {import("./lab.js").Part}
 */
export function mountRows(root, look) {
  const table = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=table]"));
  return {
    draw: (scene) => {
      drawOutputBars(root, scene, look);
      drawInputEditor(root, scene);
      drawSeen(root, scene);
    },
    explain: (scene) => table && drawTable(table, root, scene, look),
  };
}

/**
 * @param {Scene} scene
 * @param {number[]} sizes
 */
export function namesFor({ labels }, sizes) {
  const count = sizes.at(-1) ?? 1;
  return labels?.length === count ? labels : Array.from({ length: count }, (_, i) => String(i));
}

/** @param {Scene} scene */
function formatOf({ config, isSecret }) {
  return (/** @type {number} */ value) => (isSecret && Number.isNaN(value) ? UNTOLD : number(value, config.digits ?? 2));
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {import("./lab.js").Look} look
 */
function drawOutputBars(root, scene, look) {
  const place = view(root, "out-bars");
  const { output } = scene.tensors;
  if (!place || (place.hidden = !isNamedRow(scene, output.shape))) return;
  const scale = outScale(scene);
  bars(place, {
    labels: namesFor(scene, output.shape), values: output.data, scale, chosen: placeOf(scene.at).x, format: formatOf(scene),
    onPick: (x) => look([...scene.at.slice(0, -1), x], true),
  });
  const strip = view(root, "out-legend");
  if (strip) legend(strip, scale);
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 */
function drawInputEditor(root, scene) {
  const place = view(root, "in-values");
  if (!place) return;
  const { tensor } = scene.source;
  const fits = Boolean(scene.config.edit) && isRow(tensor.shape);
  place.hidden = !fits;
  const map = view(root, "in-map");
  if (map) map.hidden = fits;
  if (!fits) return;
  valueEditor(place, {
    labels: namesFor(scene, tensor.shape), values: tensor.data, scale: inScale(scene),
    onChange: (values, isMoving) => setState({ numbers: formatNumbers({ ...tensor, data: values }), input: null }, { replace: isMoving }),
  });
}

/**
 * The picture that a network saw before its numbers came here.
 * @param {HTMLElement} root
 * @param {Scene} scene
 */
function drawSeen(root, { source }) {
  const place = view(root, "seen");
  const holder = /** @type {HTMLElement | null} */ (place?.closest(".seen"));
  if (!place || !holder || (holder.hidden = !source.seen) || !source.seen) return;
  const { width } = plane(source.seen);
  const [min, max] = source.seenRange;
  const title = t("what the network saw");
  featureMaps(place, source.seen, { picture: { min, max }, zoom: Math.max(1, Math.floor(96 / width)), name: title });
  const caption = holder.querySelector(".cap");
  if (!caption?.querySelector("[data-zoom]")) caption?.append(zoomButton("seen", title));
  offerPicture("seen", { title, file: "seen", tensor: source.seen, lead: [0, 0], axes: ["sample", "map"], scale: greyScale({ min, max }), colours: { min, max }, isShared: true });
}

/**
 * A line for each term: the number, what is left of it below the largest, its exponential, its share.
 * @param {HTMLElement} place
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {import("./lab.js").Look} look
 */
function drawTable(place, root, scene, look) {
  const { element, tensors, at } = scene;
  if (!element) return;
  const axis = element.terms[0]?.input_index?.findIndex((index, i) => element.terms.some(({ input_index }) => input_index?.[i] !== index)) ?? -1;
  const names = namesFor(scene, [tensors.output.shape.at(axis) ?? 1]);
  const exps = valueScale({ min: 0, max: 1, signed: false });
  const rows = element.terms.map(({ input, shifted, exp, share, input_index }) => {
    const index = input_index?.at(axis) ?? 0;
    const name = make("button", { type: "button", textContent: names[index] ?? String(index) });
    name.onclick = () => look(input_index, true);
    const isChosen = String(input_index) === String(at);
    const row = make("tr", { className: isChosen ? "chosen" : "" }, make("th", { scope: "row" }, name));
    name.setAttribute("aria-pressed", String(isChosen));
    row.append(cell(input, inScale(scene)), plain(number(shifted)), cell(exp, exps, number(exp, 3)), cell(share, exps, percent(share)));
    return row;
  });
  const total = scene.isSecret ? undefined : element.terms.reduce((sum, { share }) => sum + (share ?? 0), 0);
  const sum = element.total;
  const foot = make("tr", {}, make("th", { scope: "row", textContent: t("sum") }), plain(""), plain(""), plain(number(sum, 3)), plain(percent(total)));
  const heads = [place.dataset.name ?? "", ...(place.dataset.heads ?? "").split("|")];
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col", textContent: text })));
  const table = make("table", { className: "shares" }, make("thead", {}, head), make("tbody", {}, ...rows), make("tfoot", {}, foot));
  keepFocus(place, () => place.replaceChildren(table));
  write(root, "terms", t("{count} values", { count: element.terms.length }));
}

/**
 * @param {number | null | undefined} value
 * @param {import("../color.js").Scale} scale
 * @param {string} [text]
 */
function cell(value, scale, text) {
  const element = make("td");
  paintCell(element, value, scale, text);
  return element;
}

/** @param {string} text */
function plain(text) {
  return make("td", { textContent: text });
}

/**
 * The button that was pressed is drawn anew; the keyboard stays on it.
 * @param {HTMLElement} place
 * @param {() => void} change
 */
function keepFocus(place, change) {
  const index = [...place.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  change();
  if (index >= 0) place.querySelectorAll("button")[index]?.focus();
}

// @ts-check
// One row of numbers with a name each: bars for the input and the output, a table of how the one becomes the other.
import { greyScale } from "../../data/color.js";
import { number, UNTOLD } from "../../data/format.js";
import { formatNumbers } from "../../data/numbers.js";
import { isRow, placeOf } from "../../data/pick.js";
import { setState } from "../../state.js";
import { hasWholeNumbers, plane } from "../../data/tensor.js";
import { t } from "../../text.js";
import { bars } from "../../views/bars.js";
import { featureMaps } from "../../views/feature_maps.js";
import { legend } from "../../views/legend.js";
import { valueEditor } from "../../views/value_editor.js";
import { isNamedRow } from "./planar.js";
import { inScale, outScale } from "./scales.js";
import { namesFor, shareTable } from "./shares.js";
import { view, write } from "../shared/page_text.js";
import { offerPicture } from "../shared/pictures.js";
import { zoomButton } from "../zoom/button.js";

/** @typedef {import("../lab.js").Scene} Scene */

const MOST_SHARES = 64;

/**
 * @param {HTMLElement} root
 * @param {import("../lab.js").Look} look
 * @returns {import("../lab.js").Part}
 */
export function mountRows(root, look) {
  const table = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=table]"));
  return {
    draw: (scene) => {
      drawOutputBars(root, scene, look);
      drawInputEditor(root, scene);
      drawSeen(root, scene);
    },
    explain: (scene) => {
      if (!table || !scene.element) return;
      shareTable(table, scene, { onPick: (at) => look(at, true), most: MOST_SHARES });
      write(root, "terms", t("{count} values", { count: scene.element.terms_total }));
    },
  };
}

/** @param {Scene} scene */
function formatOf({ config, isSecret, tensors }) {
  const digits = config.digits ?? (hasWholeNumbers(tensors.output) ? 0 : 2);
  return (/** @type {number} */ value) => (isSecret && Number.isNaN(value) ? UNTOLD : number(value, digits));
}

/**
 * @param {HTMLElement} root
 * @param {Scene} scene
 * @param {import("../lab.js").Look} look
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
  if (strip) legend(strip, scale, { whole: hasWholeNumbers(output) });
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

// @ts-check
// A long row of numbers: folded into lines where the maps it came from lie one after the other.
import { folded } from "../../data/fold.js";
import { indexAt } from "../../data/tensor.js";
import { t } from "../../text.js";
import { featureMaps } from "../../views/feature_maps.js";
import { mark } from "../../views/marker.js";
import { onOtherWidth } from "../../views/room.js";
import { outScale } from "./scales.js";
import { write } from "../shared/page_text.js";

const MOST = 64;

/**
 * @param {HTMLElement} root
 * @param {import("../lab.js").Look} look
 * @returns {import("../lab.js").Part}
 */
export function mountStrip(root, look) {
  const place = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=strip]"));
  if (!place) return {};
  const lines = /** @type {HTMLElement} */ (place.querySelector(":scope > div"));
  /** @type {import("../lab.js").Scene | null} */
  let last = null;
  /** @param {import("../lab.js").Scene} scene */
  const explain = (scene) => {
    last = scene;
    const { output } = scene.tensors;
    const sheet = folded(output, foldOf(scene), MOST);
    const [height, width] = sheet.shape.slice(-2);
    const fit = (place.clientWidth || 472) / width;
    featureMaps(lines, sheet, {
      scale: outScale(scene), zoom: [fit >= 1 ? Math.floor(fit) : fit, height > 24 ? 6 : 24], name: t("Output"),
      onPick: ([, , y, x]) => look(indexAt(output.shape, Math.min(output.data.length - 1, y * width + x)), true),
    });
    const flat = scene.at.reduce((sum, index, axis) => sum * output.shape[axis] + index, 0);
    const [y, x] = [Math.floor(flat / width), flat % width];
    mark(lines, y < height ? { map: 0, start: [y, x], stop: [y + 1, x + 1] } : null);
    write(root, "fold", t("{count} numbers to a line", { count: width }));
  };
  onOtherWidth(place, () => last && explain(last));
  return { explain };
}

/**
 * One map of the input to a line, where that is neither too short nor too long to see.
 * @param {import("../lab.js").Scene} scene
 */
function foldOf({ source, tensors }) {
  const map = source.tensor.shape.slice(-2).reduce((a, b) => a * b, 1);
  return map >= 8 && map <= 472 ? map : Math.min(472, tensors.output.data.length);
}

// @ts-check
// The cross-check: once the page is at rest, every output element is compared with the NumPy form of the layer.
import { askLayer } from "../../service/api.js";
import { count, precise } from "../../data/format.js";
import { latest } from "../../service/latest.js";
import { t } from "../../text.js";
import { write } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */

const REST = 400; // milliseconds without a change

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountCheck(root) {
  let timer = 0;
  /** @type {any} */
  let checked = null;
  const run = latest(async (/** @type {Scene} */ scene, signal) => {
    const answer = await askLayer(scene.config.layer, { ...scene.params, check: 1, fields: "check,check_note" }, scene.sent, { signal });
    write(root, "check", answer.check ? said(answer.check) : (answer.check_note ?? ""));
  });
  return {
    draw: (scene) => {
      if (scene.facts === checked) return;
      checked = scene.facts;
      clearTimeout(timer);
      write(root, "check", t("checking against NumPy …"));
      timer = window.setTimeout(() => run(scene).catch(() => write(root, "check", "")), REST);
    },
  };
}

/** @param {{max_abs_difference: number, at: number[] | null, elements: number}} check */
function said({ max_abs_difference: most, at, elements }) {
  const values = count(elements);
  if (!most || !at) return t("checked against NumPy: no difference in {values} values", { values });
  return t("checked against NumPy: {values} values, largest difference {most} at [{at}]", { values, most: precise(most), at: at.join(",\u00a0") });
}

// @ts-check
// Filters that are ticked together are the kernels of one layer, and have one size.
import { t } from "../text.js";

/**
 * Of another size than those that are ticked, none can be added.
 * @param {HTMLElement} field
 */
export function limitPicks(field) {
  const boxes = /** @type {HTMLInputElement[]} */ ([...field.querySelectorAll(".pick input")]);
  const size = boxes.filter(({ checked }) => checked).map(sizeOf).find(Boolean);
  for (const box of boxes) {
    const own = sizeOf(box);
    const isOther = Boolean(size && own && own !== size) && !box.checked;
    box.disabled = isOther;
    box.title = isOther ? t("All kernels of one layer have the same size: this filter is {own}, the chosen ones are {size}.", { own, size: size ?? "" }) : t("Tick several filters: each makes a map of its own.");
  }
}

/** @param {HTMLInputElement} box @returns {string} empty where the filter has no numbers of its own */
function sizeOf(box) {
  const icon = /** @type {HTMLElement | null} */ (box.closest(".pick")?.querySelector("[data-numbers]") ?? null);
  /** @type {number[][]} */
  const rows = JSON.parse(icon?.dataset.numbers ?? "[]");
  return rows.length ? `${rows.length} × ${rows[0].length}` : "";
}

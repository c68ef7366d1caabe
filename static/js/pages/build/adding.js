// @ts-check
// The dialog in which a layer is chosen to be added.
import { t } from "../../text.js";
import { write } from "../shared/page_text.js";

/**
 * @param {(at: number, layer: string) => void} add
 * @returns {(at: number) => void} opens it for a layer that comes to stand there
 */
export function mountAdding(add) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("adding"));
  let place = 0;
  dialog.addEventListener("click", ({ target }) => {
    const layer = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("[data-layer]"))?.dataset.layer : undefined;
    if (layer || target === dialog) dialog.close();
    if (layer) add(place, layer);
  });
  return (at) => {
    place = at;
    write(dialog, "where", at ? t("after layer {number}", { number: at }) : "");
    dialog.showModal();
  };
}

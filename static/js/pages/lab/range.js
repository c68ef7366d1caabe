// @ts-check
// What shares one range of colours: the map that is shown, all maps of the layer, or the input and the output together.
import { readState, setState } from "../../state.js";
import { t } from "../../text.js";
import { rangeOf } from "./scales.js";
import { make } from "../shared/page_text.js";

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountRange(root) {
  const place = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=range]"));
  if (!place) return {};
  const choices = { map: t("a map"), layer: t("the layer"), all: t("both") };
  const buttons = Object.entries(choices).map(([value, textContent]) => {
    const button = make("button", { type: "button", className: "link", textContent, value });
    if (value === "all") button.title = t("input and output on one scale");
    button.onclick = () => setState({ range: value === "layer" ? null : value }, { replace: readState().range !== undefined });
    return button;
  });
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", t("One range of colours for"));
  place.replaceChildren(make("span", { textContent: t("colours of") }), ...buttons);
  return {
    draw: (scene) => {
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === rangeOf(scene)));
      buttons[0].hidden = scene.tensors.output.shape.slice(0, -scene.axes).every((size) => size === 1);
    },
  };
}

// @ts-check
// The button that opens a picture full size, for pictures that a script puts on the page. (Templates have the macro.)
import { t } from "../../text.js";
import { svg } from "../../views/svg.js";
import { make } from "../shared/page_text.js";

/**
 * @param {string} name that the picture is offered by
 * @param {string} title of the picture
 */
export function zoomButton(name, title) {
  const said = t("{name} full size", { name: title });
  const icon = svg("svg", { width: 12, height: 12, viewBox: "0 0 12 12", "aria-hidden": "true" }, svg("path", { d: "M7 1.25h3.75V5M10.5 1.5 7 5M5 10.75H1.25V7M1.5 10.5 5 7" }));
  const button = make("button", { type: "button", className: "enlarge", title: said }, icon);
  button.dataset.zoom = name;
  button.setAttribute("aria-label", said);
  button.setAttribute("aria-haspopup", "dialog");
  return button;
}

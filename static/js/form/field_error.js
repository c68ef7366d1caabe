// @ts-check
// What is wrong with a field, said at the field, to those who see it and those who hear it.

/**
 * @param {HTMLElement} place
 * @param {string} message empty when nothing is wrong any more
 */
export function sayAt(place, message) {
  const line = /** @type {HTMLElement | null} */ (place.querySelector(":scope > .error"));
  if (!line) return;
  line.textContent = message;
  line.hidden = !message;
  for (const control of place.querySelectorAll("input:not([type=range], [type=radio]), select")) {
    const about = control.getAttribute("aria-describedby")?.split(" ").filter((id) => id !== line.id) ?? [];
    if (message) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    if (message && line.id) about.push(line.id);
    if (about.length) control.setAttribute("aria-describedby", about.join(" "));
    else control.removeAttribute("aria-describedby");
  }
}

/** How many lines were made that need an id. */
let made = 0;

/**
 * The same for one control, in a line of its own that may serve several.
 * @param {HTMLInputElement} control
 * @param {HTMLElement} line
 * @param {string} message empty when nothing is wrong any more
 * @param {string} [all] what the line says, of all that it serves
 */
export function sayBy(control, line, message, all = message) {
  line.id ||= `typed-wrong-${(made += 1)}`;
  line.textContent = all;
  line.hidden = !all;
  control.setAttribute("aria-invalid", String(Boolean(message)));
  if (message) control.setAttribute("aria-describedby", line.id);
  else control.removeAttribute("aria-describedby");
}

/** A line for `sayBy`. */
export function wrongLine() {
  const line = Object.assign(document.createElement("p"), { className: "error typed-wrong", hidden: true });
  line.setAttribute("role", "alert");
  return line;
}

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

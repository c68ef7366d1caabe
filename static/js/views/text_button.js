// @ts-check
// A button with a text on it.

/**
 * @param {string} text
 * @param {() => void} action
 * @param {string} [kind]
 */
export function textButton(text, action, kind = "") {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `button ${kind}`.trimEnd();
  button.textContent = text;
  button.addEventListener("click", action);
  return button;
}

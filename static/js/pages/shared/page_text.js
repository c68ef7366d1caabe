// @ts-check
// The places that a template leaves for words and pictures, by their names.
import { Problem } from "../../service/api.js";
import { t } from "../../text.js";

/**
 * A live figure's places are its own: the page around it does not write into them.
 * @param {ParentNode} root
 * @param {string} name
 * @param {string} text
 */
export function write(root, name, text) {
  for (const place of root.querySelectorAll(`[data-text="${name}"]`)) if (figureOf(place) === figureOf(root)) place.textContent = text;
}

/** @param {ParentNode} node */
function figureOf(node) {
  return node instanceof Element ? node.closest("[data-why]") : null;
}

/**
 * @param {ParentNode} root
 * @param {string} name
 */
export function view(root, name) {
  return /** @type {HTMLElement | null} */ (root.querySelector(`[data-view="${name}"]`));
}

/**
 * To the clipboard; by the old way where the page did not come over a connection that browsers trust.
 * @param {string} text
 */
export async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = make("textarea", { value: text });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Partial<HTMLElementTagNameMap[Name]>} [properties]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/**
 * Takes the focus to a heading; Escape takes it back to where it was.
 * @param {HTMLElement} heading
 */
export function visit(heading) {
  const from = document.activeElement;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  heading.onkeydown = ({ key }) => {
    if (key === "Escape" && from instanceof HTMLElement) from.focus();
  };
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/**
 * What went wrong, in a sentence for the visitor.
 * @param {unknown} error
 */
export function saidWrong(error) {
  if (error instanceof Problem) return error.detail;
  return error instanceof TypeError ? t("The server cannot be reached.") : String(error instanceof Error ? error.message : error);
}

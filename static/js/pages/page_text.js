// @ts-check
// The places that a template leaves for words and pictures, by their names.

/**
 * @param {ParentNode} root
 * @param {string} name
 * @param {string} text
 */
export function write(root, name, text) {
  for (const place of root.querySelectorAll(`[data-text="${name}"]`)) place.textContent = text;
}

/**
 * @param {ParentNode} root
 * @param {string} name
 */
export function view(root, name) {
  return /** @type {HTMLElement | null} */ (root.querySelector(`[data-view="${name}"]`));
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

// @ts-check
// How someone wants to look at things, remembered in this browser.

const PREFIX = "layerlab-";

/** @param {string} name @returns {string | null} */
export function keptChoice(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null; // storage can be forbidden
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function keepChoice(name, value) {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // the choice lasts for this page only
  }
}

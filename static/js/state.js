// @ts-check
// The state of a page is its query string: names as in the API, all values text.

/** @typedef {Record<string, string>} State */

/**
 * The defaults, overlaid with what the query says.
 * @param {string} search
 * @param {State} [defaults]
 * @returns {State}
 */
export function parseState(search, defaults = {}) {
  return { ...defaults, ...Object.fromEntries(new URLSearchParams(search)) };
}

/**
 * The query for a state. A value equal to its default is left out, so links stay short; an emptied default stays as `name=`.
 * @param {State} state
 * @param {State} [defaults]
 */
export function formatState(state, defaults = {}) {
  const kept = Object.entries(state).filter(([name, value]) => value !== (defaults[name] ?? ""));
  const query = new URLSearchParams(kept).toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return query ? `?${query}` : "";
}

/** Of a query; what stands between a browser and a service often stops at 8 KiB. */
const LONGEST = 7000;

/** @type {State} */
let pageDefaults = {};

/** @type {Set<(state: State) => void>} */
const listeners = new Set();

/**
 * The state of this page. The defaults are remembered for setState.
 * @param {State} [defaults]
 * @returns {State}
 */
export function readState(defaults = pageDefaults) {
  pageDefaults = defaults;
  return parseState(location.search, defaults);
}

/**
 * Change some values (undefined or null: back to the default), write the URL and tell the listeners.
 * @param {Record<string, string | number | boolean | null | undefined>} patch
 * @param {{replace?: boolean, silent?: boolean}} [options] replace: no new entry in the history (a slider on its way)
 * @returns {State}
 */
export function setState(patch, { replace = false, silent = false } = {}) {
  const state = readState();
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined || value === null) {
      delete state[name];
      if (name in pageDefaults) state[name] = pageDefaults[name];
    } else state[name] = String(value);
  }
  const query = formatState(state, pageDefaults);
  if (query !== location.search) {
    const url = location.pathname + query + location.hash;
    if (replace) history.replaceState(null, "", url);
    else history.pushState(null, "", url);
    syncLanguageLinks(query);
  }
  if (!silent) tell(state);
  return state;
}

/**
 * Whether the link can still carry it all after such a change.
 * @param {State} patch
 * @param {number} [left] characters that are to stay free
 */
export function fits(patch, left = 0) {
  return formatState({ ...readState(), ...patch }, pageDefaults).length <= LONGEST - left;
}

/**
 * Call `listener` after every change, also by the browser's back and forward.
 * @param {(state: State) => void} listener
 * @returns {() => void} stops it
 */
export function onState(listener) {
  if (!listeners.size) addEventListener("popstate", onPopState);
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function onPopState() {
  syncLanguageLinks(location.search);
  tell(readState());
}

/** @param {State} state */
function tell(state) {
  for (const listener of listeners) listener(state);
}

/**
 * The links to the other language lead to the same state.
 * @param {string} query
 */
function syncLanguageLinks(query) {
  if (!globalThis.document) return;
  for (const link of document.querySelectorAll("a[data-keep-state]")) {
    const anchor = /** @type {HTMLAnchorElement} */ (link);
    anchor.search = query;
  }
}

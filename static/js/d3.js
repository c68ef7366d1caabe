// @ts-check
// The one door to d3: a classic script in base.html puts it on the global object (tests do it themselves).

/** @type {typeof import("d3")} */
export const d3 = /** @type {any} */ (globalThis).d3;

// @ts-check
// The one door to d3: pages/d3.js, which base.html names, puts it on the global object (tests do it themselves).

/** @type {typeof import("./pages/d3.js").used} */
export const d3 = /** @type {any} */ (globalThis).d3;

// @ts-check
// A canvas that becomes a visitor's picture.

/**
 * Without an alpha channel: the canvas has none, and whoever gets the picture would be told that one was dropped.
 * @param {HTMLCanvasElement} canvas
 */
export function contextOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
}

/**
 * At once: toBlob() waits until the browser has nothing else to do, up to a second.
 * @param {HTMLCanvasElement} canvas
 */
export function pictureOf(canvas) {
  const bytes = Uint8Array.from(atob(canvas.toDataURL("image/png").split(",")[1]), (sign) => sign.charCodeAt(0));
  return new Blob([bytes], { type: "image/png" });
}

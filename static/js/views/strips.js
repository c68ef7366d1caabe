// @ts-check
// Parts of a map that are set apart: hatched strips at its end, a dotted line around its core.

/**
 * @param {HTMLElement} element a grid of one canvas
 * @param {string} className
 * @param {{start: number[], stop: number[]}[]} boxes rows and columns
 */
export function setApart(element, className, boxes) {
  const canvas = element.querySelector("canvas");
  for (const old of element.querySelectorAll(`:scope > .${className}`)) old.remove();
  if (!canvas || element.hidden) return;
  const [down, across] = [canvas.offsetHeight / canvas.height, canvas.offsetWidth / canvas.width];
  for (const { start, stop } of boxes) {
    const box = document.createElement("span");
    box.className = className;
    box.setAttribute("aria-hidden", "true");
    Object.assign(box.style, {
      left: `${canvas.offsetLeft + start[1] * across}px`,
      top: `${canvas.offsetTop + start[0] * down}px`,
      width: `${(stop[1] - start[1]) * across}px`,
      height: `${(stop[0] - start[0]) * down}px`,
    });
    element.append(box);
  }
}

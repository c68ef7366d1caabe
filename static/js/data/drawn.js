// @ts-check
// Numbers drawn at random for a start; the same ones for the same seed. Plain data.

// The multiplier and the step are those of Numerical Recipes.
const [MULTIPLIER, STEP, SIZE] = [1664525, 1013904223, 2 ** 32];
const FIRST = 8; // the first ones of neighbouring seeds are too much alike

/**
 * @param {readonly number[]} shape
 * @param {number} seed
 * @returns {import("./tensor.js").Tensor} of numbers from −1 to 1, with two decimals, so that they can be read and typed
 */
export function drawnTensor(shape, seed) {
  let state = seed >>> 0;
  const next = () => (state = (Math.imul(state, MULTIPLIER) + STEP) >>> 0) / SIZE;
  for (let i = 0; i < FIRST; i += 1) next();
  const count = shape.reduce((all, size) => all * size, 1);
  return { shape: [...shape], data: Float32Array.from({ length: count }, () => Math.round(200 * next() - 100) / 100), dtype: "float32" };
}

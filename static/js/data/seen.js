// @ts-check
// What an element of a network sees of the picture. Plain data.

/** @typedef {{size: number[], stride: number[], offset: number[]}} Field as the service tells it */

/**
 * @param {Field | null | undefined} field
 * @param {readonly number[]} place of the element on the spatial axes
 * @param {readonly number[]} size of the picture
 * @returns {{start: number[], stop: number[]}} within the picture
 */
export function seenOf(field, place, size) {
  if (!field || field.size.length !== size.length || place.length !== size.length) return { start: size.map(() => 0), stop: [...size] };
  const begin = field.offset.map((offset, axis) => offset + place[axis] * field.stride[axis]);
  const start = begin.map((first, axis) => Math.min(size[axis] - 1, Math.max(0, Math.floor(first))));
  return { start, stop: begin.map((first, axis) => Math.max(start[axis] + 1, Math.min(size[axis], Math.ceil(first + field.size[axis])))) };
}

// @ts-check
// The pictures of a page that can be seen full size, by the names that their buttons have: data-zoom="output".

/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/**
 * @typedef {object} Picture
 * @property {string} title
 * @property {string} file what a file of it is called
 * @property {Tensor} tensor
 * @property {number[]} lead the index before the last two axes: which sheet of the tensor is seen first
 * @property {("sample" | "map" | "slice" | "kernel" | "channel")[]} axes what those axes are
 * @property {import("../../data/color.js").Scale} scale
 * @property {string} [note] under the legend
 * @property {{min: number, max: number} | null} [colours] the sample's channels can be seen as one picture; the values of black and white
 * @property {string[] | null} [names] of its channels
 * @property {string[] | null} [columns] the names of the columns
 * @property {boolean} [isShared] its scale is that of all sheets
 * @property {number[] | null} [at] the chosen element
 * @property {number[] | null} [near] where one looks while none is chosen
 * @property {boolean} [isSecret] the number of the chosen one is to be predicted, and not here
 * @property {Record<string, number> | null} [stats] of the whole tensor
 * @property {number} [tiled] the axis whose sheets are all seen beside each other
 * @property {string} [single] of these, the picture that shows the chosen one alone
 * @property {string} [all] the picture that shows all sheets beside each other
 * @property {(lead: number[]) => void} [onLead] the page itself chooses the sheet; otherwise the link does
 * @property {(at: number[]) => void} [onChoose]
 */

/** @type {Map<string, Picture>} */
const pictures = new Map();

/** @type {Set<(name: string) => void>} */
const watchers = new Set();

/**
 * @param {string} name
 * @param {Picture | null} picture null: there is none now
 */
export function offerPicture(name, picture) {
  if (picture) pictures.set(name, picture);
  else pictures.delete(name);
  for (const watch of watchers) watch(name);
}

/** @param {string} name */
export function pictureOf(name) {
  return pictures.get(name) ?? null;
}

/** @param {(name: string) => void} watch called when the picture of that name is another */
export function onPicture(watch) {
  watchers.add(watch);
}

// @ts-check
// Which stage follows which, and which maps of one are made of which maps of another. Plain data.

/** @typedef {{groups: number, first: number, maps: number}} Links as the service tells them */
/** @typedef {{start: number, stop: number}} Span of maps */
/** @typedef {{name: string, sources: Record<string, string>, links: Record<string, Links | null>}} Linked a stage */

/**
 * The stages by how far they are from the picture: each column needs only those before it.
 * @param {readonly Linked[]} stages
 * @returns {number[][]} the first column is the picture, −1
 */
export function columnsOf(stages) {
  /** @type {Map<string, number>} */
  const depths = new Map();
  /** @type {number[][]} */
  const columns = [[-1]];
  stages.forEach(({ name, sources }, number) => {
    const depth = 1 + Math.max(0, ...Object.values(sources).map((source) => depths.get(source) ?? 0));
    depths.set(name, depth);
    (columns[depth] ??= []).push(number);
  });
  return columns;
}

/**
 * What each stage takes, as numbers of stages.
 * @param {readonly Linked[]} stages
 * @returns {{from: number, to: number, links: Links | null}[]}
 */
export function joinsOf(stages) {
  const numbers = new Map(stages.map(({ name }, number) => [name, number]));
  return stages.flatMap(({ sources, links }, to) => Object.entries(sources).map(([tensor, source]) => ({ from: numbers.get(source) ?? -1, to, links: links[tensor] ?? null })));
}

/**
 * The maps that one map is made of.
 * @param {Links | null} links null: of all
 * @param {number} before how many maps there are to be made of
 * @param {number} map
 * @returns {Span}
 */
export function madeOf(links, before, map) {
  if (!links) return { start: 0, stop: before };
  const { groups, first, maps } = links;
  const place = map - first;
  if (place < 0 || place >= maps) return { start: 0, stop: 0 };
  const group = Math.floor((place * groups) / maps);
  return { start: (group * before) / groups, stop: ((group + 1) * before) / groups };
}

/**
 * The maps that one map helps to make.
 * @param {Links | null} links null: all
 * @param {number} before how many maps stand beside this one
 * @param {number} after how many maps the other stage has
 * @param {number} map
 * @returns {Span}
 */
export function makes(links, before, after, map) {
  if (!links) return { start: 0, stop: after };
  const { groups, first, maps } = links;
  const group = Math.floor((map * groups) / before);
  return { start: first + (group * maps) / groups, stop: first + ((group + 1) * maps) / groups };
}

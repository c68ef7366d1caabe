// @ts-check
// What a row of numbers was before it was one: the maps that a network laid out. Plain data.

/** @typedef {{name: string, input: {shape: number[], channels_last?: boolean}, shape: number[], channels_last?: boolean, sources: Record<string, string>, tensors: Record<string, string>, cost: {macs: number}}} Stage */

/**
 * @param {readonly Stage[]} stages
 * @param {number} number of a stage that weighs a row
 * @returns {[maps: number, height: number, width: number] | null} null: it never was more than a row
 */
export function mapsBehind(stages, number) {
  const features = sizeOf(stages[number].input.shape);
  const numbers = new Map(stages.map(({ name }, i) => [name, i]));
  for (let at = number; ; ) {
    const { input, sources } = stages[at];
    if (input.shape.length > 2) return asMaps(input);
    const [source, ...others] = Object.values(sources);
    const before = stages[numbers.get(source) ?? -1];
    if (!before || others.length || sizeOf(before.shape) !== features) return null;
    if (before.shape.length > 2) return asMaps(before);
    if (before.cost.macs || Object.keys(before.tensors).length || sizeOf(before.input.shape) !== features) return null;
    at = numbers.get(source) ?? -1;
  }
}

/**
 * Channels that came last stand beside each other in the row: it has no map in one piece.
 * @param {{shape: number[], channels_last?: boolean}} before
 * @returns {[number, number, number] | null}
 */
function asMaps({ shape: [, maps, height, width, ...rest], channels_last: isLast }) {
  return rest.length === 0 && height * width > 1 && !(isLast && maps > 1) ? [maps, height, width] : null;
}

/** @param {readonly number[]} shape */
function sizeOf(shape) {
  return shape.reduce((all, one) => all * one, 1);
}

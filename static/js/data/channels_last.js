// @ts-check
// Pictures and maps whose channels come last, (N, H, W, C), as the page looks at them: (N, C, H, W). Plain data.

/** @typedef {import("./tensor.js").Tensor} Tensor */
/** @typedef {{name: string, shape: number[], channels_last?: boolean, input: {shape: number[], channels_last?: boolean}, sources: Record<string, string>}} Stage */

const TO_FIRST = [0, 3, 1, 2];
const TO_LAST = [0, 2, 3, 1];

/**
 * A shape or an index as the page has it.
 * @param {readonly number[]} axes as the file has it
 */
export function first(axes) {
  return TO_FIRST.map((axis) => axes[axis]);
}

/**
 * A shape or an index as the file has it.
 * @param {readonly number[]} axes as the page has it
 */
export function last(axes) {
  return TO_LAST.map((axis) => axes[axis]);
}

/** @param {Tensor} tensor as the file has it @returns {Tensor} */
export function tensorFirst({ shape, data, dtype }) {
  const [count, height, width, channels] = shape;
  return { shape: first(shape), data: turned(data, count, height * width, channels), dtype };
}

/** @param {Tensor} tensor as the page has it @returns {Tensor} */
export function tensorLast({ shape, data, dtype }) {
  const [count, channels, height, width] = shape;
  return { shape: last(shape), data: turned(data, count, channels, height * width), dtype };
}

/**
 * Tables of numbers, each with its rows as columns.
 * @param {Tensor["data"]} data
 * @param {number} count of tables
 * @param {number} rows
 * @param {number} columns
 */
function turned(data, count, rows, columns) {
  const made = data.slice();
  for (let table = 0; table < count * rows * columns; table += rows * columns) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) made[table + column * rows + row] = data[table + row * columns + column];
    }
  }
  return made;
}

/**
 * What is known of a network, its shapes as the page has them. A stage's input says whether it was turned.
 * @template {{input: {shape: number[], channels_last?: boolean}, stages: readonly any[]}} Known
 * @param {Known} known
 * @returns {Known}
 */
export function knownFirst(known) {
  const { input } = known;
  const isLast = lastOf(known.stages, Boolean(input.channels_last));
  const stages = known.stages.map((stage, number) => ({
    ...stage,
    shape: isLast.has(number) ? first(stage.shape) : stage.shape,
    input: isSourceLast(stage, known.stages, isLast) ? { ...stage.input, shape: first(stage.input.shape), channels_last: true } : stage.input,
  }));
  return { ...known, input: { ...input, shape: input.channels_last ? first(input.shape) : input.shape }, stages };
}

/**
 * The numbers of the stages whose channels come last; the input's is −1.
 * @param {readonly {channels_last?: boolean}[]} stages
 * @param {boolean} isInputLast
 * @returns {Set<number>}
 */
export function lastOf(stages, isInputLast) {
  const found = stages.flatMap(({ channels_last: isLast }, number) => (isLast ? [number] : []));
  return new Set(isInputLast ? [-1, ...found] : found);
}

/**
 * @param {Stage} stage
 * @param {readonly {name: string}[]} stages
 * @param {Set<number>} isLast
 * @param {string} [tensor] that it takes
 */
function isSourceLast({ sources }, stages, isLast, tensor = "input") {
  return tensor in sources && isLast.has(stages.findIndex(({ name }) => name === sources[tensor]));
}

/**
 * How a number was made, its places as the page has them.
 * @template {{at: number[], terms: any[]}} Element
 * @param {Element} element
 * @param {number} number of the stage
 * @param {readonly any[]} stages
 * @param {Set<number>} isLast
 * @returns {Element}
 */
export function elementFirst(element, number, stages, isLast) {
  const terms = element.terms.map((term) => (term.input_index && isSourceLast(stages[number], stages, isLast, term.tensor) ? { ...term, input_index: first(term.input_index) } : term));
  return { ...element, at: isLast.has(number) ? first(element.at) : element.at, terms };
}

/**
 * What adds up to a score, its places as the page has them.
 * @template {{features: {stage: number, at: number[]}[]}} Made
 * @param {Made} made
 * @param {Set<number>} isLast
 * @returns {Made}
 */
export function featuresFirst(made, isLast) {
  return { ...made, features: made.features.map((feature) => (isLast.has(feature.stage) ? { ...feature, at: first(feature.at) } : feature)) };
}

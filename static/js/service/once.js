// @ts-check
// Answers that are asked for once, the newest of them: a page that is open all day must not grow with each input it saw.

const MOST = 100;
const MOST_BYTES = 128 * 1024 * 1024; // of tensors: one picture can have half of it

/** @typedef {{answer: Promise<any>, bytes: number}} Kept */

export class Once {
  /** @type {Map<string, Kept>} the one that was wanted last at the end */
  #kept = new Map();

  /**
   * The same promise for the same key; one that failed is tried again.
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} make
   * @returns {Promise<T>}
   */
  ask(key, make) {
    const kept = this.#kept.get(key) ?? this.#asked(key, make());
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    this.#tidy();
    return kept.answer;
  }

  forget() {
    this.#kept.clear();
  }

  /**
   * @param {string} key
   * @param {Promise<any>} answer
   * @returns {Kept}
   */
  #asked(key, answer) {
    const kept = { answer, bytes: 0 };
    answer.then(
      (found) => {
        kept.bytes = bytesOf(found);
        this.#tidy();
      },
      () => this.#kept.get(key) === kept && this.#kept.delete(key),
    );
    return kept;
  }

  #tidy() {
    const bytes = () => [...this.#kept.values()].reduce((sum, kept) => sum + kept.bytes, 0);
    while (this.#kept.size > MOST || (this.#kept.size > 1 && bytes() > MOST_BYTES)) this.#kept.delete([...this.#kept.keys()][0]);
  }
}

/** @param {any} found with tensors at its top, or none */
function bytesOf(found) {
  const all = Object.values(found ?? {}).flatMap((one) => [one, ...Object.values(one ?? {})]);
  return all.reduce((sum, one) => sum + (one?.data?.byteLength ?? 0), 0);
}

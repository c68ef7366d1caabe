// @ts-check
// Questions to the service one after the other, so that a page does not crowd itself out; and again where it was busy.
import { Problem } from "./api.js";

const BUSY = 503;
const MOST_TRIES = 8;

/** @typedef {{isLast?: boolean, signal?: AbortSignal}} Turn isLast: when nobody else waits */

export class Turns {
  /** @type {{isLast: boolean, begin: () => void}[]} */
  #waiting = [];
  #isTaken = false;

  /**
   * @template T
   * @param {(pass: () => void) => Promise<T>} ask pass: the turn is the next one's, before the answer is all here
   * @param {Turn} [turn]
   * @returns {Promise<T>}
   */
  async take(ask, { isLast = false, signal } = {}) {
    await this.#begin(isLast);
    let isOver = false;
    const pass = () => {
      if (!isOver) setTimeout(() => this.#next()); // who goes on asking comes before those who are last
      isOver = true;
    };
    try {
      signal?.throwIfAborted();
      return await ask(pass);
    } finally {
      pass();
    }
  }

  /**
   * @param {boolean} isLast
   * @returns {Promise<void>}
   */
  #begin(isLast) {
    return new Promise((begin) => {
      this.#waiting.push({ isLast, begin });
      if (!this.#isTaken) setTimeout(() => this.#isTaken || this.#next());
    });
  }

  #next() {
    const at = this.#waiting.findIndex(({ isLast }) => !isLast);
    const [next] = this.#waiting.splice(Math.max(0, at), 1);
    this.#isTaken = Boolean(next);
    next?.begin();
  }
}

/**
 * Asks again after as long as a busy service says.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {{signal?: AbortSignal, pause?: (seconds: number) => Promise<unknown>}} [options]
 * @returns {Promise<T>}
 */
export async function patiently(ask, { signal, pause = waited } = {}) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== BUSY || tries === MOST_TRIES) throw error;
      await pause(error.retryAfter || 1);
      signal?.throwIfAborted();
    }
  }
}

/** @param {number} seconds */
function waited(seconds) {
  return new Promise((done) => setTimeout(done, 1000 * seconds));
}

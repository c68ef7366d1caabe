// @ts-check
// Work that a moving control asks for faster than it can be done.

/**
 * One job at a time; of what is asked meanwhile only the newest is done, after it. A job that is already slow when a
 * newer one comes is given up, but no two in a row: where all are slow, something is still seen while the control moves.
 * @template T
 * @param {(value: T, signal: AbortSignal) => Promise<void>} job it deals with its own errors, but for being aborted
 * @param {{patience?: number}} [options] milliseconds after which a running job is slow
 * @returns {(value: T) => Promise<void>} resolves when nothing is left to do
 */
export function latest(job, { patience = 150 } = {}) {
  /** @type {{value: T} | null} */
  let waiting = null;
  /** @type {Promise<void> | null} */
  let working = null;
  /** @type {AbortController | null} */
  let controller = null;
  let since = 0;
  let isSpared = false;

  async function work() {
    while (waiting) {
      const { value } = waiting;
      waiting = null;
      controller = new AbortController();
      since = performance.now();
      try {
        await job(value, controller.signal);
      } catch (error) {
        if (!controller.signal.aborted) throw error;
      } finally {
        isSpared = controller.signal.aborted;
      }
    }
  }

  return (value) => {
    waiting = { value };
    if (working && !isSpared && performance.now() - since > patience) controller?.abort();
    working ??= work().finally(() => {
      working = null;
    });
    return working;
  };
}

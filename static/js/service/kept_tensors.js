// @ts-check
// The visitor's own inputs, kept in this browser under the ref that the service gave them: when the service has let go
// of one, it is sent again. Where the browser keeps nothing (a private window, a full disk), all works but that.
import { fromNpy, toNpy } from "../data/tensor.js";

/** @typedef {import("../data/tensor.js").Tensor} Tensor */
/** @typedef {{ref: string, bytes: ArrayBuffer, at: number, conversions?: string[]}} Kept conversions: how it was made from a file */

const [NAME, STORE] = ["layerlab", "tensors"];
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * @param {string} ref
 * @param {Tensor} tensor
 * @param {string[]} [conversions] how it was made from a file
 * @returns {Promise<boolean>} whether it is kept
 */
export async function keepTensor(ref, tensor, conversions = []) {
  const bytes = toNpy(tensor);
  if (bytes.byteLength > MOST_BYTES) return false;
  try {
    const store = await open("readwrite");
    const others = /** @type {Kept[]} */ (await done(store.getAll()));
    await done(store.put({ ref, bytes, at: Date.now(), conversions }));
    for (const old of tooMany(others, bytes.byteLength)) await done(store.delete(old));
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} ref
 * @returns {Promise<Tensor | null>}
 */
export async function keptTensor(ref) {
  const found = await kept(ref);
  return found ? fromNpy(found.bytes) : null;
}

/**
 * @param {string} ref
 * @returns {Promise<string[]>} how it was made from a file, as far as that is kept
 */
export async function keptConversions(ref) {
  return (await kept(ref))?.conversions ?? [];
}

/**
 * @param {string} ref
 * @returns {Promise<Kept | null>}
 */
async function kept(ref) {
  try {
    return (await done((await open("readonly")).get(ref))) ?? null;
  } catch {
    return null;
  }
}

/**
 * One that nothing names any more.
 * @param {string} ref
 */
export async function dropTensor(ref) {
  try {
    await done((await open("readwrite")).delete(ref));
  } catch {
    // it goes when the room is needed
  }
}

/**
 * The refs of those kept longest that no longer fit beside a new one.
 * @param {Kept[]} kept
 * @param {number} added bytes
 */
export function tooMany(kept, added) {
  let room = MOST_BYTES - added;
  return [...kept].sort((a, b) => b.at - a.at).flatMap(({ ref, bytes }) => {
    room -= bytes.byteLength;
    return room < 0 ? [ref] : [];
  });
}

/**
 * @param {IDBTransactionMode} mode
 * @returns {Promise<IDBObjectStore>}
 */
async function open(mode) {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "ref" });
  return (await done(request)).transaction(STORE, mode).objectStore(STORE);
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// @ts-check
// Classes by their names: one of a thousand is found by a part of it, or by its number. Plain data.

/**
 * A name for each class that no other has.
 * @param {readonly string[]} labels none where nobody gave any
 * @param {number} count of the classes
 */
export function namesOf(labels, count) {
  const all = Array.from({ length: count }, (_, i) => labels[i] ?? String(i));
  /** @type {Map<string, number>} */
  const often = new Map();
  for (const name of all) often.set(name, (often.get(name) ?? 0) + 1);
  return all.map((name, i) => ((often.get(name) ?? 0) > 1 ? `${name} (${i})` : name));
}

/**
 * The class that is meant: by its whole name, by its number, by how it begins, by a part.
 * @param {readonly string[]} names
 * @param {string} text
 * @returns {number} −1 where there is none
 */
export function findClass(names, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return -1;
  const low = names.map((name) => name.toLowerCase());
  const whole = low.indexOf(wanted);
  if (whole >= 0) return whole;
  if (/^\d+$/.test(wanted) && Number(wanted) < names.length) return Number(wanted);
  const begins = low.findIndex((name) => name.startsWith(wanted));
  return begins >= 0 ? begins : low.findIndex((name) => name.includes(wanted));
}

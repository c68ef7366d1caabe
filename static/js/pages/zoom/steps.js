// @ts-check
// Which sheet of a tensor is seen full size: a step back and on for each axis that has more than one.
import { joined, t } from "../../text.js";
import { make } from "../shared/page_text.js";

/** @typedef {import("../shared/pictures.js").Picture} Picture */

/** @type {Record<Picture["axes"][number], (place: number, count: number) => {now: string, back: string, on: string}>} */
const WORDS = {
  sample: (place, count) => ({ now: t("sample {sample} (0 to {last})", { sample: place, last: count - 1 }), back: t("previous sample"), on: t("next sample") }),
  map: (place, count) => ({ now: t("map {map} (0 to {last})", { map: place, last: count - 1 }), back: t("previous map"), on: t("next map") }),
  kernel: (place, count) => ({ now: t("kernel {kernel} (0 to {last})", { kernel: place, last: count - 1 }), back: t("previous kernel"), on: t("next kernel") }),
  channel: (place, count) => ({ now: t("channel {channel} (0 to {last})", { channel: place, last: count - 1 }), back: t("previous channel"), on: t("next channel") }),
  slice: (place, count) => ({ now: t("slice {slice} (0 to {last})", { slice: place, last: count - 1 }), back: t("previous slice"), on: t("next slice") }),
};

/**
 * @param {Picture} picture
 * @param {number} axis
 * @param {number} place
 */
function wordsOf({ axes, names, tensor }, axis, place) {
  const words = WORDS[axes[axis]](place, tensor.shape[axis]);
  return axes[axis] === "map" && names?.[place] ? { ...words, now: t("{name}: {what}", { name: names[place], what: words.now }) } : words;
}

/**
 * @param {Picture} picture
 * @param {number[]} lead
 */
function steps({ tensor, tiled }, lead) {
  return lead.flatMap((place, axis) => (tensor.shape[axis] > 1 && axis !== tiled ? [{ axis, place }] : []));
}

/**
 * Which sheet it is, in words; nothing where there is but one.
 * @param {Picture} picture
 * @param {number[]} lead
 */
export function saidSheet(picture, lead) {
  return steps(picture, lead).map(({ axis, place }) => wordsOf(picture, axis, place).now).reduce((first, more) => joined(first, more), "");
}

/**
 * @param {HTMLElement} element
 * @param {Picture} picture
 * @param {number[]} lead
 * @param {(lead: number[]) => void} onStep
 */
export function steppers(element, picture, lead, onStep) {
  const held = [...element.querySelectorAll("button")].indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  element.replaceChildren(...steps(picture, lead).map(({ axis, place }) => {
    const { now, back, on } = wordsOf(picture, axis, place);
    const button = (/** @type {number} */ by, /** @type {string} */ sign, /** @type {string} */ said) => {
      const to = place + by;
      const made = make("button", { type: "button", className: "step", textContent: sign, title: said });
      made.setAttribute("aria-label", said);
      made.setAttribute("aria-disabled", String(to < 0 || to >= picture.tensor.shape[axis])); // not disabled: the keyboard stays on it
      made.onclick = () => to >= 0 && to < picture.tensor.shape[axis] && onStep(lead.map((other, i) => (i === axis ? to : other)));
      return made;
    };
    return make("span", { className: "stepper" }, button(-1, "‹", back), make("span", { textContent: now }), button(1, "›", on));
  }));
  if (held >= 0) element.querySelectorAll("button")[held]?.focus();
}

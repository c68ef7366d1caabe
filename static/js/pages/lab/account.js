// @ts-check
// The same arithmetic in words and in full precision: a sentence for each element, which a screen reader speaks; every
// term as a table; and the term that is pointed at, with all its digits.
import { allDigits, count } from "../../data/format.js";
import { winnerOf } from "../../data/terms.js";
import { joined, t } from "../../text.js";
import { termTable } from "../../views/term_table.js";
import { make } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/terms.js").Element} Element */

const PAUSE = 400; // milliseconds; a walk that goes on is not spoken over
const MOST_ROWS = 512;

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountAccount(root) {
  const aside = root.querySelector(".ar");
  if (!aside) return {};
  const sentence = make("p", { className: "visually-hidden account" });
  sentence.setAttribute("role", "status");
  const all = make("div", { className: "scroll", tabIndex: 0 });
  const said = make("p", { className: "small soft" });
  const more = make("details", { className: "rare terms-all" }, make("summary", { textContent: t("every term, in full precision") }), said, all);
  aside.append(sentence);
  aside.insertBefore(more, aside.querySelector(".side")); // at the end where there is none
  watchCells(root);
  /** @type {Scene | null} */
  let shown = null;
  let timer = 0;
  const draw = () => shown?.element && more.open && drawTerms(all, said, shown.element, root);
  more.addEventListener("toggle", draw);
  return {
    explain: (scene) => {
      shown = scene;
      draw();
      clearTimeout(timer);
      timer = window.setTimeout(() => (sentence.textContent = scene.element ? accountOf(root, scene.element) : ""), PAUSE);
    },
  };
}

/**
 * What stands on the screen, read out: where, how the parts make the value, and what is special about it.
 * @param {HTMLElement} root
 * @param {Element} element
 */
function accountOf(root, element) {
  const where = root.querySelector("[data-text=where]")?.textContent ?? `[${element.at.join(", ")}]`;
  const line = root.querySelector("[data-part=arithmetic] .sum-line")?.getAttribute("aria-label");
  const row = [...root.querySelectorAll("[data-part=table] tr.chosen > *")].map(({ textContent }, i) => `${heads(root)[i]} ${textContent}`);
  return [where, line ?? joined(...row), ...notesOn(element)].filter(Boolean).join(t("; "));
}

/** @param {HTMLElement} root */
function heads(root) {
  return [...root.querySelectorAll("[data-part=table] thead th")].map(({ textContent }) => textContent ?? "");
}

/** @param {Element} element */
function notesOn(element) {
  const { terms, branch, ties } = element;
  const padded = terms.filter(({ padding }) => padding).length;
  const winner = winnerOf(element);
  return [
    padded ? t("{padded} of {count} cells are padding", { padded, count: terms.length }) : "",
    winner ? t("found at [{at}]", { at: winner.join(", ") }) : "",
    ties > 1 ? t("{count} cells have this value", { count: ties }) : "",
    branch ? t("the case {branch}", { branch }) : "",
  ];
}

/**
 * @param {HTMLElement} place
 * @param {HTMLElement} said
 * @param {Element} element
 * @param {HTMLElement} root
 */
function drawTerms(place, said, element, root) {
  const terms = element.terms.slice(0, MOST_ROWS);
  const whole = element.terms_total ?? element.terms.length;
  const isSum = element.combine === "sum" && terms.every(({ product }) => product !== undefined);
  let sum = 0;
  const sums = isSum ? terms.map(({ product }) => (sum += product ?? NaN)) : [];
  termTable(place, terms, { caption: root.querySelector("[data-text=where]")?.textContent ?? "", sums });
  const rest = whole > terms.length ? t("the first {shown} of {count}", { shown: terms.length, count: count(whole) }) : "";
  const bias = element.bias === null || element.bias === undefined ? "" : t("bias {value}", { value: allDigits(element.bias) });
  said.textContent = [rest, bias, t("output {value}", { value: allDigits(element.value) })].filter(Boolean).join(t("; "));
}

/**
 * The term under the pointer, or touched, with all its digits.
 * @param {HTMLElement} root
 */
function watchCells(root) {
  const line = make("p", { className: "exact small soft", textContent: hint() });
  root.querySelector("[data-part=arithmetic]")?.after(line);
  /** @param {Event} event */
  const show = ({ target }) => {
    const words = target instanceof Element ? target.closest("[data-term]")?.getAttribute("data-term")?.split(" ") : null;
    line.textContent = words ? written(words.map(Number)) : hint();
  };
  root.querySelector("[data-part=arithmetic]")?.addEventListener("pointerover", show);
  root.querySelector("[data-part=arithmetic]")?.addEventListener("click", show);
}

function hint() {
  return t("Point at a cell for all its digits.");
}

/** @param {number[]} numbers value, weight, product; or the value alone */
function written([value, weight, product]) {
  const factors = [value, weight].filter((factor) => factor !== undefined).map(allDigits).join(" × ");
  return product === undefined ? factors : `${factors} = ${allDigits(product)}`;
}

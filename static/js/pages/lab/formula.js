// @ts-check
// The formula of the layer, and of the element that is looked at with its own numbers, as the service writes them.
import { t } from "../../text.js";
import { mathOf, mathParts } from "../../views/math.js";
import { copyText, make } from "../shared/page_text.js";

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountFormula(root) {
  const part = /** @type {HTMLDetailsElement | null} */ (root.querySelector("[data-part=formula]"));
  if (!part) return {};
  const [symbols, numbers] = [make("div", { className: "math" }), make("div", { className: "math lines", tabIndex: 0 })];
  numbers.setAttribute("role", "group");
  numbers.setAttribute("aria-label", t("The formula with its numbers"));
  const copies = ["latex", "latex_numbers"].map((name) => copyButton(() => formula?.[name] ?? "", name === "latex" ? t("Copy LaTeX") : t("Copy LaTeX with the numbers")));
  const letters = /** @type {HTMLElement | null} */ (root.querySelector("[data-part=letters]"));
  (letters ?? part).before(symbols);
  part.append(numbers, make("p", { className: "copies" }, ...copies));
  /** @type {Record<string, string> | null} */
  let formula = null;
  const draw = () => {
    show(symbols, formula?.mathml ?? "", (mathml) => [mathOf(mathml)].filter((math) => math !== null));
    if (letters) showLetters(letters, symbols);
    if (part.open) show(numbers, formula?.mathml_numbers ?? "", mathParts);
  };
  part.addEventListener("toggle", draw);
  return {
    explain: ({ element }) => {
      formula = element?.formula ?? null;
      symbols.hidden = !formula;
      part.hidden = !formula?.mathml_numbers;
      draw();
    },
  };
}

/**
 * In words, the letters that stand in the formula.
 * @param {HTMLElement} letters
 * @param {Element} symbols
 */
function showLetters(letters, symbols) {
  const used = new Set([...symbols.querySelectorAll("mi, mtext")].flatMap(({ textContent }) => textContent?.split(/[^\p{L}_]+/u) ?? []));
  const all = /** @type {HTMLElement[]} */ ([...letters.children]);
  for (const one of all) one.hidden = !used.has(one.dataset.letter ?? "");
  letters.hidden = symbols.hasAttribute("hidden") || all.every(({ hidden }) => hidden);
}

/** @type {WeakMap<Element, string>} */
const shown = new WeakMap();

/**
 * @param {HTMLElement} place
 * @param {string} mathml
 * @param {(mathml: string) => Element[]} read
 */
function show(place, mathml, read) {
  if (shown.get(place) === mathml) return;
  shown.set(place, mathml);
  place.replaceChildren(...read(mathml));
}

/**
 * @param {() => string} text
 * @param {string} said
 */
function copyButton(text, said) {
  const button = make("button", { type: "button", className: "link", textContent: said });
  button.onclick = async () => {
    await copyText(text());
    button.textContent = t("Copied");
    setTimeout(() => (button.textContent = said), 1500);
  };
  return button;
}

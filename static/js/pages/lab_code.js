// @ts-check
// The same call elsewhere: one tab a language, and Copy. The text is the service's.
import { t } from "../text.js";
import { copyText } from "./page_text.js";

/**
 * @param {HTMLElement} root
 * @returns {import("./lab.js").Part}
 */
export function mountCode(root) {
  const part = /** @type {HTMLElement} */ (root.querySelector("[data-part=code]"));
  const tabs = /** @type {HTMLButtonElement[]} */ ([...part.querySelectorAll("[role=tab]")]);
  const text = /** @type {HTMLElement} */ (part.querySelector("pre"));
  const copy = /** @type {HTMLButtonElement} */ (part.querySelector("[data-copy]"));
  /** @type {Record<string, string>} */
  let codes = {};
  let chosen = tabs[0];

  /** @param {HTMLButtonElement} tab */
  const choose = (tab) => {
    chosen = tab;
    for (const one of tabs) {
      one.setAttribute("aria-selected", String(one === tab));
      one.tabIndex = one === tab ? 0 : -1;
    }
    text.setAttribute("aria-labelledby", tab.id);
    text.textContent = codes[tab.dataset.code ?? ""] ?? "";
  };
  for (const tab of tabs) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", ({ key }) => {
      const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
      if (!step) return;
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      choose(next);
      next.focus();
    });
  }
  const said = copy.textContent;
  copy.addEventListener("click", async () => {
    await copyText(text.textContent ?? "");
    copy.textContent = t("Copied");
    setTimeout(() => (copy.textContent = said), 1500);
  });
  return {
    draw: ({ facts }) => {
      codes = facts.code ?? {};
      choose(chosen);
    },
  };
}

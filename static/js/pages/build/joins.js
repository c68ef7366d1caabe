// @ts-check
// The choice of what comes into a layer, and of what that meets there: what one of the layers before it gives, or the
// input of the chain.
import { CHAIN_INPUT, formatJoin, readJoin } from "../../data/joins.js";
import { t } from "../../text.js";
import { make } from "../shared/page_text.js";

const INPUT = "input";

/**
 * @param {HTMLFormElement} form
 * @param {readonly string[]} before the names of the layers before it
 * @param {Record<string, string>} params of the layer
 */
export function offerJoins(form, before, params) {
  for (const select of /** @type {NodeListOf<HTMLSelectElement>} */ (form.querySelectorAll("select[data-joins]"))) {
    const isInput = select.name === INPUT;
    const row = /** @type {HTMLElement} */ (select.closest("[data-field]"));
    row.hidden = isInput && !before.length; // the first layer has no choice
    const nothing = isInput && params[INPUT] !== formatJoin(before.length - 1) ? before.length - 1 : null;
    const options = [t("the input of the chain"), ...before.map((title, at) => t("{number} {title}", { number: at + 1, title }))].map((said, place) => {
      const at = place + CHAIN_INPUT;
      return { value: at === nothing ? "" : formatJoin(at), said };
    });
    const own = params[select.name] ?? "";
    if (own && readJoin(own) === null) options.unshift({ value: own, said: t("own numbers") });
    const isSame = options.length === select.options.length && options.every(({ value, said }, at) => value === select.options[at].value && said === select.options[at].text);
    if (!isSame) select.replaceChildren(...options.map(({ value, said }) => make("option", { value, textContent: said })));
  }
}

// @ts-check
// The link, copied; where it cannot carry an own tensor it says so, and offers a file that does.
import { getTensor } from "../../service/api.js";
import { keptTensor } from "../../service/kept_tensors.js";
import { toSaved } from "../../data/saved_file.js";
import { onState, readState } from "../../state.js";
import { language, t } from "../../text.js";
import { refsIn, withoutRefs } from "./own.js";
import { copyText, make, save } from "../shared/page_text.js";

/** @typedef {import("./source.js").Config} Config */

/** @param {Config} config */
export function mountCarry(config) {
  const button = document.querySelector("[data-take=link]");
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-part=carried]"));
  if (!button || !place) return;
  button.addEventListener("click", async () => {
    await copyText(location.href);
    place.replaceChildren(...(await said(config)));
  });
  onState(() => place.replaceChildren());
  document.addEventListener("click", ({ target }) => target instanceof Node && !place.parentElement?.contains(target) && place.replaceChildren());
}

/**
 * What is said beside the link that was copied.
 * @param {Config} config
 */
async function said(config) {
  const refs = refsIn(readState());
  if (!refs.length) return [t("copied")];
  const kept = await Promise.all(refs.map(({ ref }) => keptTensor(ref)));
  const isInput = refs.some(({ name }) => name === "input");
  const isFinite = kept.every((tensor) => !tensor || tensor.data.every(Number.isFinite));
  const what = !isFinite ? t("Your own numbers have NaN or ∞ among them, which it cannot carry.") : isInput && refs.length > 1 ? t("Your own input and weights are too large for it.") : isInput ? t("Your own input is too large for it.") : t("Your own weights are too large for it.");
  const where = kept.every(Boolean) ? t("This browser keeps that and opens the link; any other needs the file.") : t("This browser could not keep that: save the file now.");
  const button = make("button", { type: "button", className: "link", textContent: t("Save a file that restores it") });
  button.onclick = () => saveAll(config).catch((error) => button.after(" ", make("span", { className: "error", textContent: error instanceof Error ? error.message : String(error) })));
  return [make("p", {}, t("Link copied."), " ", what, " ", where), button];
}

/** @param {Config} config */
async function saveAll({ layer, defaults }) {
  const state = readState(defaults);
  const found = refsIn(state).map(async ({ name, ref }) => [name, (await keptTensor(ref)) ?? (await getTensor(ref))]);
  const tensors = Object.fromEntries(await Promise.all(found));
  const text = toSaved({ layer, language: location.pathname.split("/")[1] || language(), state: withoutRefs(state), tensors });
  save(new Blob([text], { type: "application/json" }), `layerlab-${layer}.json`);
}

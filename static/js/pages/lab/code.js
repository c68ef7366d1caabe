// @ts-check
// The same call elsewhere: one tab a language, Copy, and the files that it reads. The text is the service's.
import { exportLayer } from "../../service/api.js";
import { readState, setState } from "../../state.js";
import { toNpy } from "../../data/tensor.js";
import { t } from "../../text.js";
import { bindExports } from "../shared/export_files.js";
import { copyText, make, save } from "../shared/page_text.js";

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountCode(root) {
  const part = /** @type {HTMLElement} */ (root.querySelector("[data-part=code]"));
  const tabs = /** @type {HTMLButtonElement[]} */ ([...part.querySelectorAll("[role=tab]")]);
  const text = /** @type {HTMLElement} */ (part.querySelector("pre"));
  const copy = /** @type {HTMLButtonElement} */ (part.querySelector("[data-copy]"));
  const files = /** @type {HTMLElement} */ (part.querySelector("[data-files]"));
  const filesSaid = files.textContent ?? "";
  /** @type {Record<string, string>} */
  let codes = {};
  /** @type {Record<string, string>} why a language has no text */
  let notes = {};

  /** @param {HTMLButtonElement} tab */
  const choose = (tab) => {
    for (const one of tabs) {
      one.setAttribute("aria-selected", String(one === tab));
      one.tabIndex = one === tab ? 0 : -1;
    }
    text.setAttribute("aria-labelledby", tab.id);
    text.textContent = codes[tab.dataset.code ?? ""] ?? notes[tab.dataset.code ?? ""] ?? "";
  };
  bindTabs(tabs, choose);
  /** @type {import("../lab.js").Scene | null} */
  let asked = null;
  bindExports(part, (format) => exported(asked, format));
  bindCopy(copy, text);
  return {
    draw: (scene) => {
      const { facts, given, params } = scene;
      asked = scene;
      [codes, notes] = [facts.code ?? {}, facts.code_notes ?? {}];
      offer(part, notes);
      choose(tabs.find(({ dataset }) => dataset.code === readState().tab) ?? tabs[0]);
      const typed = params.weight ? { weight: rowOf(params.weight) } : {};
      files.replaceChildren(filesSaid, ...Object.entries({ ...given, ...typed }).reverse().map(fileButton));
      files.hidden = false;
    },
  };
}

/**
 * @param {import("../lab.js").Scene | null} scene
 * @param {string} format
 */
async function exported(scene, format) {
  if (!scene) return null;
  const { config: { layer }, params, sent } = scene;
  return { name: layer, file: await exportLayer(layer, params, sent, format) };
}

/**
 * @param {HTMLElement} copy
 * @param {HTMLElement} text
 */
function bindCopy(copy, text) {
  const said = copy.textContent;
  copy.addEventListener("click", async () => {
    await copyText(text.textContent ?? "");
    copy.textContent = t("Copied");
    setTimeout(() => (copy.textContent = said), 1500);
  });
}

/**
 * @param {HTMLButtonElement[]} tabs
 * @param {(tab: HTMLButtonElement) => void} choose
 */
function bindTabs(tabs, choose) {
  for (const tab of tabs) {
    const take = (/** @type {HTMLButtonElement} */ taken) => {
      setState({ tab: taken === tabs[0] ? null : taken.dataset.code }, { replace: true, silent: true });
      choose(taken);
    };
    tab.addEventListener("click", () => take(tab));
    tab.addEventListener("keydown", ({ key }) => {
      const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
      if (!step) return;
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      take(next);
      next.focus();
    });
  }
}

/**
 * What cannot be had says why.
 * @param {HTMLElement} part
 * @param {Record<string, string>} notes
 */
function offer(part, notes) {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (part.querySelectorAll("[data-format]"))) {
    button.title = notes[button.dataset.format ?? ""] ?? "";
    button.disabled = button.title !== "";
  }
}

/**
 * @param {string} list JSON
 * @returns {import("../../data/tensor.js").Tensor}
 */
function rowOf(list) {
  const data = Float32Array.from(JSON.parse(list));
  return { shape: [data.length], dtype: "float32", data };
}

/** @param {[string, import("../../data/tensor.js").Tensor]} file */
function fileButton([name, tensor]) {
  const button = make("button", { type: "button", className: "link", textContent: `${name}.npy` });
  button.onclick = () => save(new Blob([toNpy(tensor)], { type: "application/x-npy" }), `${name}.npy`);
  return button;
}

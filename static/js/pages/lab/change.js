// @ts-check
// The dialog in which the input is changed: samples, one's own picture or file, numbers.
import { asHeld } from "../../service/held.js";
import { keepTensor } from "../../service/kept_tensors.js";
import { formatNumbers, parseNumbers } from "../../data/numbers.js";
import { isSaved, MOST_BYTES } from "../../data/saved_file.js";
import { fits, onState, readState, setState } from "../../state.js";
import { t } from "../../text.js";
import { pictureInput } from "../../views/picture_input.js";
import { paintIcons } from "../../views/kernel.js";
import { canCarry, lodgeOwn, openSaved } from "./own.js";
import { openPicture } from "./source.js";

/** @typedef {import("./source.js").Config} Config */

/**
 * @param {Config} config
 * @param {(errors: import("../../form/form.js").Wrong[]) => void} complain
 * @param {(file: Blob, name: string) => boolean} [takeOther] a file that is no input, but something else to this page
 */
export function mountChange(config, complain, takeOther = () => false) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("source"));
  paintIcons(document);
  for (const button of document.querySelectorAll("[data-open=source]")) button.addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (dialog.querySelectorAll("[data-sample]"))) {
    button.addEventListener("click", () => {
      dialog.close();
      setState({ sample: button.dataset.sample, input: null, numbers: null, ...setsFor(config, button.dataset.sample ?? "") });
    });
  }
  const own = takeOwn(config, dialog, { complain, takeOther });
  for (const choice of /** @type {NodeListOf<HTMLSelectElement>} */ (dialog.querySelectorAll("select"))) {
    choice.addEventListener("change", () => {
      const changed = { [choice.name]: choice.value };
      if (isDecoding(choice) && own.isShown()) own.decodeAnew(changed);
      else setState(changed);
    });
  }
  takeNumbers(config, dialog);
  takeGrid(dialog);
  takePasted(config);
  const show = () => showChosen(dialog, readState(config.defaults), own.isShown());
  onState(show);
  show();
}

/**
 * Whether a choice is of how a picture's file becomes numbers.
 * @param {HTMLSelectElement} choice
 */
function isDecoding(choice) {
  return choice.name.startsWith("input.");
}

/**
 * What goes with a sample; what only another one needs goes back to its default.
 * @param {Config} config
 * @param {string} sample
 */
function setsFor({ sets = {} }, sample) {
  const others = Object.values(sets).flatMap((set) => Object.keys(set).map((name) => [name, null]));
  return { ...Object.fromEntries(others), ...sets[sample] };
}

/**
 * @param {Config} config
 * @param {HTMLDialogElement} dialog
 * @param {{complain: (errors: import("../../form/form.js").Wrong[]) => void, takeOther: (file: Blob, name: string) => boolean}} hands
 */
function takeOwn(config, dialog, { complain, takeOther }) {
  const place = /** @type {HTMLElement} */ (dialog.querySelector("[data-view=own]"));
  /** @param {string} msg */
  const onError = (msg) => complain([{ loc: ["input"], msg }]);
  /** @type {{file: Blob, input: string} | null} the picture that was chosen last, and what it became */
  let last = null;
  /**
   * @param {Blob} file
   * @param {import("../../state.js").State} [changed]
   */
  const open = async (file, changed) => {
    const state = { ...readState(config.defaults), ...changed };
    const isImage = file.type.startsWith("image/");
    const { ref, tensor, conversions } = await openPicture(config, file, { size: state["input.size"] || undefined, mode: state["input.mode"] || undefined });
    if (!isImage && intoLink(config, tensor)) return;
    await keepTensor(ref, tensor, conversions);
    const input = asHeld(ref);
    last = isImage ? { file, input } : null;
    setState({ ...changed, input, numbers: null });
  };
  /** @param {() => Promise<unknown>} take */
  const trying = (take) => take().catch((error) => onError(error instanceof Error ? error.message : t("This could not be read.")));
  pictureInput(place, {
    accept: "image/*,.npy,.csv,.tsv,.txt,.json",
    onError,
    onPicture: async (file, name) => {
      if (!takeOther(file, name)) await trying(() => (isText(file, name) ? useText(config, file) : open(file)));
    },
  });
  return {
    isShown: () => last !== null && readState(config.defaults).input === last.input,
    /** @param {import("../../state.js").State} changed */
    decodeAnew: (changed) => last && trying(() => open(/** @type {{file: Blob}} */ (last).file, changed)),
  };
}

/**
 * @param {Blob} file
 * @param {string} name
 */
function isText(file, name) {
  return /^text\/|\/json$/.test(file.type) || /\.(csv|tsv|txt|json)$/i.test(name);
}

/**
 * A file that restores a page, or numbers.
 * @param {Config} config
 * @param {Blob} file
 */
async function useText(config, file) {
  if (file.size > MOST_BYTES) throw new Error(t("This file is too large: at most {most} MiB can be read.", { most: MOST_BYTES >> 20 }));
  const text = await file.text();
  return isSaved(text) ? openSaved(text, config) : useNumbers(config, parseNumbers(text));
}

/**
 * Few numbers stand in the link; many are lodged with the service, and kept in this browser.
 * @param {Config} config
 * @param {import("../../data/tensor.js").Tensor} tensor
 */
async function useNumbers(config, tensor) {
  if (!intoLink(config, tensor)) setState({ input: await lodgeOwn(tensor), numbers: null });
}

/**
 * @param {Config} config
 * @param {import("../../data/tensor.js").Tensor} tensor
 * @returns {boolean} whether the link carries it now
 */
function intoLink(config, tensor) {
  const numbers = canCarry(tensor) ? formatNumbers(tensor) : "";
  if (!numbers || !fits({ numbers, input: "" })) return false;
  setState({ numbers, input: null, ...config.typed });
  return true;
}

/**
 * Numbers that are pasted anywhere but into a field.
 * @param {Config} config
 */
function takePasted(config) {
  document.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const isField = event.target instanceof Element && event.target.closest("input, textarea, select");
    if (isField || !/[\d\]}]\s*$/.test(text) || event.clipboardData?.files.length) return;
    try {
      useNumbers(config, parseNumbers(text)).catch(() => {});
    } catch {
      // a text that is no numbers was not meant for the input
    }
  });
}

/**
 * @param {Config} config
 * @param {HTMLDialogElement} dialog
 */
function takeNumbers(config, dialog) {
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("[data-typed]"));
  const area = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
  const wrong = /** @type {HTMLElement} */ (form.querySelector(".error"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wrong.hidden = true;
    area.removeAttribute("aria-invalid");
    try {
      const tensor = parseNumbers(area.value);
      dialog.close();
      useNumbers(config, tensor).catch(() => {});
    } catch (error) {
      wrong.textContent = error instanceof Error ? error.message : String(error);
      wrong.hidden = false;
      area.setAttribute("aria-invalid", "true");
    }
  });
}

/**
 * Cells of nothing yet, open to be typed into.
 * @param {HTMLDialogElement} dialog
 */
function takeGrid(dialog) {
  const form = /** @type {HTMLFormElement | null} */ (dialog.querySelector("[data-blank]"));
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const [rows, columns] = ["rows", "columns"].map((name) => Number(new FormData(form).get(name)));
    dialog.close();
    const shape = [1, 1, rows, columns];
    setState({ numbers: formatNumbers({ shape, data: new Float32Array(rows * columns), dtype: "float32" }), input: null, edit: "1" });
  });
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {import("../../state.js").State} state
 * @param {boolean} canDecode the input is the visitor's own, and its file is here
 */
function showChosen(dialog, state, canDecode) {
  const own = Boolean(state.numbers || state.input);
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (dialog.querySelectorAll("[data-sample]"))) {
    button.setAttribute("aria-pressed", String(!own && button.dataset.sample === state.sample));
  }
  for (const choice of dialog.querySelectorAll("select")) {
    choice.value = state[choice.name] ?? "";
    choice.disabled = isDecoding(choice) && own && !canDecode;
    choice.title = choice.disabled ? t("This is for pictures; one of your own has to be chosen again.") : "";
  }
  const area = dialog.querySelector("textarea");
  if (area && state.numbers) area.value = state.numbers;
}

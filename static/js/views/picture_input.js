// @ts-check
// The visitor's own picture: a file, a drop, a paste, a drawing or what a camera sees. Each gives a Blob and a name.
import { t } from "../text.js";
import { cameraButton } from "./camera.js";
import { penDialog } from "./pen.js";
import { textButton } from "./text_button.js";

/**
 * @typedef {object} PictureInputOptions
 * @property {(picture: Blob, name: string) => void} onPicture
 * @property {(message: string) => void} [onError] what was given is no picture
 * @property {string} [accept] the types of file that can be chosen
 * @property {boolean} [canDraw] a drawing can be given too, and a picture by the camera
 */

/**
 * Puts its buttons into `element`, and listens to drops and pastes anywhere on the page. A dialog around the buttons
 * is closed when a picture comes.
 * @param {HTMLElement} element
 * @param {PictureInputOptions} options
 */
export function pictureInput(element, { onPicture, onError = () => {}, accept = "image/*", canDraw = true }) {
  /** @param {Blob} picture @param {string} name */
  const take = (picture, name) => {
    element.closest("dialog")?.close();
    onPicture(picture, name);
  };
  /** @param {File | null | undefined} file */
  const takeFile = (file) => {
    if (!file) return;
    if (accept === "image/*" && file.type && !file.type.startsWith("image/")) onError(t("{name} is not a picture.", { name: file.name }));
    else take(file, file.name);
  };
  element.classList.add("own-picture");
  const painted = () => [drawButton(element, (blob) => onPicture(blob, t("your drawing"))), cameraButton(element, (blob) => onPicture(blob, t("your camera's picture")))];
  element.replaceChildren(...fileButton(accept, takeFile), ...(canDraw ? painted() : []));
  listenToDrops(takeFile);
  listenToPastes(takeFile);
}

/**
 * @param {string} accept
 * @param {(file: File | undefined) => void} take
 */
function fileButton(accept, take) {
  const input = Object.assign(document.createElement("input"), { type: "file", accept, hidden: true });
  input.setAttribute("aria-label", accept === "image/*" ? t("Picture file") : t("File"));
  input.addEventListener("change", () => {
    take(input.files?.[0]);
    input.value = ""; // the same file can be chosen again
  });
  return [textButton(t("Choose a file"), () => input.click()), input];
}

/**
 * @param {HTMLElement} element
 * @param {(picture: Blob) => void} onDrawing
 */
function drawButton(element, onDrawing) {
  /** @type {HTMLDialogElement | undefined} */
  let dialog;
  return textButton(t("Draw"), () => {
    element.closest("dialog")?.close();
    dialog ??= penDialog(onDrawing);
    dialog.showModal();
  });
}

/** @param {(file: File | undefined) => void} take */
function listenToDrops(take) {
  const root = document.documentElement;
  /** @param {DragEvent} event */
  const hasFile = (event) => event.dataTransfer?.types.includes("Files");
  root.addEventListener("dragover", (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    root.classList.add("dropping");
  });
  root.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) root.classList.remove("dropping");
  });
  root.addEventListener("drop", (event) => {
    root.classList.remove("dropping");
    if (!hasFile(event)) return;
    event.preventDefault();
    take(event.dataTransfer?.files[0]);
  });
}

/** @param {(file: File | null | undefined) => void} take */
function listenToPastes(take) {
  document.addEventListener("paste", (event) => {
    const item = [...(event.clipboardData?.items ?? [])].find(({ kind }) => kind === "file");
    if (item) take(item.getAsFile());
  });
}

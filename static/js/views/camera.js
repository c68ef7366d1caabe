// @ts-check
// A picture by the camera: what it sees is shown, and taken when the visitor says so. Nothing leaves the page before.
import { t } from "../text.js";
import { contextOf, pictureOf } from "./painted.js";
import { textButton } from "./text_button.js";

const MOST = 512; // pixels a side of what is taken

/**
 * A button that is there while a camera is.
 * @param {HTMLElement} element whose dialog is closed when the camera's opens
 * @param {(picture: Blob) => void} onPicture
 * @returns {HTMLElement}
 */
export function cameraButton(element, onPicture) {
  /** @type {HTMLDialogElement | undefined} */
  let dialog;
  const button = textButton(t("Camera"), () => {
    element.closest("dialog")?.close();
    dialog ??= cameraDialog(onPicture);
    dialog.showModal();
    open(dialog);
  });
  button.hidden = true;
  // Pages that did not come by https, nor from this machine, have no devices.
  const devices = /** @type {MediaDevices | undefined} */ (navigator.mediaDevices);
  const look = () => void devices?.enumerateDevices().then((found) => (button.hidden = !found.some(({ kind }) => kind === "videoinput"))).catch(() => {});
  devices?.addEventListener("devicechange", look);
  look();
  return button;
}

/** @param {(picture: Blob) => void} onPicture */
function cameraDialog(onPicture) {
  const dialog = document.createElement("dialog");
  dialog.className = "camera";
  dialog.setAttribute("aria-label", t("Take a picture"));
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, autoplay: true });
  video.setAttribute("aria-label", t("What the camera sees"));
  const told = Object.assign(document.createElement("p"), { className: "small" });
  told.setAttribute("role", "status");
  const hint = Object.assign(document.createElement("p"), { className: "small soft", textContent: t("The middle square is taken. Nothing is sent before that.") });
  const take = textButton(t("Take"), () => {
    const picture = squareOf(video);
    dialog.close();
    onPicture(picture);
  }, "main");
  const line = Object.assign(document.createElement("div"), { className: "actions" });
  line.append(textButton(t("Close"), () => dialog.close()), take);
  dialog.append(video, told, hint, line);
  video.addEventListener("playing", () => (take.disabled = false));
  dialog.addEventListener("close", () => stop(video));
  document.body.append(dialog);
  return dialog;
}

/** @param {HTMLDialogElement} dialog that was just shown */
async function open(dialog) {
  const [video, told, take] = [dialog.querySelector("video"), dialog.querySelector("[role=status]"), dialog.querySelector("button.main")];
  if (!(video && told && take instanceof HTMLButtonElement)) return;
  told.textContent = "";
  take.disabled = true;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    stop(video); // it may have been asked for twice
    video.srcObject = stream;
    if (!dialog.open) stop(video); // it was closed while the browser asked
  } catch (error) {
    const isDenied = error instanceof DOMException && error.name === "NotAllowedError";
    told.textContent = isDenied ? t("The browser does not let this page use the camera.") : t("The camera cannot be used now.");
  }
}

/** @param {HTMLVideoElement} video */
function stop(video) {
  if (video.srcObject instanceof MediaStream) for (const track of video.srcObject.getTracks()) track.stop();
  video.srcObject = null;
}

/** @param {HTMLVideoElement} video */
function squareOf(video) {
  const { videoWidth: width, videoHeight: height } = video;
  const side = Math.min(width, height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.min(side, MOST);
  contextOf(canvas).drawImage(video, (width - side) / 2, (height - side) / 2, side, side, 0, 0, canvas.width, canvas.height);
  return pictureOf(canvas);
}

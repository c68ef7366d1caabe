// @ts-check
// A small sheet to draw on, by pointer or by keys. Every finished stroke is handed on at once, one that is not finished
// when the dialog closes: however that is done, nothing that was drawn is lost.
import { t } from "../text.js";
import { contextOf, pictureOf } from "./painted.js";
import { textButton } from "./text_button.js";

const SIZE = 256;
const STEP = 8;
const PAPER = "#ffffff";

/** @returns {[string, string][]} */
const inks = () => [
  ["#1b1a18", t("black")],
  ["#ffffff", t("white")],
  ["#8b877c", t("grey")],
  ["#b2182b", t("red")],
  ["#ef8a3c", t("orange")],
  ["#f6d04d", t("yellow")],
  ["#3f8f4f", t("green")],
  ["#7ab8e6", t("sky blue")],
  ["#2458a6", t("blue")],
  ["#7a4a21", t("brown")],
];

/**
 * Makes the dialog and adds it to the page; `showModal()` opens it.
 * @param {(picture: Blob) => void} onDrawing
 * @returns {HTMLDialogElement}
 */
export function penDialog(onDrawing) {
  const dialog = document.createElement("dialog");
  dialog.className = "pen";
  dialog.setAttribute("aria-label", t("Draw a picture"));
  const canvas = sheet();
  const cursor = document.createElement("span");
  cursor.className = "cursor";
  cursor.hidden = true;
  const paper = document.createElement("div");
  paper.className = "sheet";
  paper.append(canvas, cursor);
  const hint = document.createElement("p");
  hint.className = "small soft";
  hint.textContent = t("By keys: arrows move the pen, Space sets it down and lifts it. The drawing is kept when this closes.");
  const tools = inkChoice();
  const width = widthSlider();
  const verdict = Object.assign(document.createElement("p"), { className: "small" }); // what the page says of the drawing
  verdict.dataset.text = "of-drawing";
  verdict.setAttribute("role", "status");
  dialog.append(paper, tools, width, verdict, hint, buttons(dialog, canvas, tools, onDrawing));
  /** @returns {Pen} */
  const pen = () => ({ color: chosenInk(tools), width: Number(width.querySelector("input")?.value) });
  const finish = () => onDrawing(pictureOf(canvas));
  const ends = [drawByPointer(canvas, pen, finish), drawByKeys(canvas, cursor, pen, finish)];
  dialog.addEventListener("close", () => ends.forEach((end) => end()));
  document.body.append(dialog);
  return dialog;
}

/** @typedef {{color: string, width: number}} Pen */

function sheet() {
  const canvas = document.createElement("canvas");
  canvas.width = SIZE;
  canvas.height = SIZE;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", t("Sheet to draw on"));
  fillSheet(canvas, PAPER);
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} color
 */
function fillSheet(canvas, color) {
  const context = contextOf(canvas);
  context.fillStyle = color;
  context.fillRect(0, 0, SIZE, SIZE);
}

function inkChoice() {
  const group = document.createElement("fieldset");
  group.className = "inks";
  const legend = document.createElement("legend");
  legend.className = "visually-hidden";
  legend.textContent = t("Colour");
  group.append(legend);
  inks().forEach(([color, name], i) => {
    const radio = Object.assign(document.createElement("input"), { type: "radio", name: "ink", value: color, checked: !i });
    radio.setAttribute("aria-label", name);
    radio.title = name;
    radio.style.backgroundColor = color;
    group.append(radio);
  });
  return group;
}

/** @param {HTMLElement} group */
function chosenInk(group) {
  return /** @type {HTMLInputElement} */ (group.querySelector(":checked")).value;
}

function widthSlider() {
  const label = document.createElement("label");
  label.className = "small";
  const slider = Object.assign(document.createElement("input"), { type: "range", min: "4", max: "64", value: "20" });
  const showShare = () => slider.style.setProperty("--share", `${((Number(slider.value) - 4) / 60) * 100}%`);
  slider.addEventListener("input", showShare);
  showShare();
  label.append(t("Width of the pen"), slider);
  return label;
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} tools
 * @param {(picture: Blob) => void} onDrawing
 */
function buttons(dialog, canvas, tools, onDrawing) {
  const line = document.createElement("div");
  line.className = "actions";
  /** @param {string} color */
  const paintAll = (color) => {
    fillSheet(canvas, color);
    onDrawing(pictureOf(canvas));
  };
  line.append(
    textButton(t("Fill"), () => paintAll(chosenInk(tools))),
    textButton(t("Clear"), () => paintAll(PAPER)),
    textButton(t("Done"), () => dialog.close(), "main"),
  );
  return line;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Pen} pen
 * @param {number} x
 * @param {number} y
 * @param {number} [fromX]
 * @param {number} [fromY]
 */
function stroke(canvas, { color, width }, x, y, fromX = x, fromY = y) {
  const context = contextOf(canvas);
  Object.assign(context, { strokeStyle: color, lineWidth: width, lineCap: "round" });
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(x + (x === fromX && y === fromY ? 0.01 : 0), y); // a line of no length would leave no dot
  context.stroke();
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {() => Pen} pen
 * @param {() => void} finish
 * @returns {() => void} ends the stroke, if there is one
 */
function drawByPointer(canvas, pen, finish) {
  /** @type {[number, number] | null} */
  let last = null;
  /** @param {PointerEvent} event @returns {[number, number]} */
  const place = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect(); // as large as it is on the screen
    return [((clientX - left) / width) * SIZE, ((clientY - top) / height) * SIZE];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    stroke(canvas, pen(), ...last);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = place(event);
    stroke(canvas, pen(), ...next, ...last);
    last = next;
  });
  const end = () => {
    if (last) finish();
    last = null;
  };
  for (const over of ["pointerup", "pointercancel"]) canvas.addEventListener(over, end);
  return end;
}

/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

/**
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} cursor
 * @param {() => Pen} pen
 * @param {() => void} finish
 * @returns {() => void} lifts the pen, if it is down
 */
function drawByKeys(canvas, cursor, pen, finish) {
  let [x, y, down] = [SIZE / 2, SIZE / 2, false];
  const showCursor = () => {
    cursor.hidden = false;
    cursor.classList.toggle("down", down);
    cursor.style.translate = `${(x / SIZE) * canvas.clientWidth}px ${(y / SIZE) * canvas.clientHeight}px`;
  };
  canvas.addEventListener("pointerdown", () => (cursor.hidden = true));
  canvas.addEventListener("blur", () => (cursor.hidden = true));
  canvas.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move && event.key !== " ") return;
    event.preventDefault();
    if (!move) down = !down;
    const [toX, toY] = [x + (move?.[0] ?? 0), y + (move?.[1] ?? 0)].map((v) => Math.max(0, Math.min(SIZE, v)));
    if (down) stroke(canvas, pen(), toX, toY, x, y);
    [x, y] = [toX, toY];
    showCursor();
    if (!move && !down) finish();
  });
  return () => {
    if (down) finish();
    down = false;
  };
}

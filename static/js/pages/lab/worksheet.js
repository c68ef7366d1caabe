// @ts-check
// A worksheet of the setting: some cells by lot, with all that their numbers are made of, and the answers. The tensors
// are rounded first and lodged anew, so that what stands on the paper is what the answers are made of.
import { putTensor } from "../../service/api.js";
import { isRound, rounded, shape, unbroken } from "../../data/format.js";
import { latest } from "../../service/latest.js";
import { readState, setState } from "../../state.js";
import { groupTerms } from "../../data/terms.js";
import { sentences, t } from "../../text.js";
import { mathOf } from "../../views/math.js";
import { worksheetAnswers, worksheetTasks } from "../../views/worksheet.js";
import { factsOf, isNew, whereOf } from "./arithmetic.js";
import { seedOf, tellingCells } from "./lot.js";
import { planar } from "./planar.js";
import { channelNames } from "./scales.js";
import { view, write } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {import("../../data/terms.js").Element} Element */
/** @typedef {import("../../views/worksheet.js").Task} Task */

const SETTINGS = { tasks: 6, decimals: 2 }; // how many cells, and of how many decimals the numbers, where the link says nothing
const MOST_TERMS = 100; // of one cell, that a person adds up on paper

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountWorksheet(root) {
  const sheet = /** @type {HTMLElement} */ (document.querySelector("[data-part=worksheet]"));
  const others = [root, document.querySelector("main > .head")];
  const facts = JSON.parse(/** @type {HTMLElement | null} */ (root.querySelector("[data-part=arithmetic]"))?.dataset.facts ?? "[]");
  let made = "";
  const draw = latest(async (/** @type {Scene} */ scene, signal) => {
    const wanted = JSON.stringify([scene.sent, scene.params, scene.state.worksheet, settingsOf(sheet, scene.state)]);
    if (made !== wanted) await fill(sheet, scene, facts, signal);
    made = wanted;
  });
  bindTools(sheet);
  return {
    sees: true,
    draw: ({ state }) => {
      sheet.hidden = !state.worksheet;
      for (const [name, value] of Object.entries(settingsOf(sheet, state))) choiceOf(sheet, name).value = String(value);
      for (const other of others) other?.toggleAttribute("hidden", Boolean(state.worksheet));
    },
    explain: (scene) => {
      if (scene.state.worksheet) draw(scene).catch((error) => write(sheet, "worksheet-note", error instanceof Error ? error.message : String(error)));
    },
  };
}

/** @param {HTMLElement} sheet */
function bindTools(sheet) {
  /** @type {Record<string, () => void>} */
  const tools = {
    print: () => window.print(),
    other: () => setState({ worksheet: String((Number(readState().worksheet) || 0) + 1) }, { replace: true }),
    back: () => setState({ worksheet: null }),
    answers: () => tell(sheet, !sheet.classList.contains("told")),
  };
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (sheet.querySelectorAll("[data-worksheet]"))) button.onclick = () => tools[button.dataset.worksheet ?? ""]?.();
  for (const [name, usual] of Object.entries(SETTINGS)) {
    const choice = choiceOf(sheet, name);
    choice.onchange = () => setState({ [name]: Number(choice.value) === usual ? null : choice.value }, { replace: true });
  }
}

/**
 * @param {HTMLElement} sheet
 * @param {string} name
 */
function choiceOf(sheet, name) {
  return /** @type {HTMLSelectElement} */ (sheet.querySelector(`select[name=${name}]`));
}

/**
 * What the link says of the sheet, as far as it can be chosen.
 * @param {HTMLElement} sheet
 * @param {import("../../state.js").State} state
 */
function settingsOf(sheet, state) {
  /** @param {keyof typeof SETTINGS} name */
  const said = (name) => ([...choiceOf(sheet, name).options].some(({ value }) => value === state[name]) ? Number(state[name]) : SETTINGS[name]);
  return { tasks: said("tasks"), decimals: said("decimals") };
}

/**
 * The answers are printed, but stand on the screen only when they are asked for.
 * @param {HTMLElement} sheet
 * @param {boolean} isTold
 */
function tell(sheet, isTold) {
  sheet.classList.toggle("told", isTold);
  const button = /** @type {HTMLElement} */ (sheet.querySelector("[data-worksheet=answers]"));
  button.textContent = isTold ? t("Hide the answers") : t("Show the answers");
  button.setAttribute("aria-expanded", String(isTold));
}

/**
 * @param {HTMLElement} sheet
 * @param {Scene} scene
 * @param {{fact: string, said: string, only?: string, step?: boolean}[]} facts the numbers of an explanation that the template names
 * @param {AbortSignal} signal
 */
async function fill(sheet, scene, facts, signal) {
  const terms = scene.element?.terms_total ?? 0;
  const { tasks: most, decimals } = settingsOf(sheet, scene.state);
  const { params, sent, isRounded } = await inFewDigits(scene, decimals);
  const found = terms > MOST_TERMS ? [] : await tellingCells({ ...scene, params, sent }, seedOf(`worksheet ${scene.state.worksheet}`), signal);
  const tasks = found.slice(0, most).sort((a, b) => inOrder(a.at, b.at)).map((element) => taskOf({ ...scene, at: element.at, element }, facts));
  write(sheet, "worksheet-setting", settingOf(sheet, scene));
  view(sheet, "worksheet-formula")?.replaceChildren(...[mathOf(scene.element?.formula?.mathml ?? ""), lettersCopy()].filter((part) => part !== null));
  write(sheet, "worksheet-note", terms > MOST_TERMS ? t("One number of this setting is made of {terms} terms, too many for paper. A smaller kernel, window or input has fewer.", { terms }) : noteOf(tasks, isRounded ? decimals : null));
  worksheetTasks(/** @type {HTMLElement} */ (view(sheet, "worksheet-tasks")), tasks, channelNames(scene));
  tell(sheet, false);
  /** @type {HTMLElement} */ (sheet.querySelector("[data-part=answers-tool]")).hidden = !tasks.length;
  worksheetAnswers(/** @type {HTMLElement} */ (view(sheet, "worksheet-answers")), tasks);
}

/** What the letters of the formula mean, as the lab says it. */
function lettersCopy() {
  const copy = /** @type {HTMLElement | null} */ (document.querySelector("[data-part=letters]:not([hidden])")?.cloneNode(true) ?? null);
  copy?.removeAttribute("data-part");
  return copy;
}

/**
 * The call with all its tensors rounded. A generated weight is sent in place of what names it.
 * @param {Scene} scene
 * @param {number} decimals
 */
async function inFewDigits({ params, sent, given, weight }, decimals) {
  const tensors = { ...given, ...(weight ? { weight } : {}) };
  const changed = Object.entries(tensors).filter(([, tensor]) => !tensor.data.every((value) => isRound(value, decimals) || !Number.isFinite(value)));
  const lodgings = changed.map(async ([name, tensor]) => [name, { ref: (await putTensor(roundedTensor(tensor, decimals))).ref }]);
  const { kernel: _, ...others } = params;
  return { params: changed.some(([name]) => name === "weight") ? others : params, sent: { ...sent, ...Object.fromEntries(await Promise.all(lodgings)) }, isRounded: changed.length > 0 };
}

/**
 * @param {Tensor} tensor
 * @param {number} decimals
 * @returns {Tensor}
 */
function roundedTensor(tensor, decimals) {
  return { ...tensor, data: Float32Array.from(tensor.data, (value) => rounded(value, decimals)) };
}

/**
 * @param {Scene} scene of the one cell
 * @param {{fact: string, said: string, only?: string, step?: boolean}[]} facts
 * @returns {Task}
 */
function taskOf(scene, facts) {
  const flat = planar(scene);
  const element = /** @type {Element} */ (scene.element);
  const named = factsOf(scene, facts).filter(({ fact, step }) => Number.isFinite(element[fact]) && !step).map(({ fact, said }) => ({ said, value: Number(element[fact]) }));
  const isToTell = typeof element.bias === "number" && (!facts.length || isNew(element)); // else a fact is the same number
  const bias = isToTell ? [{ said: isNew(element) ? t("value") : t("bias"), value: Number(element.bias) }] : [];
  return { where: whereOf(scene), element, groups: groupTerms(/** @type {Element} */ (flat.element), flat.source.tensor.shape, flat.axes), given: [...named, ...bias] };
}

/**
 * @param {HTMLElement} sheet
 * @param {Scene} scene
 */
function settingOf({ dataset }, { facts, tensors }) {
  const omitted = new Set((dataset.omit ?? "").split(","));
  const said = Object.entries(facts.params).filter(([name, value]) => value !== null && !omitted.has(name)).map(([name, value]) => `${name} = ${Array.isArray(value) ? `[${value.join(", ")}]` : value}`);
  return unbroken([`${shape(facts.input.shape)} → ${shape(tensors.output.shape)}`, ...said].join(t("; ")));
}

/**
 * @param {Task[]} tasks
 * @param {number | null} decimals to which numbers were rounded; null: none were
 */
function noteOf(tasks, decimals) {
  const shown = tasks.flatMap(({ element, given }) => [...element.terms.flatMap(({ input, weight }) => [input, weight]), ...given.map(({ value }) => value)]);
  const isLong = shown.some((value) => typeof value === "number" && Number.isFinite(value) && !isRound(value) && Math.abs(value) >= 5e-5);
  return sentences(
    decimals === null ? "" : decimals === 1 ? t("The numbers of the input and the weights were rounded to one decimal for this sheet, and the answers are made of the rounded ones.") : t("The numbers of the input and the weights were rounded to two decimals for this sheet, and the answers are made of the rounded ones."),
    isLong ? t("What is written with four decimals has more; the answers are made of all of them.") : "",
    t("Give each answer to two decimals."),
  );
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
function inOrder(a, b) {
  const axis = a.findIndex((index, i) => index !== b[i]);
  return axis < 0 ? 0 : a[axis] - b[axis];
}

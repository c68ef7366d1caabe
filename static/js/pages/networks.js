// @ts-check
// The list of networks: one's own is sent, and its page opens.
import { Problem, postForJson } from "../service/api.js";
import { sayAt } from "../form/field_error.js";
import { areNumbers, parseNumbers } from "../data/numbers.js";
import { t } from "../text.js";
import { saidWrong, write } from "./shared/page_text.js";

/** @typedef {{loc: readonly (string | number)[], msg: string}} Wrong */

const NUMBERS = ["mean", "std"];
const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-send]"));
const values = /** @type {HTMLSelectElement} */ (form.querySelector("#send-values"));
const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/**
 * What the form says, as the service takes it; what is left empty is left out.
 * @returns {{sent: FormData, wrong: Wrong[]}}
 */
function filled() {
  const said = new FormData(form);
  const text = (/** @type {string} */ name) => String(said.get(name) ?? "").trim();
  const sent = new FormData();
  sent.append("model", /** @type {File} */ (said.get("model")));
  if (text("title")) sent.append("title", text("title"));
  const labels = text("labels").split("\n").map((line) => line.trim()).filter(Boolean);
  if (labels.length) sent.append("labels", JSON.stringify(labels));
  const given = NUMBERS.filter((name) => text(name));
  const bad = given.filter((name) => !areNumbers(text(name)));
  for (const name of given.filter((one) => !bad.includes(one))) {
    const { data } = parseNumbers(text(name));
    sent.append(name, data.length === 1 ? String(data[0]) : JSON.stringify(Array.from(data)));
  }
  return { sent, wrong: bad.map((name) => ({ loc: [name], msg: t("{name} must be a number, or one for each channel", { name }) })) };
}

/**
 * Each at its field; what no field is to blame for below the button.
 * @param {Wrong[]} wrong
 */
function complain(wrong) {
  const of = (/** @type {string} */ name) => wrong.filter(({ loc }) => loc[0] === name).map(({ msg }) => msg).join(t("; "));
  for (const name of NUMBERS) sayAt(/** @type {HTMLElement} */ (form.querySelector(`[data-of=${name}]`)), of(name));
  write(form, "refused", wrong.filter(({ loc }) => !NUMBERS.includes(String(loc[0]))).map(({ msg }) => msg).join(t("; ")));
  write(form, "sending", "");
  /** @type {HTMLElement | null} */ (form.querySelector("[aria-invalid=true]"))?.focus();
}

/** The two numbers that the choice stands for. */
function fill() {
  const { dataset } = values.selectedOptions[0];
  for (const name of NUMBERS) field(name).value = dataset[name] ?? field(name).value;
  if (!("mean" in dataset)) field("mean").focus();
}

/** The choice that stands for the two numbers. */
function choose() {
  const choices = [...values.options];
  const found = choices.find(({ dataset }) => NUMBERS.every((name) => dataset[name] === field(name).value.trim()));
  (found ?? choices[choices.length - 1]).selected = true;
}

values.addEventListener("change", fill);
for (const name of NUMBERS) field(name).addEventListener("input", choose);
choose(); // a browser may keep what was written when the page is loaded again

const model = /** @type {HTMLInputElement} */ (form.elements.namedItem("model"));
const sayPicked = () => write(form, "picked", model.files?.[0]?.name ?? t("none chosen"));
model.addEventListener("change", sayPicked);
sayPicked(); // a browser may keep the choice when the page is loaded again

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  const { sent, wrong } = filled();
  complain(wrong);
  if (wrong.length) return;
  button.disabled = true;
  write(form, "sending", t("It is sent, read and run once."));
  try {
    const { name } = await postForJson("/models", sent, {});
    location.assign(`${location.pathname.replace(/\/$/, "")}/${name}`);
  } catch (error) {
    complain(error instanceof Problem && error.errors.length ? error.errors : [{ loc: [], msg: saidWrong(error) }]);
  } finally {
    button.disabled = false;
  }
});

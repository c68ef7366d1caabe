// @ts-check
// The settings: controls that the server wrote from the schema, shown from and written to the state.
import { excludedBy, settle } from "./excluded.js";
import { sayAt } from "./field_error.js";
import { asList, isHeld, shownValue } from "../service/held.js";
import { limitPicks } from "./picks.js";
import { paintShare, showSides, valueOf } from "./side_fields.js";
import { ordinary } from "../data/typed.js";
import { withWhatWorks } from "./works_here.js";

/** @typedef {Record<string, string>} State */
/** @typedef {{loc: (string | number)[], msg: string}} Wrong */
/** @typedef {import("./excluded.js").Patch} Patch */

const MINUS = "\u2212";

/**
 * @param {HTMLFormElement} form
 * @param {(patch: Patch, options: {replace: boolean}) => void} onChange replace: the same control is still moving
 */
export function bindForm(form, onChange) {
  /** @type {string | null} */
  let moving = null;
  /** @param {Patch} patch @param {{replace: boolean}} options */
  const change = (patch, options) => onChange({ ...patch, ...excludedBy(form, patch) }, options);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    const control = /** @type {HTMLInputElement} */ (event.target);
    const patch = patchOf(form, control);
    const name = Object.keys(patch)[0];
    if (!name) return;
    change(patch, { replace: moving === name });
    moving = name;
  });
  form.addEventListener("change", () => (moving = null));
  form.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (!button) return;
    if (button.matches("[data-reset]")) change(emptied(form), { replace: false });
    else if (button.matches(".apart")) change({ [fieldOf(button)?.dataset.field ?? ""]: valueOf(/** @type {HTMLElement} */ (fieldOf(button)), button) }, { replace: false });
    else if (button.closest(".pick")) change({ [fieldOf(button)?.dataset.field ?? ""]: button.value }, { replace: false });
  });
  return {
    /** @param {State} state */
    show: (state) => show(form, state),
    /** @param {State} state */
    params: (state) => params(form, state),
    /** @param {State} state @param {State} opened what the page opens with @returns {Patch} what a link leaves out that names the other of two */
    settle: (state, opened) => settle(form, state, opened),
    names: () => Object.keys(emptied(form)),
    /** @param {State} state @returns {State} tensors that the link names but does not carry */
    held: (state) => Object.fromEntries(fields(form).filter(isActive).map(({ dataset: { field = "" } }) => [field, state[field] ?? ""]).filter(([, value]) => isHeld(value))),
    /** @param {State} state */
    source: (state) => chosen(form, state, "local"),
    /** @param {Record<string, any>} used the parameters as the service took them @param {number} axes spatial ones */
    showUsed: (used, axes) => showUsed(form, used, axes),
    /** @param {Wrong[]} errors @param {Record<string, string>} [params] that they are about @returns {Wrong[]} those that belong to no control here */
    complain: (errors, params) => complain(form, errors, params),
  };
}

/** @param {Element} control @returns {HTMLElement | null} */
function fieldOf(control) {
  return control.closest("[data-field]");
}

/** @param {HTMLFormElement} form @returns {HTMLElement[]} */
function fields(form) {
  return [...form.querySelectorAll("[data-field]")].map((field) => /** @type {HTMLElement} */ (field));
}

/** @param {HTMLElement} field */
function isActive(field) {
  return !field.closest("fieldset:disabled, [data-source][hidden]");
}

/**
 * What a control that moved changes. Another variant takes along what it has too and drops the rest.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} control
 * @returns {Patch}
 */
function patchOf(form, control) {
  const choice = control.closest("fieldset[data-selector], fieldset[data-local]");
  if (choice) {
    const kept = new Set(fields(form).filter((field) => variantOf(field) === control.value).map((field) => field.dataset.field));
    const dropped = choice.matches("[data-selector]") ? fields(form).filter((field) => !kept.has(field.dataset.field)) : [];
    return { [control.name]: control.value, ...blank(dropped) };
  }
  const field = fieldOf(control);
  if (!field?.dataset.field) return {};
  if (field.dataset.kind === "choices") return patchOfPicks(field, control);
  if (control.dataset.side) return { [field.dataset.field]: valueOf(field, control) };
  if (control.type === "checkbox") return { [field.dataset.field]: String(control.checked) };
  return { [field.dataset.field]: ordinary(control.value).trim() };
}

/**
 * The last of several names stays: without any there would be nothing to compute.
 * @param {HTMLElement} field
 * @param {HTMLInputElement} box
 * @returns {Patch}
 */
function patchOfPicks(field, box) {
  if (!ticked(field).length) box.checked = true;
  return { [field.dataset.field ?? ""]: ticked(field).join(",") };
}

/** @param {HTMLElement} field */
function variantOf(field) {
  return /** @type {HTMLElement | null} */ (field.closest("[data-variant]"))?.dataset.variant;
}

/** @param {HTMLElement} field */
function ticked(field) {
  return [...field.querySelectorAll("input:checked")].map((box) => /** @type {HTMLInputElement} */ (box).value);
}

/** @param {HTMLElement[]} some @returns {Patch} */
function blank(some) {
  return Object.fromEntries(some.map((field) => [field.dataset.field, undefined]));
}

/** @param {HTMLFormElement} form @returns {Patch} */
function emptied(form) {
  const choices = [...form.querySelectorAll("fieldset[data-selector] input, fieldset[data-local] input")];
  return { ...blank(fields(form)), ...Object.fromEntries(choices.map((input) => [/** @type {HTMLInputElement} */ (input).name, undefined])) };
}

/**
 * The chosen one of a group of radio buttons, by the state or by what the server ticked.
 * @param {HTMLFormElement} form
 * @param {State} state
 * @param {"selector" | "local"} kind
 */
function chosen(form, state, kind) {
  const inputs = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(`fieldset[data-${kind}] input`)]);
  return inputs.find((input) => input.value === state[input.name]) ?? inputs.find((input) => input.defaultChecked) ?? null;
}

/**
 * @param {HTMLFormElement} form
 * @param {State} state
 */
function show(form, state) {
  const variant = tick(chosen(form, state, "selector"));
  for (const set of /** @type {NodeListOf<HTMLFieldSetElement>} */ (form.querySelectorAll("fieldset[data-variant]"))) {
    const off = variant !== undefined && set.dataset.variant !== variant;
    set.hidden = off;
    set.disabled = off;
  }
  const source = tick(chosen(form, state, "local"));
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-source]"))) part.hidden = part.dataset.source !== source;
  for (const field of fields(form)) showField(field, shownValue(field, state[field.dataset.field ?? ""] ?? field.dataset.default ?? ""));
}

/** @param {HTMLInputElement | null} input */
function tick(input) {
  if (input) input.checked = true;
  return input?.value;
}

/**
 * @param {HTMLElement} field
 * @param {string} value
 */
function showField(field, value) {
  const names = value.split(",");
  for (const control of /** @type {NodeListOf<HTMLInputElement>} */ (field.querySelectorAll("input:not([data-side]), select"))) {
    if (control.type === "checkbox") control.checked = field.dataset.kind === "choices" ? names.includes(control.value) : value === "true";
    else if (control.type === "range") showSlider(control, value);
    else if (control !== document.activeElement || ordinary(control.value).trim() !== value) {
      control.value = control.matches(".v") ? value.replaceAll("-", MINUS) : value;
    }
  }
  showSides(field, value);
  limitPicks(field);
  for (const button of field.querySelectorAll(".pick button")) {
    button.setAttribute("aria-pressed", String(names.includes(/** @type {HTMLButtonElement} */ (button).value)));
  }
}

/**
 * What was left open shows what the service took for it.
 * @param {HTMLFormElement} form
 * @param {Record<string, any>} used
 * @param {number} axes
 */
function showUsed(form, used, axes) {
  for (const field of fields(form).filter(isActive)) {
    Object.assign(field.dataset, { axes, used: [used[field.dataset.field ?? ""] ?? []].flat() });
    const typed = /** @type {HTMLInputElement | null} */ (field.querySelector("input.v"));
    const taken = used[field.dataset.field ?? ""];
    if (typed) showSides(field, ordinary(typed.value));
    if (!typed || typed.value !== "" || taken === null || taken === undefined) continue;
    const sizes = [taken].flat();
    typed.placeholder = (field.dataset.kind !== "shape" && new Set(sizes).size === 1 ? sizes.slice(0, 1) : sizes).join(",");
    const slider = /** @type {HTMLInputElement | null} */ (field.querySelector("[type=range]"));
    if (slider) showSlider(slider, typed.placeholder);
  }
}

/**
 * A slider cannot say "3,5" or "same": it stays where it was. Where nothing is said, it goes back to where it began.
 * @param {HTMLInputElement} slider
 * @param {string} value
 */
function showSlider(slider, value) {
  const said = value || slider.defaultValue;
  if (Number.isFinite(Number(said))) slider.value = said;
  paintShare(slider);
}

/**
 * What to send: the fields that are in sight and that the state says something about.
 * @param {HTMLFormElement} form
 * @param {State} state
 * @returns {Record<string, string>}
 */
function params(form, state) {
  const variant = chosen(form, state, "selector");
  const said = fields(form)
    .filter(isActive)
    .map((field) => [field.dataset.field ?? "", state[field.dataset.field ?? ""] ?? ""])
    .filter(([, value]) => value !== "" && !isHeld(value));
  const numbers = fields(form).filter(isActive).flatMap((field) => asList(field, state));
  return { ...(variant ? { [variant.name]: variant.value } : {}), ...Object.fromEntries(said), ...Object.fromEntries(numbers) };
}

/**
 * Put each error at the control it is about, and take away those that are over.
 * @param {HTMLFormElement} form
 * @param {Wrong[]} errors
 * @param {Record<string, string>} [params]
 * @returns {Wrong[]}
 */
function complain(form, errors, params = {}) {
  for (const field of fields(form)) sayAt(field, "");
  const selector = /** @type {HTMLElement | null} */ (form.querySelector("fieldset[data-selector]"));
  if (selector) sayAt(selector, "");
  return errors.filter(({ loc, msg }) => {
    const field = fields(form).find((one) => isActive(one) && loc[0] !== "input" && loc.includes(one.dataset.field ?? ""));
    const place = field ?? (selector && loc.includes(selector.dataset.selector ?? "") ? selector : null);
    if (place) sayAt(place, field ? withWhatWorks(form, field, msg, params) : msg);
    return !place;
  });
}

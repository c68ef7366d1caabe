// @ts-check
// B's own settings, in the form that the page of its layer has: a copy of this page's, or of another layer's page. What
// is changed in it stands in the link as B.
import { bindForm } from "../../form/form.js";
import { withOwnIds } from "../../form/own_ids.js";
import { showRanges } from "../../form/ranges.js";
import { formatSetting, OWN, readSetting } from "../../data/setting.js";
import { onState, readState, setState } from "../../state.js";
import { t } from "../../text.js";
import { paintIcons } from "../../views/kernel.js";
import { givenTo } from "./ab_ask.js";
import { modelOf } from "./ab_choice.js";
import { paintCurves } from "./icons.js";
import { planOf } from "./plan.js";
import { loadSource } from "./source.js";
import { view, write } from "../shared/page_text.js";

/** @typedef {import("../lab.js").Scene} Scene */
/** @typedef {import("../../data/setting.js").Setting} Setting */
/** @typedef {import("../../form/form.js").Wrong} Wrong */
/** @typedef {{title: string, element: HTMLFormElement, config: {layer: string, model?: string, defaults: State}}} Blank the form of a layer's page, as the server wrote it */
/** @typedef {import("../../state.js").State} State */
/** @typedef {{setting: Setting, facts: any}} Side */

export class SideForm {
  #place;
  #details;
  /** @type {Map<string, Promise<Blank>>} by layer */
  #blanks = new Map();
  #layer = "";
  /** @type {Blank & {form: ReturnType<typeof bindForm>} | null} */
  #bound = null;
  /** @type {{scene: Scene, side: Side | null, errors: Wrong[]} | null} */
  #answer = null;
  #planned = "";

  /** @param {HTMLElement} place of the comparison; nothing is shown in the page's own form yet */
  constructor(place) {
    this.#place = /** @type {HTMLElement} */ (view(place, "ab-form"));
    this.#details = /** @type {HTMLDetailsElement} */ (this.#place.closest("details"));
    const own = blankOf(document);
    this.#blanks.set(own.config.layer, Promise.resolve(own));
    this.#details.addEventListener("toggle", () => this.#show());
    onState(() => this.#show()); // at once, also while A has no answer
  }

  /**
   * @param {Scene} scene
   * @param {Side | null} side what B answered, if it did
   * @param {Wrong[]} errors
   */
  follow(scene, side, errors) {
    this.#answer = { scene, side, errors };
    this.#show();
  }

  async #show() {
    const setting = readSetting(readState().b);
    if (!setting || !this.#details.open) return;
    try {
      await this.#open(setting.layer);
    } catch {
      this.#place.textContent = t("The server cannot be reached.");
    }
    const bound = this.#bound;
    if (!bound || setting.layer !== this.#layer) return;
    bound.form.show(stateOf(setting));
    const custom = /** @type {HTMLInputElement | null} */ (bound.element.querySelector(`[name=weights][value=${OWN}]`));
    if (custom?.parentElement) custom.parentElement.hidden = setting.weights !== OWN; // typed on the page, and held
    const { scene, side, errors } = this.#answer ?? {};
    if (!scene) return;
    if (side && formatSetting(side.setting) === formatSetting(setting)) bound.form.showUsed(side.facts.params, scene.axes);
    bound.form.complain(errors ?? []);
    await this.#limit(bound.element, setting, scene);
  }

  /** @param {string} layer whose form is put here, unless it is here already */
  async #open(layer) {
    if (layer === this.#layer) return;
    if (!this.#blanks.has(layer)) this.#blanks.set(layer, blankFrom(layer));
    const blank = await this.#blanks.get(layer)?.catch((error) => {
      this.#blanks.delete(layer);
      throw error;
    });
    if (!blank || readSetting(readState().b)?.layer !== layer || layer === this.#layer) return;
    const element = copyOf(blank.element);
    this.#place.replaceChildren(element);
    write(this.#details, "ab-layer", blank.title);
    this.#bound = { ...blank, element, form: bindForm(element, (patch, how) => this.#change(patch, how)) };
    [this.#layer, this.#planned] = [layer, ""];
    paintIcons(element);
    paintCurves(element).catch(() => {}); // the names say enough
  }

  /** @type {Parameters<typeof bindForm>[1]} */
  #change(patch, how) {
    const [setting, bound] = [readSetting(readState().b), this.#bound];
    if (!setting || !bound) return;
    const said = Object.entries({ ...unseenOf(bound), ...stateOf(setting), ...patch }).filter(([, value]) => value !== undefined);
    const state = /** @type {State} */ (Object.fromEntries(said));
    bound.form.show(state); // what is sent is what is in sight
    const others = Object.entries(setting.params).filter(([name]) => !bound.form.names().includes(name));
    const weights = bound.form.source(state)?.value;
    const own = weights === OWN ? { weight: setting.weight, bias: setting.bias } : {};
    setState({ b: formatSetting({ layer: setting.layer, params: { ...Object.fromEntries(others), ...bound.form.params(state) }, ...(weights && { weights }), ...modelOf(bound.element, bound.config.model, weights), ...own }) }, how);
  }

  /**
   * The sliders end where this setting does.
   * @param {HTMLFormElement} element
   * @param {Setting} setting
   * @param {Scene} scene
   */
  async #limit(element, setting, scene) {
    const key = JSON.stringify([setting, scene.source.ref]);
    if (key === this.#planned) return;
    this.#planned = key;
    const [source, given] = await Promise.all([loadSource(scene.config, scene.state), givenTo(setting)]).catch(() => []);
    if (!source || !given) return;
    const show = (/** @type {any} */ { ranges }) => void (key === this.#planned && showRanges(element, ranges));
    await planOf(setting.layer, { input: source.tensor, ...given.tensors }, setting.params, show, new AbortController().signal).catch(() => null);
  }
}

/**
 * What a page opens with for the fields that are not in sight: those that come into sight begin with it.
 * @param {{form: ReturnType<typeof bindForm>, config: {defaults: State}}} bound
 */
function unseenOf({ form, config: { defaults } }) {
  const seen = Object.keys(form.params(defaults));
  return Object.fromEntries(form.names().filter((name) => name in defaults && !seen.includes(name)).map((name) => [name, defaults[name]]));
}

/** @param {Setting} setting @returns {State} as the form takes it */
function stateOf({ params, weights }) {
  return { ...params, ...(weights && { weights }) };
}

/** @param {Document} page @returns {Blank} */
function blankOf(page) {
  const config = JSON.parse(page.getElementById("lab")?.textContent ?? "{}");
  const element = /** @type {HTMLFormElement} */ (page.querySelector("form[data-part=form]")?.cloneNode(true));
  return { title: page.querySelector(".head h1")?.textContent ?? "", element, config };
}

/** @param {string} layer */
async function blankFrom(layer) {
  const answer = await fetch(location.pathname.replace(/[^/]*$/, layer));
  if (!answer.ok) throw new Error(answer.statusText);
  return blankOf(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

/** What belongs to the page and not to a setting: pictures, editors, buttons that lead elsewhere. */
const ELSEWHERE = "[data-part], [data-view], [data-text], .cap, .seen, .rail-end";

/**
 * A copy that can stand beside the first.
 * @param {HTMLFormElement} blank
 */
function copyOf(blank) {
  const form = document.importNode(blank, true);
  form.removeAttribute("data-part");
  form.setAttribute("aria-label", t("Settings of B"));
  for (const part of form.querySelectorAll(ELSEWHERE)) part.remove();
  return withOwnIds(form, "b");
}

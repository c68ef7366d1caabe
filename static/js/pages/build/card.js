// @ts-check
// One layer of a chain in the list: its name, its settings, what it costs, what it made.
import { spatialAxes } from "../../data/axes.js";
import { shapeIn, SOURCE } from "../../data/chain.js";
import { bindForm } from "../../form/form.js";
import { count, number, shape, si } from "../../data/format.js";
import { readJoin } from "../../data/joins.js";
import { isHeld } from "../../service/held.js";
import { withOwnIds } from "../../form/own_ids.js";
import { showRanges } from "../../form/ranges.js";
import { OWN } from "../../data/setting.js";
import { t } from "../../text.js";
import { paintIcons } from "../../views/kernel.js";
import { offerJoins } from "./joins.js";
import { showLater } from "./later.js";
import { WeightEditor } from "./weights.js";
import { write } from "../shared/page_text.js";
import { offerPicture } from "../shared/pictures.js";

/** @typedef {import("../../data/chain.js").Link} Link */
/** @typedef {import("../../form/form.js").Wrong} Wrong */
/** @typedef {import("../../data/tensor.js").Tensor} Tensor */
/** @typedef {{title: string, selector: string | null, default: string | null, tags: Record<string, string>, tensors: string[], hasPage: boolean}} Kind */
/** @typedef {"up" | "down" | "copy" | "insert" | "remove" | "look"} Deed */
/** @typedef {{weight: (number: number) => Promise<Tensor | null>, hasRoom: (number: number, link: Link) => boolean, change: (number: number, link: Link, how: {replace: boolean}) => void, act: (number: number, deed: Deed) => void, open: (number: number, isOpen: boolean) => void}} Hands what can be done with a layer; weight: what it has now */

const [NOT_SAID, WEIGHT] = ["–", "weight"];

/** @param {Kind} kind @param {Link} link */
export function titleOf({ title, selector, default: first, tags }, { params }) {
  return selector ? (tags[params[selector] ?? first ?? ""] ?? title) : title;
}

export class Card {
  element;
  #kind;
  #switched;
  #form;
  #formElement;
  #details;
  #hands;
  #weights;
  /** @type {Link} */
  #link;
  /** @type {Record<string, string>} all that was ever set here: it comes back with the source that it belongs to */
  #kept = {};
  #number = 0;

  /**
   * @param {Link} link
   * @param {Kind} kind
   * @param {Record<string, string>} switched what is set when the other source of weights is chosen
   * @param {Hands} hands
   */
  constructor(link, kind, switched, hands) {
    this.#link = link;
    this.#kind = kind;
    this.#switched = switched;
    this.element = copyOf("#card", "li");
    this.#formElement = withOwnIds(copyOf(`[data-form="${link.layer}"]`, "form"), `card-${(made += 1)}`);
    this.#details = /** @type {HTMLDetailsElement} */ (this.element.querySelector("details"));
    this.#details.append(this.#formElement);
    paintIcons(this.#formElement);
    this.#hands = hands;
    this.#form = bindForm(this.#formElement, (patch, how) => this.#take(patch, how));
    const place = /** @type {HTMLElement | null} */ (this.#formElement.querySelector("[data-part=own]"));
    this.#weights = place && new WeightEditor(place, {
      write: (text, how) => hands.change(this.#number, this.#changed({ [SOURCE]: OWN, [WEIGHT]: text }), how),
      hasRoom: (text) => hands.hasRoom(this.#number, this.#changed({ [SOURCE]: OWN, [WEIGHT]: text })),
    });
    this.#details.addEventListener("toggle", () => hands.open(this.#number, this.#details.open));
    for (const button of this.#buttons) button.addEventListener("click", () => hands.act(this.#number, /** @type {Deed} */ (button.dataset.do)));
  }

  /** Where what belongs to the unfolded layer stands. */
  get opened() {
    return /** @type {HTMLElement} */ (this.element.querySelector("[data-part=opened]"));
  }

  get layer() {
    return this.#link.layer;
  }

  get title() {
    return titleOf(this.#kind, this.#link);
  }

  get #buttons() {
    return /** @type {NodeListOf<HTMLButtonElement>} */ (this.element.querySelectorAll("[data-do]"));
  }

  /**
   * @param {Link} link
   * @param {number} number its place, from 0
   * @param {number} count of all layers
   * @param {boolean} isOpen
   * @param {readonly string[]} before the names of the layers before it
   */
  show(link, number, count, isOpen, before) {
    [this.#link, this.#number] = [link, number];
    this.#kept = { ...this.#kept, ...link.params };
    offerJoins(this.#formElement, before, link.params);
    this.#form.show(link.params);
    this.#details.open = isOpen;
    if (isOpen && link.params[SOURCE] === OWN) this.#weights?.show(link.params[WEIGHT]);
    write(this.element, "title", this.title);
    write(this.element, "settings", this.#settings());
    const place = /** @type {HTMLElement} */ (this.element.querySelector(".no"));
    place.textContent = String(number + 1);
    this.#formElement.setAttribute("aria-label", t("Settings of layer {number}", { number: number + 1 }));
    const said = deeds(number + 1);
    for (const button of this.#buttons) {
      const deed = /** @type {Deed} */ (button.dataset.do);
      const words = said[deed];
      if (words) button.title = button.ariaLabel = words;
      button.hidden = deed === "look" && !this.#kind.hasPage;
      button.disabled = (deed === "up" && number === 0) || (deed === "down" && number === count - 1) || (deed === "remove" && count === 1);
    }
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.element.querySelectorAll("[data-zoom]"))) part.dataset.zoom = `stage-${number}`;
  }

  #settings() {
    const { selector } = this.#kind;
    const said = Object.entries(this.#link.params).filter(([name, value]) => value !== "" && name !== selector && name !== SOURCE);
    return said.length ? said.map(([name, value]) => `${name} ${this.#said(name, value)}`).join(t(", ")) : t("settings");
  }

  /**
   * Of a tensor, its shape.
   * @param {string} name
   * @param {string} value
   */
  #said(name, value) {
    const join = readJoin(value);
    if (join !== null) return join < 0 ? t("input") : t("of layer {number}", { number: join + 1 });
    const sizes = this.#kind.tensors.includes(name) ? shapeIn(value) : null;
    return sizes ? shape(sizes) : value.replaceAll("-", "\u2212");
  }

  /**
   * @param {import("../../form/form.js").Patch} patch
   * @param {{replace: boolean}} how
   */
  #take(patch, how) {
    // Weights by hand begin with those that the layer has.
    const isNew = patch[SOURCE] === OWN && !this.#kept[WEIGHT];
    const change = () => this.#hands.change(this.#number, this.#changed(patch), how);
    if (!isNew) return change();
    this.#hands.weight(this.#number).then((weight) => (weight ? this.#weights?.take(weight) : change()), change);
  }

  /**
   * The tensors that this layer was given and that no control of the form says.
   * @param {Record<string, string>} state
   */
  #own(state) {
    const isOwn = !this.#weights || state[SOURCE] === OWN;
    const given = this.#kind.tensors.filter((name) => state[name] && (isHeld(state[name]) || name === WEIGHT || !this.#formElement.querySelector(`[data-field="${name}"]`)));
    return Object.fromEntries(isOwn ? given.map((name) => [name, state[name]]) : []);
  }

  /** @param {import("../../form/form.js").Patch} patch @returns {Link} */
  #changed(patch) {
    const before = SOURCE in patch ? { ...this.#switched, ...this.#kept } : this.#link.params;
    const said = Object.entries({ ...before, ...patch }).filter(([, value]) => value !== undefined);
    const state = /** @type {Record<string, string>} */ (Object.fromEntries(said));
    this.#form.show(state); // what is sent is what is in sight
    const emptied = Object.fromEntries(said.filter(([, value]) => value === ""));
    const source = this.#form.source(state);
    return { layer: this.layer, params: { ...emptied, ...this.#form.params(state), ...this.#own(state), ...(source && !source.defaultChecked ? { [SOURCE]: source.value } : {}) } };
  }

  /**
   * @param {any} stage as planned, null where it does not fit or one before it does not
   */
  plan(stage) {
    this.element.classList.toggle("unfit", !stage);
    write(this.element, "name", stage?.name ?? "");
    write(this.element, "shape", stage ? shape(stage.shape) : NOT_SAID);
    write(this.element, "parameters", stage ? count(stage.cost.parameters) : NOT_SAID);
    write(this.element, "macs", stage ? si(stage.cost.macs) : NOT_SAID);
    write(this.element, "sees", stage?.receptive_field ? shape(stage.receptive_field.size) : NOT_SAID);
    write(this.element, "rule", stage ? [...new Set(stage.rule)].join("\n") : "");
    if (!stage) return;
    this.#form.showUsed(stage.params, spatialAxes(stage.params, stage.input.shape.length));
    if (!stage.ranges) return;
    showRanges(this.#formElement, stage.ranges);
    showLater(this.#formElement, stage.later);
  }

  /** @param {Wrong[]} errors of this layer, without the place that it has in the chain */
  complain(errors) {
    const rest = this.#form.complain(errors);
    const line = /** @type {HTMLElement} */ (this.element.querySelector("[data-part=wrong]"));
    // What is folded away cannot say it.
    line.textContent = (this.#details.open ? rest : errors).map(({ msg }) => msg).join(t("; "));
    line.hidden = !line.textContent;
    this.element.classList.toggle("wrong", errors.length > 0);
  }

  /** @param {{min: number, max: number} | null} stats of what it made; null: nothing yet */
  tell(stats) {
    write(this.element, "range", stats ? t("{min} to {max}", { min: number(stats.min), max: number(stats.max) }) : "");
    this.element.toggleAttribute("aria-busy", !stats);
  }

  /**
   * @param {Tensor} tensor
   * @param {import("../../data/color.js").Scale} scale
   * @param {object} stats
   */
  offer(tensor, scale, stats) {
    /** @type {import("../shared/pictures.js").Picture["axes"]} */
    const kinds = tensor.shape.length > 4 ? ["sample", "map", "slice"] : ["sample", "map"];
    const axes = kinds.slice(0, Math.max(0, tensor.shape.length - 2));
    const title = t("{number} {title}", { number: this.#number + 1, title: this.title });
    offerPicture(`stage-${this.#number}`, { title, file: `stage-${this.#number + 1}-${this.layer}`, tensor, scale, axes, lead: axes.map(() => 0), isShared: true, stats: /** @type {any} */ (stats), note: scale.clipped.low || scale.clipped.high ? t("99 % lie within") : "" });
  }

  /** @param {Deed} [deed] the button to go to; the title where there is none that works */
  focus(deed) {
    const button = /** @type {HTMLButtonElement | null} */ (this.element.querySelector(`[data-do="${deed}"]:not(:disabled)`));
    (button ?? /** @type {HTMLElement} */ (this.element.querySelector("h2"))).focus();
  }
}

let made = 0;

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {string} template
 * @param {Name} name of what is in it
 * @returns {HTMLElementTagNameMap[Name]}
 */
function copyOf(template, name) {
  const found = /** @type {HTMLTemplateElement} */ (document.querySelector(`template${template}`));
  return /** @type {HTMLElementTagNameMap[Name]} */ (/** @type {HTMLElement} */ (document.importNode(found.content, true).querySelector(name)));
}

/** @param {number} number @returns {Partial<Record<Deed, string>>} */
function deeds(number) {
  return {
    up: t("Move layer {number} up", { number }),
    down: t("Move layer {number} down", { number }),
    copy: t("Duplicate layer {number}", { number }),
    insert: t("Add a layer after layer {number}", { number }),
    remove: t("Remove layer {number}", { number }),
  };
}

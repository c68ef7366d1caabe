// @ts-check
// Why a network gives a class what it gives it: which class and which square is chosen here, and every part is told.
import { featuresFirst, lastOf } from "../../data/channels_last.js";
import { findClass, namesOf } from "../../data/class_names.js";
import { percent } from "../../data/format.js";
import { leastStep, openingStep, squares, within } from "../../data/occlusion.js";
import { classMap, contributions } from "../../service/reasons.js";
import { paintShare } from "../../form/side_fields.js";
import { latest } from "../../service/latest.js";
import { readState, setState } from "../../state.js";
import { t } from "../../text.js";
import { AddedPart } from "./added.js";
import { CoverPart } from "./cover.js";
import { EverywherePart } from "./everywhere.js";
import { showSeen } from "./seen.js";
import { make, saidWrong, view, write } from "../shared/page_text.js";

/** @typedef {import("../../state.js").State} State */
/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./panel.js").Config & {totals: {macs: number}}} Config */
/** @typedef {{run: Run, chosen: number, names: readonly string[], size: readonly number[], side: number, step: number, at: import("../../data/occlusion.js").Place, value: number}} Asked size: of the picture; value: that a square is filled with */

const MOST_MACS = 1e11; // of all squares together: about ten seconds
const LONGEST_MACS = 4e11; // where each place is covered once
const MOST_SQUARES = 1024;
const SIDES_ACROSS = 4;

export class Reasons {
  #root;
  #config;
  /** @type {readonly string[]} */
  #names = [];
  /** @type {{cover: CoverPart, everywhere: EverywherePart} | null} */
  #covers = null;
  #added;
  /** @type {Run | null} */
  #run = null;
  #isSeen = false;
  /** @type {Asked | null} */
  #told = null;

  /**
   * @param {HTMLElement} root
   * @param {Config} config
   * @param {{onSpot: (spot: import("./panel.js").Spot) => void}} options
   */
  constructor(root, config, { onSpot }) {
    this.#root = root;
    this.#config = config;
    this.#added = new AddedPart(root, config, onSpot);
    if (view(root, "cover")) {
      this.#covers = {
        cover: new CoverPart(root, config, { onMove: (at) => this.#set({ cover: at.join(",") }), onClass: (index) => this.#choose(index) }),
        everywhere: new EverywherePart(root, config, { onPick: (at) => this.#set({ cover: at.join(",") }) }),
      };
    }
    this.#listen();
    // What nobody looks at is not computed.
    new IntersectionObserver((entries) => {
      this.#isSeen = entries[entries.length - 1].isIntersecting;
      this.#refresh();
    }, { rootMargin: "200px" }).observe(root);
  }

  /** @param {Run} run */
  show(run) {
    this.#run = run;
    this.#root.hidden = false;
    if (!this.#names.length) this.#nameClasses(run.output?.data.length ?? 0);
    this.#refresh();
  }

  /** @param {number} count */
  #nameClasses(count) {
    this.#names = namesOf(this.#config.classes, count);
    this.#root.querySelector("datalist")?.replaceChildren(...this.#names.map((value) => make("option", { value })));
  }

  /**
   * @param {Record<string, string | number | null>} patch
   * @param {boolean} [replace]
   */
  #set(patch, replace = true) {
    setState(patch, { replace, silent: true });
    this.#refresh();
  }

  /** @param {number} index of a class; the one that is given most is chosen by naming none */
  #choose(index) {
    const first = this.#run?.notes.top[0].index;
    this.#set({ class: index === first ? null : index }, false);
  }

  #refresh() {
    if (!this.#run || !this.#isSeen) return;
    const asked = this.#asked(this.#run, readState());
    this.#showClass(asked, readState());
    if (this.#covers) this.#showSettings(asked);
    this.#covers?.cover.show(asked);
    this.#covers?.everywhere.show(asked);
    if (asked.run !== this.#told?.run || asked.chosen !== this.#told.chosen) this.#explain((this.#told = asked));
  }

  /**
   * @param {Run} run
   * @param {State} state
   * @returns {Asked}
   */
  #asked(run, { class: named, size: sent, step, cover, fill }) {
    const size = this.#config.input.shape.slice(2);
    const whole = (/** @type {string} */ text, /** @type {number} */ most, /** @type {number} */ other) => (/^\d+$/.test(text ?? "") && Number(text) >= 1 && Number(text) <= most ? Number(text) : other);
    const shortest = Math.min(...size, Infinity);
    const side = whole(sent, shortest, Math.max(1, Math.floor(shortest / SIDES_ACROSS)));
    const chosen = /^\d+$/.test(named ?? "") && Number(named) < this.#names.length ? Number(named) : run.notes.top[0].index;
    const place = /^\d+,\d+$/.test(cover ?? "") ? cover.split(",").map(Number) : size.map((length) => (length - side) / 2);
    const [min, max] = this.#config.input.range;
    const value = fill === "black" ? min : fill === "white" ? max : (min + max) / 2;
    const least = this.#covers ? this.#leastStep(size, side) : 1;
    const opening = this.#covers ? openingStep(size, side, this.#config.totals.macs) : 1;
    return { run, chosen, names: this.#names, size, side, step: Math.max(least, whole(step, side, opening)), at: within(/** @type {[number, number]} */ (place), side, size), value };
  }

  /**
   * @param {readonly number[]} size
   * @param {number} side
   */
  #leastStep(size, side) {
    const within = (/** @type {number} */ macs) => Math.min(MOST_SQUARES, Math.floor(macs / Math.max(1, this.#config.totals.macs)));
    return leastStep(size, side, { most: within(MOST_MACS), longest: within(LONGEST_MACS) });
  }

  /**
   * @param {Asked} asked
   * @param {State} state
   */
  #showClass({ chosen, run }, state) {
    const field = /** @type {HTMLInputElement} */ (this.#root.querySelector("[data-ask-class] input"));
    if (field !== document.activeElement) field.value = this.#names[chosen];
    const back = /** @type {HTMLElement} */ (this.#root.querySelector("[data-predicted]"));
    const first = run.notes.top[0].index;
    back.hidden = chosen === first;
    back.textContent = t("back to {name}, which is given most", { name: this.#names[first] });
    write(this.#root, "no-class", "");
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.#root.querySelectorAll("[data-fill]"))) button.setAttribute("aria-pressed", String(button.dataset.fill === (state.fill ?? "grey")));
  }

  /** @param {Asked} asked */
  #showSettings({ side, step, size }) {
    this.#slide("square-size", side);
    const slider = this.#slide("square-step", step);
    const least = this.#leastStep(size, side);
    const most = Math.max(least, side);
    [slider.min, slider.max] = [String(least), String(most)];
    slider.value = String(step);
    slider.disabled = least === most;
    paintShare(slider);
    write(this.#root, "step-least", String(least));
    write(this.#root, "step-most", String(most));
    write(this.#root, "step-sample", step > side ? t("Only a sample of the places: squares of {side} pixels, {step} apart. All of them would take too long.", { side, step }) : "");
    write(this.#root, "square-step", t("{step}: {count} squares", { step, count: squares(size, side, step) }));
  }

  /**
   * @param {string} id
   * @param {number} value
   */
  #slide(id, value) {
    const slider = /** @type {HTMLInputElement} */ (this.#root.querySelector(`#${id}`));
    slider.value = String(value);
    paintShare(slider);
    write(this.#root, id, String(value));
    return slider;
  }

  #explain = latest(async (/** @type {Asked} */ asked, signal) => {
    const { run, chosen } = asked;
    const parts = /** @type {HTMLElement[]} */ ([...this.#root.querySelectorAll("[data-part=seen], [data-part=added]")]);
    for (const part of parts) part.setAttribute("aria-busy", "true");
    try {
      const told = await run.again(() => contributions(this.#config.model, { ref: run.ref, chosen, signal }), { signal });
      const made = featuresFirst(told, lastOf(this.#config.stages, Boolean(this.#config.input.channels_last)));
      this.#added.show(asked, made);
      const seen = made.maps === null ? null : await run.again(() => classMap(this.#config.model, { ref: run.ref, chosen, signal }), { signal });
      showSeen(this.#root, this.#config, asked, seen);
      for (const name of ["seen-wrong", "added-wrong"]) write(this.#root, name, "");
    } catch (error) {
      if (signal.aborted) throw error;
      this.#told = null; // asked again at the next occasion
      for (const name of ["seen-wrong", "added-wrong"]) write(this.#root, name, saidWrong(error));
    }
    for (const part of parts) part.removeAttribute("aria-busy");
  });

  #listen() {
    const form = /** @type {HTMLFormElement} */ (this.#root.querySelector("[data-ask-class]"));
    const field = /** @type {HTMLInputElement} */ (form.querySelector("input"));
    const find = () => {
      const found = findClass(this.#names, field.value);
      if (found >= 0) this.#choose(found);
      else write(this.#root, "no-class", field.value.trim() ? t("no class is called so") : "");
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      field.blur();
      find();
    });
    field.addEventListener("change", find);
    this.#root.querySelector("[data-predicted]")?.addEventListener("click", () => this.#choose(this.#run?.notes.top[0].index));
    this.#root.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("[data-fill]")) : null;
      if (button) this.#set({ fill: button.dataset.fill === "grey" ? null : (button.dataset.fill ?? null) });
    });
    this.#listenToSliders();
  }

  #listenToSliders() {
    for (const [id, name] of [["square-size", "size"], ["square-step", "step"]]) {
      this.#root.querySelector(`#${id}`)?.addEventListener("input", ({ target }) => this.#set({ [name]: /** @type {HTMLInputElement} */ (target).value }));
    }
    for (const [id, name] of [["heat-opacity", "everywhere"], ["seen-opacity", "seen"]]) {
      const slider = /** @type {HTMLInputElement | null} */ (this.#root.querySelector(`#${id}`));
      const show = () => {
        if (!slider) return;
        paintShare(slider);
        write(this.#root, id, percent(Number(slider.value) / 100, 0));
        view(this.#root, name)?.style.setProperty("--opacity", String(Number(slider.value) / 100));
      };
      slider?.addEventListener("input", show);
      show();
    }
  }
}

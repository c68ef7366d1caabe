// @ts-check
// The layers of a chain, one under the other, in the order of the link; and what is done to that order.
import { formatChain, withChanged, withInserted, withMoved, without } from "../../data/chain.js";
import { rejoined } from "../../data/joins.js";
import { fits, readState } from "../../state.js";
import { t } from "../../text.js";
import { draggedRows } from "../../views/dragged_rows.js";
import { Card, titleOf } from "./card.js";
import { scaleOf } from "../lab/scales.js";
import { write } from "../shared/page_text.js";

/** @typedef {import("../../data/chain.js").Link} Link */
/** @typedef {import("./card.js").Deed} Deed */
/** @typedef {import("./run.js").ChainRun} Run */
/** @typedef {{kinds: Record<string, import("./card.js").Kind>, switched: Record<string, Record<string, string>>}} Kinds */
/** @typedef {{chain: Link[], open: number | null, isShared?: boolean}} Listed open: whose settings are unfolded; isShared: one range of colours for all */
/** @typedef {{set: (listed: Listed, how?: {replace: boolean}) => void, add: (at: number) => void, look: (at: number) => void}} Wishes look: at one layer alone */

/**
 * Whether the link opens a layer full size, which then may lie below the window.
 * @param {number} number
 */
function isLinked(number) {
  return readState().view?.split(":")[0] === `stage-${number}`;
}

export class CardList {
  #root;
  #place;
  #kinds;
  #wishes;
  /** @type {Card[]} */
  #cards = [];
  /** @type {Listed} */
  #listed = { chain: [], open: null };
  /** @type {Run | null} */
  #run = null;
  #told = 0; // layers that the run has
  /** @type {Set<Element>} */
  #inView = new Set();
  #watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#inView.add(target);
      else this.#inView.delete(target);
      if (isIntersecting) this.#offer(this.#cards.findIndex(({ element }) => element === target)).catch(() => {});
    }
  }, { rootMargin: "200px" });

  /**
   * @param {HTMLElement} root
   * @param {Kinds} kinds
   * @param {Wishes} wishes
   */
  constructor(root, kinds, wishes) {
    this.#root = root;
    this.#kinds = kinds;
    this.#wishes = wishes;
    this.#place = /** @type {HTMLElement} */ (root.querySelector("[data-part=cards]"));
    this.#place.addEventListener("keydown", (event) => this.#key(event));
    draggedRows(this.#place, { handle: ".no", onMove: (from, to) => this.#move(from, to) });
  }

  /** @param {Listed} listed */
  show(listed) {
    this.#listed = listed;
    const { chain, open } = listed;
    for (const extra of this.#cards.splice(chain.length)) this.#drop(extra);
    const titles = chain.map((link) => titleOf(this.#kinds.kinds[link.layer], link));
    chain.forEach((link, number) => {
      if (this.#cards[number]?.layer !== link.layer) this.#put(number, link);
      this.#cards[number].show(link, number, chain.length, number === open, titles.slice(0, number));
    });
  }

  /** @param {number} number @param {Link} link */
  #put(number, link) {
    const card = new Card(link, this.#kinds.kinds[link.layer], this.#kinds.switched[link.layer] ?? {}, {
      weight: async (at) => (this.#run && at < this.#told ? this.#run.weight(at, "weight") : null),
      hasRoom: (at, changed) => fits({ layers: formatChain(withChanged(this.#listed.chain, at, changed)) }),
      change: (at, changed, how) => this.#wishes.set({ ...this.#listed, chain: withChanged(this.#listed.chain, at, changed) }, how),
      act: (at, deed) => this.#act(at, deed),
      open: (at, isOpen) => this.#open(at, isOpen),
    });
    const old = this.#cards[number];
    if (old) old.element.before(card.element);
    else this.#place.append(card.element);
    if (old) this.#drop(old);
    this.#cards[number] = card;
    this.#watcher.observe(card.element);
  }

  /** @param {Card} card */
  #drop(card) {
    this.#watcher.unobserve(card.element);
    this.#inView.delete(card.element);
    card.element.remove();
  }

  /** @param {number} at @param {boolean} isOpen */
  #open(at, isOpen) {
    const { open } = this.#listed;
    if (isOpen === (open === at)) return;
    this.#wishes.set({ ...this.#listed, open: isOpen ? at : null }, { replace: true });
  }

  /**
   * @param {number} at
   * @param {Deed} deed
   */
  #act(at, deed) {
    if (deed === "insert") return this.#wishes.add(at + 1);
    if (deed === "look") return this.#wishes.look(at);
    const { chain } = this.#listed;
    const [title, count] = [this.#cards[at].title, chain.length];
    const to = deed === "up" ? at - 1 : deed === "down" ? at + 1 : at;
    if (to < 0 || to >= count) return undefined;
    if (deed === "copy") this.#arrange(withInserted(chain, at + 1, chain[at]), [...chain.keys()].toSpliced(at + 1, 0, -1));
    else if (deed === "remove") this.#arrange(without(chain, at), [...chain.keys()].toSpliced(at, 1));
    else this.#move(at, to);
    if (deed === "copy") write(this.#root, "spoken", t("{title} duplicated", { title }));
    if (deed === "remove") write(this.#root, "spoken", t("{title} removed", { title }));
    const next = deed === "copy" ? at + 1 : Math.min(to, this.#listed.chain.length - 1);
    this.#cards[next].focus(deed === "up" || deed === "down" ? deed : undefined);
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #move(from, to) {
    const { chain } = this.#listed;
    const { title } = this.#cards[from];
    this.#arrange(withMoved(chain, from, to), [...chain.keys()].toSpliced(from, 1).toSpliced(to, 0, from));
    write(this.#root, "spoken", t("{title} is now layer {number} of {count}", { title, number: to + 1, count: chain.length }));
  }

  /**
   * The unfolded one stays unfolded, wherever it comes to stand.
   * @param {Link[]} chain
   * @param {number[]} order which layer of before stands where
   */
  #arrange(chain, order) {
    const open = order.indexOf(this.#listed.open ?? NaN);
    this.#wishes.set({ chain: rejoined(chain, order), open: open < 0 ? null : open });
  }

  /**
   * @param {number} at
   * @param {Link} link
   */
  add(at, link) {
    const { chain } = this.#listed;
    this.#wishes.set({ chain: rejoined(chain, [...chain.keys()].toSpliced(at, 0, -1)).toSpliced(at, 0, link), open: at });
    write(this.#root, "spoken", t("{title} is now layer {number} of {count}", { title: this.#cards[at].title, number: at + 1, count: this.#listed.chain.length }));
    this.#cards[at].focus();
  }

  /** @param {KeyboardEvent} event Alt and an arrow move the layer that is worked at */
  #key(event) {
    const deed = event.key === "ArrowUp" ? "up" : event.key === "ArrowDown" ? "down" : null;
    const card = event.target instanceof Element ? event.target.closest(".card") : null;
    if (!deed || !event.altKey || !card || event.target instanceof HTMLSelectElement) return;
    event.preventDefault();
    this.#act(this.#cards.findIndex(({ element }) => element === card), deed);
  }

  /**
   * @param {any[]} stages those that fit
   * @param {import("../../form/form.js").Wrong[]} errors
   */
  plan(stages, errors) {
    this.#cards.forEach((card, number) => {
      card.plan(stages[number] ?? null);
      card.complain(errors.filter(({ loc }) => loc[0] === "layers" && loc[1] === number).map(({ loc, msg }) => ({ loc: loc.slice(2), msg })));
    });
  }

  /**
   * @param {Run} run
   * @param {number} count of the layers that it has
   */
  tell(run, count) {
    [this.#run, this.#told] = [run, count];
    this.#cards.forEach((card, number) => {
      card.tell(run.facts.stages[number]?.stats ?? null);
      if (this.#inView.has(card.element) || isLinked(number)) this.#offer(number).catch(() => {}); // without the numbers it is only not seen full size
    });
  }

  /** @param {number} number */
  async #offer(number) {
    const [run, card] = [this.#run, this.#cards[number]];
    if (!run || !card || number >= this.#told) return;
    await run.load([number]);
    const tensor = run.tensor(number);
    if (!tensor || run !== this.#run || this.#cards[number] !== card) return;
    card.offer(tensor, this.#listed.isShared ? run.shared : scaleOf(tensor), run.facts.stages[number].stats);
  }

  /**
   * Puts an element where the unfolded layer is.
   * @param {HTMLElement} element
   */
  place(element) {
    const card = this.#cards[this.#listed.open ?? NaN];
    if (card && element.parentElement !== card.opened) card.opened.append(element);
  }

  /**
   * Brings a layer into the window.
   * @param {number} number
   */
  reveal(number) {
    const { element } = this.#cards[number];
    const { top } = element.getBoundingClientRect();
    if (top > innerHeight - 240 || top < 0) element.scrollIntoView({ block: "start", behavior: "instant" });
  }
}

// @ts-check
// The dialog in which any picture of the page is seen full size. What is open, which sheet of it and how large, is in
// the link: view=output, view=input:0,2, zoom=16.
import { allDigits, precise, shape, UNTOLD } from "../../data/format.js";
import { onState, readState, setState } from "../../state.js";
import { joined, t } from "../../text.js";
import { cellOf, indexOf, nearestCell, sheetOf, valueOn } from "../../data/sheet.js";
import { legend } from "../../views/legend.js";
import { cellNow, zoomAnew, zoomed, zoomStep } from "../../views/zoomed.js";
import { LARGEST } from "../../data/zoom.js";
import { view, write } from "../shared/page_text.js";
import { onPicture, pictureOf } from "../shared/pictures.js";
import { isNumbered, sheetIn, takePicture } from "../shared/take_picture.js";
import { NumbersBeside } from "./numbers.js";
import { saidSheet, steppers } from "./steps.js";

/** @typedef {import("../shared/pictures.js").Picture} Picture */
/** @typedef {import("../../data/sheet.js").Cell} Cell */

/** The pages that have the dialog call this once. */
export function mountZoomDialog() {
  const element = /** @type {HTMLDialogElement | null} */ (document.getElementById("zoom"));
  if (element) new ZoomDialog(element);
}

class ZoomDialog {
  #element;
  #place;
  #numbers;
  /** @type {Cell | null} */
  #cursor = null;
  /** @type {import("../../data/sheet.js").Sheet | null} as it was drawn last */
  #sheet = null;

  /** @param {HTMLDialogElement} element */
  constructor(element) {
    this.#element = element;
    this.#place = /** @type {HTMLElement} */ (view(element, "sheet"));
    this.#numbers = new NumbersBeside(element);
    document.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("[data-zoom]")) : null;
      if (button) this.#open(button.dataset.zoom ?? "");
    });
    element.addEventListener("close", () => {
      if (readState().view) setState({ view: null, zoom: null, colours: null }, { replace: true, silent: true });
    });
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-step]"))) {
      const step = button.dataset.step ?? "";
      button.addEventListener("click", () => zoomStep(this.#place, step === "in" ? 1 : step === "out" ? -1 : step === "fit" ? step : "actual"));
    }
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-save]"))) {
      button.addEventListener("click", () => this.#save(/** @type {import("../shared/take_picture.js").Form} */ (button.dataset.save)));
    }
    this.#colours.addEventListener("change", () => {
      setState({ colours: this.#colours.checked ? null : "values" }, { replace: true, silent: true });
      this.#draw();
    });
    onPicture((name) => name === this.#wanted.name && this.#sync());
    onState(() => this.#sync());
  }

  get #colours() {
    return /** @type {HTMLInputElement} */ (this.#element.querySelector("[data-colours]"));
  }

  /** What the link says is open. */
  get #wanted() {
    const [name = "", lead = ""] = (readState().view ?? "").split(":");
    return { name, lead: lead ? lead.split(",").map(Number) : null };
  }

  /** @returns {{picture: Picture, lead: number[], isColoured: boolean} | null} */
  get #seen() {
    const { name, lead } = this.#wanted;
    const picture = pictureOf(name);
    if (!picture) return null;
    const isSaid = lead && !picture.onLead && lead.every((place) => Number.isInteger(place) && place >= 0);
    return { picture, lead: sheetOf(picture.tensor, isSaid ? lead : picture.lead).lead, isColoured: Boolean(picture.colours) && readState().colours !== "values" };
  }

  /**
   * @param {string} name
   * @param {number[] | null} [lead] the sheet of it, where the page itself does not choose one
   */
  #open(name, lead = null) {
    const picture = pictureOf(name);
    if (!picture) return;
    this.#cursor = null;
    zoomAnew(this.#place);
    setState({ view: lead && !picture.onLead ? `${name}:${lead}` : name, zoom: null }, { silent: true });
    this.#sync();
  }

  /** The dialog as the link has it. */
  #sync() {
    const isWanted = this.#seen !== null;
    if (isWanted && !this.#element.open) {
      this.#cursor = null;
      zoomAnew(this.#place);
      this.#element.showModal();
    }
    if (!isWanted && this.#element.open) this.#element.close();
    if (isWanted) this.#draw();
  }

  #draw() {
    const seen = this.#seen;
    if (!seen) return;
    const { picture, lead, isColoured } = seen;
    const { sheet, pixels } = sheetIn(picture, lead, isColoured);
    this.#sheet = sheet;
    this.#showTools(seen, sheet);
    legend(/** @type {HTMLElement} */ (view(this.#element, "legend")), picture.scale, { label: picture.note });
    const zoom = Number(readState().zoom);
    const chosen = cellOf(sheet, picture.at ?? null);
    const home = chosen ?? cellOf(sheet, picture.near ?? null) ?? nearestCell(sheet, [sheet.rows >> 1, sheet.cols >> 1]);
    zoomed(this.#place, {
      sheet, pixels, numbered: isNumbered(picture, isColoured), zoom: zoom >= 1 ? Math.min(LARGEST, Math.floor(zoom)) : null, chosen, home, isSecret: picture.isSecret ?? false,
      label: labelOf(picture, { name: joined(picture.title, saidSheet(picture, lead)) }),
      onPoint: (cell) => this.#point(cell),
      onChoose: (cell) => {
        const at = indexOf(sheet, cell);
        picture.onChoose?.(at);
        if (picture.single) this.#open(picture.single, at.slice(0, -2));
      },
      onZoom: (to) => {
        setState({ zoom: to }, { replace: true, silent: true });
        this.#sayZoom();
      },
      onTurn: (by) => this.#turn(by),
    });
    this.#point(this.#cursor && nearestCell(sheet, this.#cursor), home);
    this.#sayZoom();
  }

  /**
   * @param {{picture: Picture, lead: number[], isColoured: boolean}} seen
   * @param {import("../../data/sheet.js").Sheet} sheet
   */
  #showTools({ picture, lead, isColoured }, sheet) {
    write(this.#element, "title", picture.title);
    const [shown, count] = [sheet.tiles?.count ?? 0, picture.tensor.shape[sheet.tiles?.axis ?? 0]];
    write(this.#element, "shape", joined(shape(picture.tensor.shape), sheet.tiles && shown < count ? t("the first {shown} of {count}", { shown, count }) : ""));
    steppers(/** @type {HTMLElement} */ (view(this.#element, "steps")), picture, lead, (to) => this.#turnTo(to));
    const all = /** @type {HTMLElement} */ (this.#element.querySelector("[data-to-all]"));
    all.hidden = !picture.all;
    all.dataset.zoom = picture.all ?? "";
    /** @type {HTMLElement} */ (this.#element.querySelector("[data-save=csv]")).hidden = Boolean(sheet.tiles); // sheets beside each other are no table
    this.#colours.checked = isColoured;
    /** @type {HTMLElement} */ (this.#element.querySelector(".zoom-take")).hidden = picture.isSecret ?? false; // a file of it would tell, or be wrong
    /** @type {HTMLElement} */ (this.#colours.parentElement).hidden = !picture.colours;
  }

  /**
   * @param {Cell | null} cell null: nothing was pointed at yet
   * @param {Cell} [home] what stands there then
   */
  #point(cell, home = [0, 0]) {
    const seen = this.#seen;
    if (!seen) return;
    this.#cursor = cell;
    // Of sheets beside each other, the numbers are those of the one that is pointed at.
    const index = this.#sheet?.tiles && indexOf(this.#sheet, cell ?? home);
    const lead = index ? index.slice(0, -2) : seen.lead;
    const place = index ? /** @type {Cell} */ (index.slice(-2)) : (cell ?? home);
    write(this.#element, "line", saidCell({ ...seen, lead }, place));
    this.#numbers.show(seen.picture, sheetOf(seen.picture.tensor, lead), place);
  }

  #sayZoom() {
    const [across] = cellNow(this.#place);
    write(this.#element, "zoom", t("{zoom}×", { zoom: across < 1 ? precise(across) : across }));
  }

  /** @param {1 | -1} by the innermost axis that has more than one sheet */
  #turn(by) {
    const seen = this.#seen;
    const outer = seen?.picture.tensor.shape.slice(0, -2) ?? [];
    const axis = outer.findLastIndex((size, i) => size > 1 && i !== seen?.picture.tiled);
    if (seen && axis >= 0) this.#turnTo(seen.lead.map((place, i) => (i === axis ? Math.max(0, Math.min(outer[i] - 1, place + by)) : place)));
  }

  /** @param {number[]} lead */
  #turnTo(lead) {
    const { name } = this.#wanted;
    const picture = pictureOf(name);
    if (picture?.onLead) return picture.onLead(lead);
    setState({ view: `${name}:${lead.join(",")}` }, { replace: true, silent: true });
    this.#draw();
  }

  /** @param {import("../shared/take_picture.js").Form} form */
  #save(form) {
    const seen = this.#seen;
    if (!seen) return;
    const { picture, lead, isColoured } = seen;
    const title = joined(picture.title, shape(picture.tensor.shape), saidSheet(picture, lead));
    takePicture(picture, form, { lead, isColoured, cell: cellNow(this.#place), title });
  }
}

/**
 * The index of a cell and its number in full; of a colour picture the number of each channel.
 * @param {{picture: Picture, lead: number[], isColoured: boolean}} seen
 * @param {Cell} cell
 */
function saidCell({ picture, lead, isColoured }, cell) {
  const { tensor, names, columns, at, isSecret } = picture;
  const said = (/** @type {number[]} */ which) => allDigits(valueOn(sheetOf(tensor, which), cell));
  const index = indexOf(sheetOf(tensor, lead), cell);
  if (isColoured && names) {
    const values = names.map((name, c) => `${name} ${said([...lead.slice(0, -1), c])}`).join(t(", "));
    return t("row {row}, column {column}: {values}", { row: cell[0], column: cell[1], values });
  }
  const isChosen = String(index) === String(at);
  const line = `${columns ? `${columns[cell[1]]} ` : ""}[${index.join(", ")}] = ${isChosen && isSecret ? UNTOLD : said(lead)}`;
  return isChosen ? t("{what}, chosen", { what: line }) : line;
}

/**
 * @param {Picture} picture
 * @param {{name: string}} what
 */
function labelOf({ onChoose, single }, what) {
  if (single) return t("{name}. Arrow keys move over the cells, Enter goes to the map, plus and minus zoom, 0 fits, 1 is one pixel a cell.", what);
  return onChoose
    ? t("{name}. Arrow keys move over the cells, Enter chooses one, plus and minus zoom, 0 fits, 1 is one pixel a cell, Page Up and Page Down change the map.", what)
    : t("{name}. Arrow keys move over the cells, plus and minus zoom, 0 fits, 1 is one pixel a cell, Page Up and Page Down change the map.", what);
}

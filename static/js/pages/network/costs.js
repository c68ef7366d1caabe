// @ts-check
// What each stage costs, as a table that can be sorted and taken away.
import { getJson } from "../../service/api.js";
import { rowsOf, sorted, toCsv, withTimes } from "../../data/costs.js";
import { bytes, count, milliseconds, shape, si } from "../../data/format.js";
import { readState, setState } from "../../state.js";
import { sentences, t } from "../../text.js";
import { make, save, view, write } from "../shared/page_text.js";

/** @typedef {import("../../data/costs.js").Key} Key */
/** @typedef {import("../../data/costs.js").Row} Row */
/** @typedef {{parameters: number, macs: number, output_bytes: number}} Totals */

/** @type {() => [Key, string][]} */
const heads = () => [
  ["number", "#"],
  ["name", t("stage")],
  ["operator", t("operator")],
  ["shape", t("shape")],
  ["parameters", t("parameters")],
  ["macs", t("MACs")],
  ["bytes", t("memory")],
  ["sees", t("sees")],
  ["step", t("step")],
  ["begins", t("begins")],
  ["time", t("time")],
];

/**
 * @param {HTMLElement} root
 * @param {{model: string, file: string, stages: readonly import("../../data/costs.js").Stage[], totals: Totals}} config
 * @param {(number: number) => void} onPick a stage
 */
export function mountCosts(root, { model, file, stages, totals }, onPick) {
  const table = /** @type {HTMLTableElement} */ (view(root, "costs"));
  let rows = rowsOf(stages);
  /** @type {number | null} */
  let time = null;
  const draw = () => drawTable(table, sortedAs(rows), { ...totals, time });
  mountMeasure(root, model, (times, all) => {
    rows = withTimes(rows, times);
    time = all;
    draw();
  });
  table.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("button")) : null;
    if (button?.dataset.stage) onPick(Number(button.dataset.stage));
    if (!button?.dataset.sort) return;
    const { key, isDown } = wanted();
    const down = key === button.dataset.sort ? !isDown : !["number", "name", "operator"].includes(button.dataset.sort);
    setState({ sort: `${button.dataset.sort}${down ? ",down" : ""}` }, { replace: true, silent: true });
    draw();
    /** @type {HTMLElement | null} */ (table.querySelector(`[data-sort="${button.dataset.sort}"]`))?.focus();
  });
  root.querySelector("[data-csv]")?.addEventListener("click", () => save(new Blob([toCsv(sortedAs(rows), { ...totals, time })], { type: "text/csv" }), `${file}.csv`));
  draw();
}

/**
 * The button that lets the service measure.
 * @param {HTMLElement} root
 * @param {string} model
 * @param {(times: {name: string, microseconds: number | null}[], all: number | null) => void} onTimes
 */
function mountMeasure(root, model, onTimes) {
  const button = /** @type {HTMLButtonElement | null} */ (root.querySelector("[data-measure]"));
  button?.addEventListener("click", async () => {
    button.disabled = true;
    write(root, "measured", t("measuring"));
    try {
      const { stages, microseconds, runs } = await getJson(`/models/${model}/times`);
      onTimes(stages, microseconds);
      const late = microseconds === null ? t("There was no time to measure all of its stages.") : "";
      const how = runs === 1
        ? t("Time on this service's machine: one thread, graph optimisation off, one run.")
        : t("Time on this service's machine: one thread, graph optimisation off, the median of {runs} runs.", { runs });
      write(root, "measured", sentences(how, late));
    } catch (error) {
      write(root, "measured", error instanceof Error ? error.message : String(error));
    } finally {
      button.disabled = false;
    }
  });
}

/** What the link says the table is sorted by. */
function wanted() {
  const [key = "number", down] = (readState().sort ?? "").split(",");
  const found = heads().find(([name]) => name === key);
  return { key: found ? found[0] : /** @type {Key} */ ("number"), isDown: down === "down" };
}

/** @param {readonly Row[]} rows */
function sortedAs(rows) {
  const { key, isDown } = wanted();
  return sorted(rows, key, isDown);
}

/**
 * @param {HTMLTableElement} table
 * @param {readonly Row[]} rows
 * @param {Totals & {time: number | null}} totals
 */
function drawTable(table, rows, totals) {
  const { key, isDown } = wanted();
  table.classList.toggle("timed", rows.some(({ time }) => time !== null));
  const head = heads().map(([name, said]) => {
    const button = make("button", { type: "button", textContent: said });
    button.dataset.sort = name;
    const cell = make("th", { scope: "col" }, button);
    if (name === key) cell.ariaSort = isDown ? "descending" : "ascending";
    return cell;
  });
  const foot = ["", t("all stages"), "", "", count(totals.parameters), si(totals.macs), bytes(totals.output_bytes), "", "", "", timeOf(totals.time)];
  table.replaceChildren(
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...rows.map(rowOf)),
    make("tfoot", {}, make("tr", {}, ...foot.map((text, i) => (i === 1 ? make("th", { scope: "row", textContent: text }) : make("td", { textContent: text }))))),
  );
}

/** @param {number | null} microseconds */
function timeOf(microseconds) {
  return microseconds === null ? "" : milliseconds(microseconds / 1000);
}

/** @param {Row} row */
function rowOf({ number, name, operator, shape: sizes, parameters, macs, bytes: size, sees, isKnown, step, begins, time }) {
  const open = make("button", { type: "button", className: "link", textContent: name });
  open.dataset.stage = String(number);
  const texts = [operator, shape(sizes), parameters ? count(parameters) : "", macs ? si(macs) : "", bytes(size), sees ? shape(sees) : isKnown ? t("all") : t("not known"), step ? shape(step) : "", begins ? begins.map(count).join(", ") : "", timeOf(time)];
  return make("tr", {}, make("td", { textContent: count(number) }), make("th", { scope: "row" }, open), ...texts.map((textContent) => make("td", { textContent })));
}

// @ts-check
// What each stage costs, as a table that can be sorted and taken away.
import { bytes, count, shape, si } from "../format.js";
import { rowsOf, sorted, toCsv } from "../costs.js";
import { readState, setState } from "../state.js";
import { t } from "../text.js";
import { make, save, view } from "./page_text.js";

/** @typedef {import("../costs.js").Key} Key */
/** @typedef {import("../costs.js").Row} Row */

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
];

/**
 * @param {HTMLElement} root
 * @param {{model: string, stages: readonly import("../costs.js").Stage[], totals: {parameters: number, macs: number, output_bytes: number}}} config
 * @param {(number: number) => void} onPick a stage
 */
export function mountCosts(root, { model, stages, totals }, onPick) {
  const table = /** @type {HTMLTableElement} */ (view(root, "costs"));
  const rows = rowsOf(stages);
  const draw = () => drawTable(table, sortedAs(rows), totals);
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
  root.querySelector("[data-csv]")?.addEventListener("click", () => save(new Blob([toCsv(sortedAs(rows))], { type: "text/csv" }), `${model}.csv`));
  draw();
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
 * @param {{parameters: number, macs: number, output_bytes: number}} totals
 */
function drawTable(table, rows, totals) {
  const { key, isDown } = wanted();
  const head = heads().map(([name, said]) => {
    const button = make("button", { type: "button", textContent: said });
    button.dataset.sort = name;
    const cell = make("th", { scope: "col" }, button);
    if (name === key) cell.ariaSort = isDown ? "descending" : "ascending";
    return cell;
  });
  const foot = ["", t("all stages"), "", "", count(totals.parameters), si(totals.macs), bytes(totals.output_bytes), "", "", ""];
  table.replaceChildren(
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...rows.map(rowOf)),
    make("tfoot", {}, make("tr", {}, ...foot.map((text, i) => (i === 1 ? make("th", { scope: "row", textContent: text }) : make("td", { textContent: text }))))),
  );
}

/** @param {Row} row */
function rowOf({ number, name, operator, shape: sizes, parameters, macs, bytes: size, sees, step, begins }) {
  const open = make("button", { type: "button", className: "link", textContent: name });
  open.dataset.stage = String(number);
  const texts = [operator, shape(sizes), parameters ? count(parameters) : "", macs ? si(macs) : "", bytes(size), sees ? shape(sees) : t("all"), step ? shape(step) : "", begins ? begins.map(count).join(", ") : ""];
  return make("tr", {}, make("td", { textContent: count(number) }), make("th", { scope: "row" }, open), ...texts.map((textContent) => make("td", { textContent })));
}

// @ts-check
// Every term of one output element as a table, in full precision.
import { allDigits } from "../data/format.js";
import { t } from "../text.js";

/** @typedef {import("../data/terms.js").Term} Term */
/** @typedef {{said: string, value: (term: Term, index: number) => string, isNumber: boolean}} Column */

/**
 * @param {HTMLElement} place
 * @param {Term[]} terms
 * @param {{caption: string, sums: number[]}} options sums: the running sum after each term, none where nothing is added up
 */
export function termTable(place, terms, { caption, sums }) {
  const columns = columnsOf(terms, sums);
  const table = document.createElement("table");
  table.className = "every-term";
  table.createCaption().textContent = caption;
  const head = table.createTHead().insertRow();
  for (const { said, isNumber } of columns) head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: said, className: isNumber ? "number" : "" }));
  const body = table.createTBody();
  terms.forEach((term, index) => {
    const row = body.insertRow();
    if (term.winner) row.className = "winner";
    columns.forEach(({ value, isNumber }, i) => {
      const cell = i ? row.insertCell() : row.appendChild(Object.assign(document.createElement("th"), { scope: "row" }));
      cell.textContent = value(term, index);
      cell.classList.toggle("number", isNumber);
    });
  });
  place.replaceChildren(table);
}

/**
 * Only what the terms have.
 * @param {Term[]} terms
 * @param {number[]} sums
 * @returns {Column[]}
 */
function columnsOf(terms, sums) {
  /** @type {{field: "input" | "weight" | "product" | "square" | "divided" | "shifted" | "exp" | "share" | "log", said: string}[]} */
  const fields = [
    { field: "input", said: t("value") }, { field: "weight", said: t("weight") }, { field: "product", said: t("product") }, { field: "square", said: t("squared") },
    { field: "divided", said: "÷ T" }, { field: "shifted", said: t("shifted") }, { field: "exp", said: t("exp") }, { field: "share", said: t("share") }, { field: "log", said: "ln" },
  ];
  return [
    { said: t("input at"), value: ({ input_index: at }) => (at ? `[${at.join(", ")}]` : t("padding")), isNumber: false },
    ...fields.filter(({ field }) => terms.some((term) => term[field] !== undefined)).map(({ field, said }) => ({ said, value: (/** @type {Term} */ term) => (field === "input" && term.counts === false ? "–" : allDigits(term[field])), isNumber: true })),
    ...(sums.length ? [{ said: t("sum so far"), value: (/** @type {Term} */ _, /** @type {number} */ index) => allDigits(sums[index]), isNumber: true }] : []),
  ];
}

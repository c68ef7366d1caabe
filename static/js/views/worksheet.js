// @ts-check
// A worksheet's cells: what one output number is made of, as tables with a blank, and the answer worked out.
import { number, short } from "../data/format.js";
import { isWeighted } from "../data/terms.js";
import { t } from "../text.js";
import { mathParts } from "./math.js";

/** @typedef {import("../data/terms.js").Element} Element */
/** @typedef {import("../data/terms.js").Group} Group */
/** @typedef {import("../data/terms.js").Term} Term */
/** @typedef {{where: string, element: Element, groups: Group[], given: {said: string, value: number}[]}} Task given: single numbers beside the tables */

/**
 * @param {HTMLElement} place a list
 * @param {Task[]} tasks
 * @param {readonly string[] | null} names of the channels
 */
export function worksheetTasks(place, tasks, names) {
  place.classList.toggle("long", tasks.some(({ groups }) => groups.some(({ cols }) => cols > 5)));
  place.replaceChildren(...tasks.map((task) => {
    const item = document.createElement("li");
    item.append(piece("p", "where", task.where), ...task.groups.map((group) => met(task, group, names)));
    if (task.given.length) item.append(piece("p", "given", task.given.map(({ said, value }) => `${said} ${short(value)}`).join(t(", "))));
    const blank = piece("p", "fill-in", "y = ");
    blank.append(piece("span", "", ""));
    item.append(blank);
    return item;
  }));
}

/**
 * @param {HTMLElement} place a list
 * @param {Task[]} tasks
 */
export function worksheetAnswers(place, tasks) {
  place.replaceChildren(...tasks.map(({ where, element }) => {
    const item = document.createElement("li");
    const worked = piece("div", "worked", "");
    worked.append(...mathParts(element.formula?.mathml_numbers ?? ""));
    item.append(piece("b", "value", number(element.value)), ` ${where}`, worked);
    return item;
  }));
}

/**
 * The values of one channel beside the weights that they meet.
 * @param {Task} task
 * @param {Group} group
 * @param {readonly string[] | null} names
 */
function met({ element, groups }, group, names) {
  const row = piece("div", "met", "");
  const name = names?.[group.channel] ?? (groups.length > 1 ? t("map {map}", { map: group.channel }) : "");
  row.append(table(group, name ? t("{name}: {what}", { name, what: t("value") }) : t("value"), element, "input"));
  if (isWeighted(element)) row.append("×", table(group, t("weight"), element, "weight"));
  return row;
}

/**
 * @param {Group} group
 * @param {string} caption
 * @param {Element} element
 * @param {"input" | "weight"} field
 */
function table({ rows, cols, cells }, caption, { at, terms }, field) {
  const made = document.createElement("table");
  made.createCaption().textContent = caption;
  const places = new Map(cells.map(({ y, x, term }) => [`${y},${x}`, term]));
  for (let y = 0; y < rows; y += 1) {
    const line = made.insertRow();
    for (let x = 0; x < cols; x += 1) fill(line.insertCell(), places.get(`${y},${x}`), field, terms.length > 1 ? at : null);
  }
  return made;
}

/**
 * @param {HTMLTableCellElement} cell
 * @param {Term | undefined} term
 * @param {"input" | "weight"} field
 * @param {number[] | null} at the element itself, which is marked where it stands among its own terms
 */
function fill(cell, term, field, at) {
  if (!term) return;
  cell.textContent = term.counts === false ? "" : short(term[field]);
  cell.classList.toggle("outside", field === "input" && Boolean(term.padding));
  cell.classList.toggle("own", field === "input" && "share" in term && String(term.input_index) === String(at));
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} className
 * @param {string} text
 */
function piece(name, className, text) {
  return Object.assign(document.createElement(name), { className, textContent: text });
}

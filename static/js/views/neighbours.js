// @ts-check
// Values of several channels at one place, each with its square: what a sum of squares is made of.
import { number } from "../data/format.js";
import { t } from "../text.js";
import { numberGrid, writtenIn } from "./number_grid.js";
import { roomOf } from "./room.js";
import { drawing, frame, label } from "./svg.js";

/** @typedef {import("../data/terms.js").Element} Element */

const [WIDTH, LEFT, HIGH, TOP, WIDEST] = [472, 56, 24, 18, 56];

/**
 * @param {HTMLElement} place
 * @param {Element} element
 * @param {import("../data/color.js").Scale} scale
 */
export function neighbours(place, { at, terms }, scale) {
  const room = Math.min(WIDTH, roomOf(place) || WIDTH);
  const width = Math.min(WIDEST, (room - LEFT) / terms.length);
  const rows = [terms.map(({ input }) => input ?? NaN), terms.map(({ square }) => square ?? NaN)];
  const says = rows.map((values) => writtenIn(values, width));
  const own = terms.findIndex(({ input_index: index }) => String(index) === String(at));
  const cell = (/** @type {number} */ y, /** @type {number} */ x) => ({
    rgb: y ? null : scale.rgb(rows[0][x]), text: says[y]?.(rows[y][x]) ?? "", strong: x === own,
    data: { term: String(rows[y][x]), ...(y ? {} : { "input-index": terms[x].input_index?.join(",") ?? "" }) },
  });
  const channels = terms.map(({ input_index: index }, x) => label(LEFT + (x + 0.5) * width, 12, String(index?.[1] ?? ""), { "font-size": 12, "text-anchor": "middle", class: x === own ? "strong" : "soft" }));
  const names = [t("channel"), "x", "x²"].map((said, y) => label(0, y ? TOP + (y - 0.5) * HIGH + 4 : 12, said, { "font-size": 12, class: "soft" }));
  const values = numberGrid({ rows: 1, cols: terms.length, width, height: HIGH, left: LEFT, top: TOP, cell: (_, x) => cell(0, x) });
  const squares = terms.map((_, x) => label(LEFT + (x + 0.5) * width, TOP + 1.5 * HIGH + 4, cell(1, x).text, { "font-size": 12, "text-anchor": "middle" }));
  const spoken = terms.map(({ input, square, input_index: index }) => t("channel {channel}: {value}, squared {square}", { channel: index?.[1] ?? "", value: number(input), square: number(square) })).join("; ");
  place.replaceChildren(drawing(room, TOP + 2 * HIGH, spoken, ...names, ...channels, values, ...squares, ...(own < 0 ? [] : [frame(LEFT + own * width, TOP, width, HIGH)])));
}

// @ts-check
// What a layer costs and what came out: shapes, the rule with its numbers, parameters, MACs, time, statistics.
import { count, milliseconds, precise, shape, si } from "../../data/format.js";
import { t } from "../../text.js";
import { write } from "../shared/page_text.js";

/**
 * @param {HTMLElement} root
 * @returns {import("../lab.js").Part}
 */
export function mountFacts(root) {
  return {
    plan: ({ input, shape: made, rule, cost, dropped }) => {
      write(root, "shapes", `${shape(input.shape)} → ${shape(made)}`);
      write(root, "rule", [...new Set(rule)].join("\n"));
      write(root, "dropped", saidDropped(dropped));
      write(root, "parameters", count(cost.parameters));
      write(root, "macs", si(cost.macs));
    },
    draw: ({ facts }) => {
      write(root, "time", milliseconds(facts.timing_ms.run));
      write(root, "device", facts.device.toUpperCase());
      write(root, "provider", facts.provider);
      for (const place of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-stat]"))) {
        const name = place.dataset.stat ?? "";
        const value = facts.stats[name];
        place.textContent = name === "zeros" || name === "nonfinite" ? count(value) : precise(value);
      }
    },
  };
}

/**
 * The border at the end that no window comes to.
 * @param {number[]} dropped for each spatial axis
 */
function saidDropped(dropped) {
  /** @type {((count: number) => string)[]} */
  const words = [
    (count) => (count === 1 ? t("1 slice") : t("{count} slices", { count })),
    (count) => (count === 1 ? t("1 row") : t("{count} rows", { count })),
    (count) => (count === 1 ? t("1 column") : t("{count} columns", { count })),
  ];
  const own = dropped.length === 1 ? [(/** @type {number} */ count) => (count === 1 ? t("1 value") : t("{count} values", { count }))] : words.slice(-dropped.length);
  const said = dropped.flatMap((count, axis) => (count ? [own[axis](count)] : []));
  return said.length ? t("not reached at the end: {what}", { what: said.join(t(", ")) }) : "";
}

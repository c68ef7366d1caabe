// @ts-check
// What a layer costs and what came out: shapes, the rule with its numbers, parameters, MACs, time, statistics.
import { count, milliseconds, precise, shape, si } from "../format.js";
import { write } from "./page_text.js";

/**
 * @param {HTMLElement} root
 * @returns {import("./lab.js").Part}
 */
export function mountFacts(root) {
  return {
    draw: ({ facts, source }) => {
      const from = shape(facts.input?.shape ?? source.tensor.shape);
      write(root, "shapes", `${from} → ${shape(facts.shape)}`);
      write(root, "rule", [...new Set(facts.rule ?? [])].join("\n"));
      write(root, "parameters", count(facts.cost.parameters));
      write(root, "macs", si(facts.cost.macs));
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

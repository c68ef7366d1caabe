// @ts-check
// What a network says of its input, in a sentence.
import { givenTo, saidAs } from "../../data/gives.js";
import { t } from "../../text.js";

/**
 * @param {import("./run.js").Run} run
 * @param {{gives: import("../../data/gives.js").Gives, classes: readonly string[]}} config
 */
export function verdictOf({ notes: { top: [first, second] } }, { gives, classes }) {
  if (!first) return "";
  const said = saidAs(gives);
  const [p, q] = [said(givenTo(first)), second ? said(givenTo(second)) : ""];
  if (!classes.length) return t("Output {first} is the largest ({p})", { first: first.label, p });
  if (!second) return t("Most like {first} ({p})", { first: first.label, p });
  return t("Most like {first} ({p}), then {second} ({q})", { first: first.label, p, second: second.label, q });
}

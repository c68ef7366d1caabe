// @ts-check
// The list of networks: one's own is sent, and its page opens.
import { postForJson } from "../api.js";
import { parseNumbers } from "../numbers.js";
import { t } from "../text.js";
import { saidWrong, write } from "./page_text.js";

const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-send]"));

/** What the form says, as the service takes it; what is left empty is left out. */
function filled() {
  const said = new FormData(form);
  const text = (/** @type {string} */ name) => String(said.get(name) ?? "").trim();
  const sent = new FormData();
  sent.append("model", /** @type {File} */ (said.get("model")));
  if (text("title")) sent.append("title", text("title"));
  const labels = text("labels").split("\n").map((line) => line.trim()).filter(Boolean);
  if (labels.length) sent.append("labels", JSON.stringify(labels));
  for (const name of ["mean", "std"]) {
    if (!text(name)) continue;
    const { data } = parseNumbers(text(name));
    sent.append(name, data.length === 1 ? String(data[0]) : JSON.stringify(Array.from(data)));
  }
  return sent;
}

const model = /** @type {HTMLInputElement} */ (form.elements.namedItem("model"));
const sayPicked = () => write(form, "picked", model.files?.[0]?.name ?? t("none chosen"));
model.addEventListener("change", sayPicked);
sayPicked(); // a browser may keep the choice when the page is loaded again

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  button.disabled = true;
  write(form, "refused", "");
  write(form, "sending", t("It is sent, read and run once."));
  try {
    const { name } = await postForJson("/models", filled(), {});
    location.assign(`${location.pathname.replace(/\/$/, "")}/${name}`);
  } catch (error) {
    write(form, "refused", saidWrong(error));
    write(form, "sending", "");
  } finally {
    button.disabled = false;
  }
});

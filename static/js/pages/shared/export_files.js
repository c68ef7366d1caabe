// @ts-check
// Files that hold the numbers too, so that they run on their own: a button for each form.
import { save } from "./page_text.js";

/**
 * @param {HTMLElement} part
 * @param {(format: string) => Promise<{name: string, file: Blob} | null>} make null while there is nothing to take
 */
export function bindExports(part, make) {
  const wrong = /** @type {HTMLElement} */ (part.querySelector("[data-export] .error"));
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (part.querySelectorAll("[data-format]"))) {
    button.onclick = async () => {
      const format = button.dataset.format ?? "";
      wrong.textContent = "";
      try {
        const made = await make(format);
        if (made) save(made.file, `${made.name}.${format === "onnx" ? "onnx" : `${format}.py`}`);
      } catch (error) {
        wrong.textContent = error instanceof Error ? error.message : String(error);
      }
    };
  }
}

// @ts-check
// A classic script in the head, not a module: the chosen theme must stand before the first paint.
(() => {
  const KEY = "layerlab-theme";
  const root = document.documentElement;

  /** @returns {string | null} */
  function stored() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage can be forbidden; the system's choice then holds
    }
  }

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function toggle() {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem(KEY, root.dataset.theme);
    } catch {
      // the choice lasts for this page only
    }
    showState();
  }

  function showState() {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.setAttribute("aria-pressed", String(isDark()));
    }
  }

  const choice = stored();
  if (choice === "dark" || choice === "light") root.dataset.theme = choice;

  document.addEventListener("DOMContentLoaded", () => {
    showState();
    for (const button of document.querySelectorAll("[data-theme-toggle]")) button.addEventListener("click", toggle);
  });
})();

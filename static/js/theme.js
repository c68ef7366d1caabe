// @ts-check
// A classic script in the head, not a module: the chosen theme and size must stand before the first paint.
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

// As wide as the window, for a wall or a large screen. Browsers that do not say how large they draw would miss what is
// pointed at; they are not offered it.
(() => {
  const KEY = "layerlab-large";
  const WIDE = 1280; // what a page grows to by itself
  const OFFERED = 1400; // from here on the button is there, as base.css has it
  const { style } = document.documentElement;
  const isOffered = "currentCSSZoom" in Element.prototype;
  let isLarge = false;
  try {
    isLarge = isOffered && localStorage.getItem(KEY) === "1";
  } catch {
    // storage can be forbidden; the page then has its own size
  }

  function draw() {
    const scale = isLarge && innerWidth >= OFFERED ? String(innerWidth / WIDE) : "";
    style.setProperty("zoom", scale);
    style.setProperty("--large", scale);
    for (const button of document.querySelectorAll("[data-large-toggle]")) {
      button.toggleAttribute("hidden", !isOffered);
      button.setAttribute("aria-pressed", String(isLarge));
    }
  }

  function toggle() {
    isLarge = !isLarge;
    try {
      localStorage.setItem(KEY, isLarge ? "1" : "0");
    } catch {
      // the choice lasts for this page only
    }
    dispatchEvent(new Event("resize")); // what lies over others is drawn anew, too
  }

  draw();
  addEventListener("resize", draw);
  document.addEventListener("DOMContentLoaded", () => {
    draw();
    document.querySelector("[data-large-toggle]")?.addEventListener("click", toggle);
  });
})();

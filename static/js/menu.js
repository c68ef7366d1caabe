// @ts-check
// The header's menu of layers: Escape closes it, and so does whatever happens elsewhere.

const menu = /** @type {HTMLDetailsElement | null} */ (document.querySelector("[data-menu]"));

addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || !menu?.open) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
});
for (const event of ["pointerdown", "focusin"]) {
  addEventListener(event, ({ target }) => {
    if (menu?.open && !menu.contains(/** @type {Node} */ (target))) menu.open = false;
  });
}

// On a phone the row of the main layers is wider than the screen: the page's own one is to be seen.
document.querySelector(".top .main [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

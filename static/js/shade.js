// @ts-check
// Whether the page is dark: as the visitor chose, else as the system says.

export function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

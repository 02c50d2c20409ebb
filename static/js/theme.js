// Runs before the first paint, so the page never flashes in the wrong theme. Not a module: those wait.
(function () {
  "use strict";
  const KEY = "theme";
  const ORDER = ["system", "light", "dark"];
  const WORDS = { system: "as the system", light: "light", dark: "dark" };
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  function choice() {
    try {
      const stored = localStorage.getItem(KEY);
      return ORDER.includes(stored) ? stored : "system";
    } catch {
      return "system"; // storage may be forbidden; the theme still works
    }
  }

  function apply() {
    const chosen = choice();
    const shown = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
    root.dataset.bsTheme = shown;
    for (const icon of document.querySelectorAll("[data-theme-icon]")) {
      icon.hidden = icon.dataset.themeIcon !== chosen;
    }
    for (const word of document.querySelectorAll("[data-theme-word]")) {
      word.textContent = WORDS[chosen];
    }
  }

  function next() {
    const following = ORDER[(ORDER.indexOf(choice()) + 1) % ORDER.length];
    try {
      localStorage.setItem(KEY, following);
    } catch {
      return;
    }
    apply();
  }

  root.classList.add("js");
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("desk:page", apply);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-next]")) next();
  });
})();

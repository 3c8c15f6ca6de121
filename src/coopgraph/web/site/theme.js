/* Light or dark: what the reader chose is remembered; else it is as the system has it. Loaded before
   the page is drawn, so that it does not flash. */

const KEPT = "coopgraph-theme";
const root = document.documentElement;

/** @param {string | null} chosen */
const set = (chosen) => { if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen; };

try { set(localStorage.getItem(KEPT)); } catch { /* a browser that keeps nothing */ }

document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("theme");
  box?.addEventListener("change", () => {
    const is = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const next = is === "dark" ? "light" : "dark";
    set(next);
    try { localStorage.setItem(KEPT, next); } catch { /* it holds for this page */ }
  });
});

/* Suggestions under a field, from /search.json: `data-complete="go"` opens what is chosen, "fill"
   writes it into the field. The ARIA pattern is that of a combobox with a list. */

import { make } from "../dom.js";
import { asked } from "./request.js";
import "./terms.js";

/** @import { Hit } from "./request.js" */

const LIMIT = 12, WAIT_MS = 120;

/** @param {HTMLInputElement} input @param {number} number */
function attach(input, number) {
  const label = input.getAttribute("aria-label") || input.labels?.[0]?.textContent?.trim() || "";
  const list = make("ul", [], { class: "options", id: `options-${number}`, role: "listbox", "aria-label": label, hidden: true });
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  /** @type {Hit[]} */
  let found = [];
  let at = -1, requests = 0, wait = 0;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  /** @param {number} next */
  const mark = (next) => {
    at = next;
    [...list.children].forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === at));
      if (i === at) option.scrollIntoView({ block: "nearest" });
    });
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[at].id);
  };
  /** @param {Hit} hit */
  const choose = (hit) => {
    close();
    if (input.dataset.complete === "go") location.assign(hit.href);
    else input.value = hit.value;
  };
  /** @param {Hit[]} hits */
  const show = (hits) => {
    found = hits;
    list.replaceChildren(...found.map((hit, i) => make("li", [
      make("span", hit.matched === hit.label ? hit.label : `${hit.label} (${hit.matched})`), make("span", hit.kind, { class: "kind" }),
    ], { id: `${list.id}-${i}`, role: "option", pointerdown: (event) => { event.preventDefault(); choose(hit); } })));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  };
  const look = async () => {
    const text = input.value.trim(), mine = ++requests;
    if (!text) {
      show([]);
      return;
    }
    // Without an answer the field still works.
    const { results } = await asked("/search.json", { q: text, limit: LIMIT, ...(input.dataset.kind ? { kind: input.dataset.kind } : {}) }, { results: [] });
    if (mine === requests && document.activeElement === input) show(results);
  };

  input.addEventListener("input", () => { clearTimeout(wait); wait = window.setTimeout(look, WAIT_MS); });
  input.addEventListener("blur", () => { requests += 1; clearTimeout(wait); close(); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) close();
    else if (list.hidden) {
      if (event.key === "ArrowDown") look();
      return;
    } else if (event.key === "ArrowDown") mark((at + 1) % found.length);
    else if (event.key === "ArrowUp") mark((at <= 0 ? found.length : at) - 1);
    else if (event.key === "Enter" && at >= 0) choose(found[at]);
    else return;
    event.preventDefault();
  });
}

document.querySelectorAll("input").forEach((input, number) => { if (input.dataset.complete) attach(input, number); });

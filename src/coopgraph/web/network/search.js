/* Search as you type: a combobox (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). */

import { announce, byId, make } from "../dom.js";
import { model } from "./model.js";
import { nameOf, number, refOf, word } from "./page.js";
import { choose } from "./panel.js";
import { holder } from "./places.js";
import { changed, state } from "./state.js";
import { fold } from "./text.js";
import { aboutNode } from "./values.js";

/** @import { Node } from "../types.d.ts" */

const LISTED = 50;
const input = byId("search", HTMLInputElement), hits = byId("hits");
let current = -1; // the option that Enter takes

export const focusSearch = () => { input.focus(); input.select(); };

/** @returns {HTMLElement[]} */
const options = () => [...hits.querySelectorAll(/** @type {"li"} */ ('[role="option"]'))];

/** The name with what was found in it marked. @param {Node} node */
function markedName(node) {
  const wanted = fold(state.query.trim());
  const text = ([nameOf(node), ...node.name].find((each) => fold(each).includes(wanted)) ?? nameOf(node)).normalize("NFC");
  const at = fold(text).indexOf(wanted);
  const parts = at < 0 || fold(text).length !== text.length ? [text]
    : [text.slice(0, at), make("mark", text.slice(at, at + wanted.length)), text.slice(at + wanted.length)];
  return make("bdi", parts, { dir: "auto", class: "name" });
}

/** @param {Node} node @param {number} index */
function option(node, index) {
  const about = [aboutNode(node), model.isHidden(node.id) ? word("hidden-node") : ""].filter(Boolean).join(" · ");
  return make("li", [markedName(node), make("span", about, { class: "place" })], {
    role: "option", id: `hit-${index}`, "aria-selected": "false", "data-ref": refOf(node),
    mousedown: (event) => event.preventDefault(), click: () => take(node),
  });
}

function showHits() {
  const { list: found, total } = model.search(state.query, LISTED), text = state.query.trim();
  current = -1;
  input.removeAttribute("aria-activedescendant");
  hits.hidden = text === "";
  input.setAttribute("aria-expanded", String(text !== ""));
  hits.replaceChildren();
  if (text === "") return;
  const count = total === 0 ? word("nothing-found", text) : total > found.length ? word("found-some", number(total), found.length) : word("found", number(total));
  announce(count);
  hits.append(make("li", count, { class: "count", role: "presentation" }), ...found.map(option));
}

/** @param {number} to */
function point(to) {
  const all = options();
  if (!all.length) return;
  all[current]?.setAttribute("aria-selected", "false");
  current = (to + all.length) % all.length;
  all[current].setAttribute("aria-selected", "true");
  all[current].scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", all[current].id);
}

const closeHits = () => { hits.hidden = true; input.setAttribute("aria-expanded", "false"); };

/** Go to the node that was found; the picture has the keyboard from here. @param {Node} node */
function take(node) {
  closeHits();
  choose(["node", node.id], { jump: true });
  holder.focus({ preventScroll: true });
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.isComposing) return; // Enter and arrows belong to the syllable that is being typed
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (hits.hidden) showHits();
    point(event.key === "ArrowDown" ? current + 1 : current < 0 ? -1 : current - 1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const what = model.found(options()[Math.max(current, 0)]?.dataset.ref ?? "");
    if (what && !hits.hidden) take(model.node(what[1]));
  } else if (event.key === "Escape") {
    event.stopPropagation();
    if (!hits.hidden && state.query) closeHits();
    else {
      input.value = state.query = "";
      changed({ step: false });
      showHits();
      holder.focus();
    }
  }
}

export function startSearch() {
  input.addEventListener("input", () => {
    state.query = input.value;
    if (state.chosen || (state.path && state.pathFrom === null)) state.chosen = state.path = null;
    changed({ step: false });
    showHits();
  });
  input.addEventListener("focus", () => { if (state.query.trim()) showHits(); });
  input.addEventListener("blur", closeHits);
  input.addEventListener("keydown", press);
}

/* The field says what the state says (after going back, or a change of language). */
export function showQuery() {
  if (input.value !== state.query) input.value = state.query;
}

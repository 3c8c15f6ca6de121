/* What the reader sets beside the picture: strength, years, size and colour. The controls stay while
   they are moved; they are made anew where the language, the scene or what there is to choose is
   another. */

import { byId, make } from "../dom.js";
import { measureName, measures } from "./measures.js";
import { model } from "./model.js";
import { number, page, word } from "./page.js";
import { drawing } from "./places.js";
import { countsName, strengthText } from "./ranges.js";
import { changed, state } from "./state.js";

const section = byId("controls");
let made = "";

let waiting = 0;
/* After a move of a slider: once for each picture. */
function soon() {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => changed({ step: false }));
}

/** @param {string} id @param {string} name @param {[string, string][]} options @param {string} value @param {(value: string) => unknown} set */
function choice(id, name, options, value, set) {
  const select = make("select", options.map(([key, text]) => make("option", text, { value: key })), { id, change: () => { set(select.value); changed(); } });
  select.value = value;
  return make("p", [make("label", name, { for: id }), select], { class: "choice" });
}

/** @param {string} id @param {string} name @param {number} least @param {number} most @param {(value: number) => unknown} set */
const slider = (id, name, least, most, set) => make("input", [], {
  type: "range", id, min: least, max: most, step: 1, "aria-label": name, input: (/** @type {Event} */ { target }) => { set(Number(/** @type {HTMLInputElement} */ (target).value)); soon(); },
  change: () => changed(),
});

function strengthPart() {
  const ranges = model.ranges(), { choices } = ranges;
  if (!choices.length) return [];
  const counts = choice("counts", word("strength"), choices.map((each) => [each, countsName(each, ranges)]), ranges.counts(), (value) => Object.assign(state, { counts: value, least: 0 }));
  const steps = ranges.steps();
  if (steps.length < 2) return [counts];
  return [counts, slider("least", word("threshold"), 0, steps.length - 1, (at) => { state.least = at ? steps[at] : 0; }), make("output", "", { id: "least-text", for: "least" })];
}

function yearPart() {
  const { years } = model.ranges();
  if (!years) return [];
  const [first, last] = years;
  /** @param {0 | 1} end @param {number} value */
  const set = (end, value) => {
    const now = state.years ?? years;
    const next = /** @type {[number, number]} */ (end ? [Math.min(now[0], value), value] : [value, Math.max(now[1], value)]);
    state.years = next[0] === first && next[1] === last ? null : next;
  };
  return [
    make("h3", word("years")), slider("year-from", word("year-from"), first, last, (value) => set(0, value)),
    slider("year-to", word("year-to"), first, last, (value) => set(1, value)), make("output", "", { id: "years-text", for: "year-from year-to" }),
  ];
}

function lookPart() {
  const all = measures().map((name) => /** @type {[string, string]} */ ([name, measureName(name)]));
  const groups = page.groups.length > 1 ? [/** @type {[string, string]} */ (["group", word("facet-group")])] : [];
  return [
    drawing.picture.cards ? null : choice("size", word("size"), [...all.map(([key, text]) => /** @type {[string, string]} */ ([key === "degree" ? "" : key, text])), ["alike", word("size-alike")]], state.size, (value) => { state.size = value; }),
    choice("colour", word("colour"), [["", word(page.stances ? "colour-stance" : "colour-kind")], ...groups, ...all], state.colour, (value) => { state.colour = value; }),
  ].filter((part) => part !== null);
}

/** @param {string} id @param {number} value @param {string} text */
function put(id, value, text) {
  const input = /** @type {HTMLInputElement | null} */ (byId(id));
  if (!input) return;
  input.value = String(value);
  input.setAttribute("aria-valuetext", text);
}

/** @param {string} id @param {string} text */
const say = (id, text) => { const output = byId(id); if (output) output.textContent = text; };

/* Say what is set, and how much it hides. */
function sync() {
  const ranges = model.ranges(), steps = ranges.steps(), { weak, outside } = ranges.hides();
  const least = state.least ? word("at-least", strengthText(state.least, ranges)) : word("all-strengths");
  put("least", state.least ? Math.max(steps.findIndex((step) => step >= state.least), 0) : 0, least);
  say("least-text", `${least}${weak ? ` · ${word("hides", number(weak))}` : ""}`);
  if (!ranges.years) return;
  const [from, to] = state.years ?? ranges.years;
  put("year-from", from, String(from));
  put("year-to", to, String(to));
  const undated = ranges.undated ? ` · ${word("undated", number(ranges.undated))}` : "";
  say("years-text", `${from}–${to}${outside ? ` · ${word("hides", number(outside))}` : ""}${undated}`);
}

export function showControls() {
  const key = JSON.stringify([state.lang, model.scene.nodes.length, model.scene.edges.length, model.ranges().counts(), drawing.picture.cards, state.size, state.colour]);
  if (key !== made) {
    made = key;
    const focused = section.contains(document.activeElement) ? document.activeElement?.id : "";
    const parts = [...strengthPart(), ...yearPart(), ...lookPart()];
    section.hidden = parts.length === 0;
    section.replaceChildren(make("h2", word("controls")), ...parts);
    if (focused) byId(focused)?.focus();
  }
  sync();
}

/* The legend, which counts, explains and filters; and the filters. */

import { button, byId, make, said } from "../dom.js";
import { SIGNS } from "./kinds.js";
import { legendGroups, FORMS } from "./marks.js";
import { colourMeasure } from "./measures.js";
import { model, STEP } from "./model.js";
import { inLanguage, nameOf, number, page, word } from "./page.js";
import { bounded, keepFocus } from "./parts.js";
import { closedText } from "./rings.js";
import { changed, filtered, isHidden, setHidden, state, toggleValues } from "./state.js";

/** @import { Facet, FacetValue } from "../types.d.ts" */
/** @import { Entry, Rule } from "./marks.js" */

/** What the reader has unfolded: names of facets, titles of groups. @type {Set<string>} */
const unfolded = new Set();

/** @param {string} form @param {boolean} filled @param {string} tone */
const swatch = (form, filled, tone) => sketch(`swatch${filled ? "" : " hollow"}`, tone, FORMS[form] ?? FORMS.dot);

/** The line of a kind of edges, with its sign. @param {Entry} entry */
const stroke = ({ line: kind, sign = "", stroke: tone = "" }) => sketch(`stroke ${kind}`, tone, "M0 10h20", SIGNS[sign]);

/** @param {string} className @param {string} tone @param {string[]} outlines */
function sketch(className, tone, ...outlines) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ class: className, viewBox: "0 0 20 20", width: "20", height: "20", "aria-hidden": "true" })) svg.setAttribute(name, value);
  if (tone) svg.style.setProperty("--tone", tone);
  for (const outline of outlines.filter(Boolean)) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", outline);
    svg.append(path);
  }
  return svg;
}

const line = (className = "") => make("span", "", { class: `line ${className}`, "aria-hidden": "true" });

/** "12" where all are shown, else "5 of 12". @param {[number, number]} counts */
export const share = ([now, all]) => (now === all || (model.closed && now === 0) ? number(all) : `${number(now)} / ${number(all)}`);

/** @param {Entry} entry */
function legendEntry(entry) {
  const { facet, key, keys = [key], name, count, form, filled = false, tone = "" } = entry;
  const sign = form ? swatch(form, filled, tone) : stroke(entry);
  const toggle = button([sign, make("span", said(inLanguage(name)), { class: "name" }), make("b", number(count))], () => { toggleValues(facet, ...keys); changed(); },
    { class: "entry", "aria-pressed": String(!keys.every((each) => isHidden(facet, each))), "data-facet": facet, "data-key": key, title: word("legend-hint") });
  return make("li", [toggle, onlyButton(facet, keys, inLanguage(name))]);
}

/** @param {string} facet @param {string[]} keys @param {string} name */
const onlyButton = (facet, keys, name) => button(word("only"), () => { onlyValues(facet, keys); changed(); },
  { class: "small only", "aria-label": word("only-this", name), "data-only": facet, "data-key": keys[0] });

/** Show these values and no other of the facet; where that is so already, all of them. @param {string} name @param {string[]} keys */
function onlyValues(name, keys) {
  const others = (model.facet(name)?.values ?? []).map((value) => value.key).filter((each) => !keys.includes(each));
  const already = !keys.some((key) => isHidden(name, key)) && others.every((each) => isHidden(name, each));
  setHidden(name, new Set(already ? [] : others));
}

/** @param {Rule} rule */
const ruleItem = ({ line: kind, text, count, form, tone = "" }) => make("li", [
  form ? swatch(form, true, tone) : kind === "frame" ? make("span", "", { class: "frame", "aria-hidden": "true" }) : line(kind), make("span", text), count ? make("b", number(count)) : null,
], { class: "rule" });

/* A page by itself has no other page to point to: it names the command that makes the chart. */
const chartNotes = () => page.charts.filter(({ key }) => page.more || !key.includes("/")).map(({ key, name }) => {
  const title = inLanguage(name);
  const chart = page.more ? make("a", title, { href: `/${key.includes("/") ? key : `chart/${key}`}?lang=${page.languages[state.lang]}` }) : make("span", [title, " (", make("code", `coopgraph chart ${key}`), ")"]);
  return make("p", [word("chart"), chart], { class: "note no-print" });
});

export function showLegend() {
  const groups = legendGroups().map(({ title, count, entries, rules }) => make("div", [
    make("h2", [title, " ", count ? make("b", share(count)) : ""]),
    bounded(entries, legendEntry, {}, unfolded.has(title) || entries.length <= STEP + 2 ? entries.length : STEP, () => unfolded.add(title)),
    make("ul", rules.map(ruleItem)),
  ], { class: "group" }));
  const notes = page.notes.map((note) => make("p", inLanguage(note), { class: "note" }));
  keepFocus(byId("legend"), [...groups, make("p", word("legend-hint"), { class: "note no-print" }), ...notes, ...chartNotes()]);
}

// --- filters ---------------------------------------------------------------------------------

/** @param {Facet} facet */
const inLegend = ({ name }) => name === "kind" || name === "edge" || (name === "group" && colourMeasure() === "group") || (name === "stance" && page.stances > 0);

/** @param {Facet} facet */
function facetPart(facet) {
  const { name, label, values } = facet;
  const hidden = state.hidden.get(name)?.size ?? 0;
  const count = model.shown.hides.get(name) ?? 0;
  /** @param {FacetValue} value */
  const item = (value) => {
    const id = `f-${name}-${values.indexOf(value)}`;
    const box = make("input", [], { type: "checkbox", id, "data-facet": name, "data-key": value.key, change: () => { toggleValues(name, value.key); changed(); } });
    box.checked = !isHidden(name, value.key);
    return make("li", [box, make("label", [make("span", said(nameOf(value)), { class: "name" }), make("b", number(value.count))], { for: id }), onlyButton(name, [value.key], nameOf(value))]);
  };
  const part = make("details", [
    make("summary", [inLanguage(label), " ", hidden ? make("span", word(name === "group" ? "hides-nodes" : "hides", number(count)), { class: "hides" }) : make("b", number(values.length))], { id: `facet-${name}` }),
    hidden ? button(word("show-all"), () => { setHidden(name, new Set()); changed(); }, { class: "small", id: `all-${name}` }) : null,
    bounded(values, item, {}, unfolded.has(`${name} all`) ? values.length : STEP, () => unfolded.add(`${name} all`)),
  ], { class: "facet", toggle: () => { unfolded[part.open ? "add" : "delete"](name); } });
  part.open = unfolded.has(name);
  return part;
}

export function showFilters() {
  const offered = model.facets().filter((facet) => !inLegend(facet));
  byId("filters").hidden = offered.length === 0;
  keepFocus(byId("filters"), [make("h2", word("filters")), ...offered.map(facetPart)]);
}

/* How much is shown, and the way back to all of it. */
export function showCounts() {
  const { nodes, edges } = model.totals();
  const counts = [...nodes, ...edges].map((each) => number(each));
  const opened = state.open.size ? ` · ${word("opened", number(state.open.size))}` : "";
  byId("shown").textContent = model.closed ? `${nodes[0] ? `${word("shown", ...counts)}. ` : ""}${closedText()}`
    : (model.shown.nodes.size || !model.scene.nodes.length ? word("shown", ...counts) : word("all-hidden")) + opened;
  byId("show-all").hidden = !filtered() && !state.open.size;
}

/* The marks of the legend, on the page and on paper, and what they say. */

import { colours } from "./colours.js";
import { areStates, markOf } from "./kinds.js";
import { shades } from "./looks.js";
import { colourMeasure, largestOf, measured, measureName, sizeMeasure } from "./measures.js";
import { model } from "./model.js";
import { hasAmount, inLanguage, kindOf, number, page, refOf, unitOf, word } from "./page.js";
import { drawing, placeOf } from "./places.js";
import { ALIKE, countsName, strengthText } from "./ranges.js";
import { state } from "./state.js";

/** @import { NodeClass, Text } from "../types.d.ts" */
/** @typedef {{ facet: string, key: string, keys?: string[], name: Text, count: number, form?: string, filled?: boolean, tone?: string, line?: string, stroke?: string, sign?: string }} Entry */
/** @typedef {{ line: string, text: string, count?: number, form?: string, filled?: boolean, tone?: string }} Rule */
/** @typedef {{ title: string, count?: [number, number], entries: Entry[], rules: Rule[] }} Group */

/** Outlines of the marks in a square of 20 by 20. @type {Record<string, string>} */
export const FORMS = {
  dot: "M3 10a7 7 0 1 0 14 0a7 7 0 1 0-14 0z", square: "M3.5 3.5h13v13h-13z", diamond: "M10 2l8 8-8 8-8-8z",
  triangle: "M10 3l8 14H2z", triangleDown: "M2 3h16l-8 14z", hexagon: "M6 3h8l4 7-4 7H6l-4-7z",
  star: "M10 1.5l2.5 5.6 6 .6-4.5 4.1 1.3 6L10 14.7l-5.3 3.1 1.3-6L1.5 7.7l6-.6z",
  box: "M2 4h16v12H2z", card: "M4 4h12a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3z",
  pill: "M7.5 4h5a6 6 0 0 1 0 12h-5a6 6 0 0 1 0-12z",
};

/** The outline of a kind of node in the present layout, and whether it is filled. @param {NodeClass} kind @returns {[string, boolean]} */
function formOf({ key, form, radius }) {
  if (!drawing.picture.cards) return [form, true];
  return radius > 20 ? ["pill", false] : radius > 5 ? ["card", false] : ["box", key !== ""];
}

/** @param {string} facet */
const valuesOf = (facet) => model.facet(facet)?.values ?? [];

/** The kinds of nodes. @param {string[]} tones @returns {Entry[]} */
const kinds = (tones) => valuesOf("kind").map(({ row, ...value }) => {
  const kind = /** @type {NodeClass} */ (row);
  const [form, filled] = formOf(kind);
  return { facet: "kind", ...value, form, filled, tone: colourMeasure() ? "" : tones[kind.tone] };
});

/** The kinds of edges. @param {string[]} tones @returns {Entry[]} */
const ties = (tones) => valuesOf("edge").map(({ row, ...value }) => {
  const tone = (row && "tone" in row ? row.tone : undefined) ?? page.neutral;
  const { sign, line } = markOf(page.kinds.findIndex(({ key }) => key === value.key));
  return { facet: "edge", ...value, line, sign, stroke: tone === page.neutral ? "" : tones[tone] };
});

/** How edges are drawn. @returns {Rule[]} */
function edgeRules() {
  const { edges } = model.scene;
  const dashed = edges.filter((edge) => edge.dashes).length;
  const rules = dashed ? [{ line: "dashed", text: word("dashed"), count: dashed }] : [];
  const ranges = model.ranges(), counts = ranges.counts();
  if (counts && counts !== ALIKE) rules.push({ line: "thick", text: word("width-of", countsName(counts, ranges)), count: 0 });
  else if (!counts && !areStates() && new Set(edges.map((edge) => edge.width)).size > 1) {
    const name = hasAmount() ? "amount" : new Set(edges.map(unitOf)).size > 1 ? "width-apart" : "width";
    rules.push({ line: "thick", text: word(name), count: 0 });
  }
  if (state.least > 0) rules.push({ line: "none", text: word("least-of", countsName(counts, ranges), strengthText(state.least, ranges)), count: ranges.hides().weak });
  if (state.years) rules.push({ line: "none", text: word("years-of", ...state.years), count: ranges.hides().outside });
  if (page.directed && !drawing.picture.cards) rules.push({ line: "arrow", text: word("arrow"), count: 0 });
  return rules;
}

/** The stances, each with how many technologies have it; those of several plans that are called and look the same are one. @param {string[]} tones @returns {Entry[]} */
function stances(tones) {
  const nodes = model.scene.nodes.filter((node) => kindOf(node).key === "coop:Stance").sort((a, b) => placeOf(a).y - placeOf(b).y);
  return [...Map.groupBy(nodes, (node) => `${node.tone} ${inLanguage(node.name)}`).values()].map((alike) => {
    const [{ name, tone }] = alike, keys = alike.map(refOf);
    const from = new Set(alike.flatMap((node) => model.scene.tied(node.id).map((id) => model.edge(id).from)));
    const count = [...from].filter((id) => kindOf(model.node(id)).key === "coop:Technology").length;
    return { facet: "stance", key: keys[0], keys, name, form: "box", filled: true, tone: colourMeasure() ? "" : tones[tone], count };
  });
}

/** @param {number} value */
const figure = (value) => number(Number(value.toPrecision(3)));

/** What size says, and from where to where. @returns {Rule[]} */
function sizeRules() {
  const name = sizeMeasure();
  if (drawing.picture.cards || !name) return [];
  if (model.closed && !state.size) return [{ line: "sizes", text: word("node-size") }];
  const least = [...measured(name).values()].reduce((a, b) => Math.min(a, b), Infinity);
  return [{ line: "sizes", text: word("size-of", measureName(name), Number.isFinite(least) ? figure(least) : 0, figure(largestOf(name))) }];
}

/** What colour says, where the reader has chosen it. @param {string[]} tones @returns {Group} */
function colourGroup(tones) {
  const name = colourMeasure();
  const title = word("colour-of", name === "group" ? word("facet-group") : measureName(name));
  if (name === "group") {
    const entries = valuesOf("group").map((value) => ({ facet: "group", ...value, form: "dot", filled: true, tone: tones[value.key ? Math.min(Number(value.key), page.neutral) : page.neutral] }));
    return { title, entries, rules: [] };
  }
  const rules = shades(name).map(({ tone, least, most, count }) => ({ line: "", form: "dot", filled: true, tone, text: least === most ? figure(least) : `${figure(least)} – ${figure(most)}`, count }));
  if (model.closed) rules.push({ line: "", form: "dot", filled: false, tone: "", text: word("community-mean"), count: 0 });
  return { title, entries: [], rules };
}

/* What the legend says. */
export function legendGroups() {
  const tones = colours.tones.map((tone) => tone[0]), { cards } = drawing.picture;
  /** @type {Group[]} */
  const groups = [
    { title: word("nodes"), count: model.totals().nodes, entries: kinds(tones), rules: sizeRules() },
    { title: word("edges"), count: model.totals().edges, entries: ties(tones), rules: edgeRules() },
  ];
  if (colourMeasure()) groups.splice(1, 0, colourGroup(tones));
  if (page.stances && model.facet("stance")) groups.push({ title: word("stances"), entries: stances(tones), rules: cards ? [{ line: "frame", text: word("thick-border") }] : [] });
  return groups;
}

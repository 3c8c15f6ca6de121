/* The matrix: what the picture shows, as a table of nodes by nodes. Where edges lead from one set of
   nodes to another these are its rows and columns, else all nodes are both. */

import { button, byId, make, said } from "../dom.js";
import { heaviness } from "./measures.js";
import { model } from "./model.js";
import { inLanguage, nameOf, page, word } from "./page.js";
import { choose, nodeButton } from "./panel.js";
import { changed, state } from "./state.js";
import { short } from "./text.js";
import { arrow } from "./values.js";

/** @import { Edge, Id, Node } from "../types.d.ts" */

const MOST = 60; // rows, and columns; more are no longer to be read
const part = byId("matrix");
let made = "";

/** The heaviest nodes of some, in the order that is chosen. @param {Iterable<Id>} ids */
function axis(ids) {
  const weight = heaviness(), all = [...ids].map((id) => model.node(id));
  const group = (/** @type {Node} */ node) => node.group ?? page.groups.length;
  const byName = (/** @type {Node} */ a, /** @type {Node} */ b) => nameOf(a).localeCompare(nameOf(b), page.languages[state.lang]);
  const byWeight = (/** @type {Node} */ a, /** @type {Node} */ b) => weight(b) - weight(a) || byName(a, b);
  const kept = all.sort(byWeight).slice(0, MOST);
  if (state.order === "name") kept.sort(byName);
  if (state.order === "") kept.sort((a, b) => group(a) - group(b) || byWeight(a, b));
  return { nodes: kept, total: all.length };
}

/** Nodes in runs of one community each; one run where they are in another order. @param {Node[]} nodes */
function runs(nodes) {
  if (state.order !== "" || page.groups.length < 2) return [{ name: "", nodes }];
  /** @type {{ name: string, group: number | undefined, nodes: Node[] }[]} */
  const found = [];
  for (const node of nodes) {
    const last = found[found.length - 1];
    if (last && last.group === node.group) last.nodes.push(node);
    else found.push({ name: node.group === undefined ? word("no-group") : inLanguage(page.groups[node.group].name), group: node.group, nodes: [node] });
  }
  return found;
}

/** What a cell says: what counts, summed up where it has one unit, else how many edges. @param {Edge[]} edges */
function figure(edges) {
  const ranges = model.ranges(), strengths = edges.map((edge) => ranges.strength(edge));
  if (ranges.isPercent() || strengths.some((each) => !Number.isFinite(each)) || ranges.counts() === "links") return edges.reduce((sum, { count }) => sum + (count ?? 1), 0);
  return strengths.reduce((sum, each) => sum + each, 0);
}

/** @param {number} value */
const brief = (value) => value.toLocaleString(page.languages[state.lang], { notation: "compact", maximumSignificantDigits: 3 });

function table() {
  const edges = model.shownEdges().filter(({ from, to }) => from !== to), sources = new Set(edges.map(({ from }) => from)), targets = new Set(edges.map(({ to }) => to));
  const apart = ![...sources].some((id) => targets.has(id));
  const all = new Set([...sources, ...targets]);
  const [rows, columns] = [axis(apart ? sources : all), axis(apart ? targets : all)];
  /** @type {Map<string, Edge[]>} */
  const cells = new Map();
  /** @param {Id} row @param {Id} column @param {Edge} edge */
  const add = (row, column, edge) => { const key = `${row} ${column}`; cells.set(key, [...(cells.get(key) ?? []), edge]); };
  for (const edge of edges) {
    add(edge.from, edge.to, edge);
    if (!page.directed && !apart) add(edge.to, edge.from, edge);
  }
  const most = [...cells.values()].reduce((largest, each) => Math.max(largest, figure(each)), 0);
  /** @param {Node} row @param {Node} column */
  const cell = (row, column) => {
    const own = cells.get(`${row.id} ${column.id}`);
    if (!own) return make("td", row === column ? "·" : "");
    const value = figure(own), name = `${short(nameOf(row), 60)}${arrow()}${short(nameOf(column), 60)}: ${brief(value)}`;
    const strong = Math.round(8 + 37 * Math.sqrt(value / (most || 1)));
    return make("td", button(brief(value), () => choose(["edge", own[0].id]), { "aria-label": name, title: name, class: own.every(({ dashes }) => dashes) ? "cell dashed" : "cell", style: `--strong:${strong}%` }));
  };
  const across = runs(columns.nodes), flat = across.flatMap(({ nodes }) => nodes), grouped = across.some(({ name }) => name);
  const heads = [
    grouped ? make("tr", [make("td"), ...across.map(({ name, nodes }) => make("th", make("span", said(name)), { colspan: nodes.length, scope: "colgroup", title: name }))], { class: "groups" }) : null,
    make("tr", [make("td"), ...flat.map((node) => make("th", make("span", nodeButton(node, 28)), { scope: "col", title: nameOf(node) }))], { class: "heads" }),
  ];
  const bodies = runs(rows.nodes).map(({ name, nodes }) => make("tbody", [
    name ? make("tr", make("th", said(name), { colspan: flat.length + 1, scope: "rowgroup" }), { class: "groups" }) : null,
    ...nodes.map((row) => make("tr", [make("th", nodeButton(row, 40), { scope: "row", title: nameOf(row) }), ...flat.map((column) => cell(row, column))])),
  ]));
  const capped = [rows, columns].some(({ nodes, total }) => nodes.length < total);
  return [
    make("p", [word("matrix-about", rows.nodes.length, flat.length), capped ? ` ${word("matrix-cap", Math.max(rows.nodes.length, flat.length), Math.max(rows.total, columns.total))}` : ""], { class: "note" }),
    make("div", make("table", [make("caption", inLanguage(page.titles)), make("thead", heads), ...bodies]), { class: "scroll", tabindex: "0", role: "region", "aria-label": word("matrix") }),
  ];
}

function orderPart() {
  const names = [...(page.groups.length > 1 ? [["", "facet-group"]] : [["", "measure-degree"]]), ["name", "order-name"], ...(page.groups.length > 1 ? [["degree", "measure-degree"]] : [])];
  const select = make("select", names.map(([key, name]) => make("option", word(name), { value: key })), { id: "order", change: () => { state.order = select.value; changed(); } });
  select.value = state.order;
  return make("p", [make("label", word("order"), { for: "order" }), select], { class: "choice" });
}

/* The picture, with the matrix beside it where there is room, else the matrix in its place. */
export function showMatrix() {
  const shown = state.show === "matrix";
  for (const name of ["picture", "matrix"]) byId(`show-${name}`).setAttribute("aria-pressed", String(shown === (name === "matrix")));
  document.body.classList.toggle("with-matrix", shown);
  part.hidden = !shown;
  if (!shown) return;
  const key = JSON.stringify([state.lang, state.counts, state.order, state.size, [...model.shown.edges]]);
  if (key === made && part.childElementCount) return;
  made = key;
  const focused = document.activeElement === byId("order");
  part.replaceChildren(orderPart(), ...table());
  if (focused) byId("order").focus();
}

export function startMatrix() {
  byId("show-picture").addEventListener("click", () => { state.show = ""; changed(); });
  byId("show-matrix").addEventListener("click", () => { state.show = "matrix"; changed(); });
}

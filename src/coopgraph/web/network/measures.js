/* Measures of nodes over what is shown, and which of them size and colour say. */

import { LargeModel } from "./large.js";
import { model } from "./model.js";
import { page, word } from "./page.js";
import { countsName } from "./ranges.js";
import { state } from "./state.js";

/** @import { Id, Node } from "../types.d.ts" */

/** @type {{ key: unknown[], values: Map<string, Map<Id, number>>, largest: Map<string, number> }} */
let known = { key: [], values: new Map(), largest: new Map() };

/** @returns {Map<Id, number>} */
const none = () => new Map(model.shownNodes().map((node) => [node.id, 0]));

/** How many edges each node has. */
function degrees() {
  const found = none();
  for (const { from, to } of model.shownEdges()) for (const end of new Set([from, to])) found.set(end, (found.get(end) ?? 0) + 1);
  return found;
}

/** The sum of what counts over the edges of each node. */
function strengths() {
  const found = none(), ranges = model.ranges();
  for (const edge of model.shownEdges()) {
    const strength = ranges.strength(edge);
    if (Number.isFinite(strength)) for (const end of new Set([edge.from, edge.to])) found.set(end, (found.get(end) ?? 0) + strength);
  }
  return found;
}

/** How many shortest ways between two others lead over each node (Brandes 2001), each way by hops and in any direction. */
function betweenness() {
  const ids = model.shownNodes().map((node) => node.id), at = new Map(ids.map((id, i) => [id, i])), n = ids.length;
  const ties = ids.map(() => new Set(/** @type {number[]} */ ([])));
  for (const edge of model.shownEdges()) {
    const [a, b] = [at.get(edge.from), at.get(edge.to)];
    if (a === undefined || b === undefined || a === b) continue;
    ties[a].add(b);
    ties[b].add(a);
  }
  const sum = new Float64Array(n);
  for (let start = 0; start < n; start += 1) {
    const far = new Int32Array(n).fill(-1), ways = new Float64Array(n), part = new Float64Array(n), queue = [start];
    far[start] = 0;
    ways[start] = 1;
    for (const u of queue) {
      for (const v of ties[u]) {
        if (far[v] < 0) { far[v] = far[u] + 1; queue.push(v); }
        if (far[v] === far[u] + 1) ways[v] += ways[u];
      }
    }
    for (const v of queue.reverse()) {
      for (const u of ties[v]) if (far[u] === far[v] - 1) part[u] += (ways[u] / ways[v]) * (1 + part[v]);
      if (v !== start) sum[v] += part[v] / 2;
    }
  }
  return new Map(ids.map((id, i) => [id, sum[i]]));
}

/** @type {Record<string, () => Map<Id, number>>} */
const MEASURES = { degree: degrees, strength: strengths, betweenness };

/** The measures there are: sums only of what has one unit; of a large network what all its edges can be read for at once. */
export function measures() {
  const ranges = model.ranges(), all = Object.keys(MEASURES);
  return all.filter((name) => !model.communities || name !== "betweenness").filter((name) => name !== "strength" || (!ranges.isPercent() && ranges.steps().length > 1));
}

/** @param {string} name */
export const measureName = (name) => (name === "strength" ? word("measure-strength", countsName(model.ranges().counts(), model.ranges())) : word(`measure-${name}`));

/** The values of a measure, by node. @param {string} name */
export function measured(name) {
  const key = [model.shown, state.counts];
  if (key.some((each, at) => each !== known.key[at])) known = { key, values: new Map(), largest: new Map() };
  const found = known.values.get(name) ?? (model instanceof LargeModel ? model.measured(name) : MEASURES[name]());
  known.values.set(name, found);
  return found;
}

/** @param {string} name */
export function largestOf(name) {
  const values = measured(name), found = known.largest.get(name) ?? [...values.values()].reduce((a, b) => Math.max(a, b), 0);
  known.largest.set(name, found);
  return found;
}

/** The measure that size says; "" where all are alike. Circles say how much they hold. */
export const sizeMeasure = () => (state.size === "alike" ? "" : state.size && measures().includes(state.size) ? state.size : "degree");
/** What colour says: a measure, "group", or "" for the kind (or stance). */
export const colourMeasure = () => (state.colour === "group" && page.groups.length ? "group" : state.colour && measures().includes(state.colour) ? state.colour : "");

/** How heavy a node is: what its size says; of a circle how much it holds. @returns {(node: Node) => number} */
export function heaviness() {
  const values = measured(sizeMeasure() || "degree");
  return (node) => node.members ?? (node.size ? node.degree : values.get(node.id) ?? 0);
}

/** The radius of a node. @param {Node} node */
export function radiusOf(node) {
  const name = sizeMeasure(), values = name ? measured(name) : null, value = values?.get(node.id) ?? 0;
  if (!values) return 11;
  if (name === "degree") return 7 + 2.2 * Math.sqrt(value);
  return 7 + 22 * Math.sqrt(value / (largestOf(name) || 1));
}

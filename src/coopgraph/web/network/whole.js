/* A large network as the page holds it: columns of everything, from which objects are made
   where they are needed. `overview.js` says what of it is drawn. */

import { differences, floats, lines, numbers, signed, texts } from "./columns.js";
import { fold, wrapped } from "./text.js";

/** @import { Node, Edge, Id } from "../types.d.ts" */
/** @typedef {Awaited<ReturnType<typeof unpacked>>} Columns */
/** @typedef {{ kind: number, subkind?: number, country?: number }} Light what the filters ask of a node */
/** @typedef {Awaited<ReturnType<typeof loadWhole>>} Whole */

const KINDS = 65536;

/** @param {any} packed as coopgraph.view.overview has it */
async function unpacked({ nodes, edges, communities, counts }) {
  const [n, e, c] = [counts.nodes, counts.edges, counts.communities];
  const made = await Promise.all([
    lines(nodes.iri, n), texts(nodes.name, n), lines(nodes.identifiers, n),
    numbers(nodes.kind), numbers(nodes.subkind), numbers(nodes.country), numbers(nodes.tone), signed(nodes.x), signed(nodes.y),
    differences(edges.from), differences(edges.to), numbers(edges.kind), "whole" in edges.weight ? signed(edges.weight.whole) : floats(edges.weight.real),
    numbers(edges.width), numbers(edges.tone), numbers(edges.flags), lines(edges.claim, edges.claim ? e : 0), numbers(edges.detail), lines(edges.details, 1),
    numbers(communities.order), numbers(communities.parent), differences(communities.start), numbers(communities.size),
    signed(communities.x), signed(communities.y), numbers(communities.radius), texts(communities.name, c), texts(communities.about, c),
  ]);
  const [iri, name, identifiers, kind, subkind, country, tone, x, y, from, to, edgeKind, weight, width, edgeTone, flags, claim, detail, details,
    order, parent, start, size, cx, cy, radius, title, about] = made;
  return {
    get iri() { return iri(); }, get identifiers() { return identifiers(); }, get claim() { return claim(); }, get details() { return details(); },
    name, kind, subkind, country, tone, x, y, from, to, edgeKind, weight, width, edgeTone, flags, detail,
    order, parent, start, size, cx, cy, radius, title, about,
  };
}

/** The edges of each node: those of node i are `edge` from `first[i]` to `first[i + 1]`. @param {Columns} all @param {number} n @param {number} e */
function tiesOf({ from, to }, n, e) {
  const first = new Int32Array(n + 2);
  for (let i = 0; i < e; i += 1) {
    first[from[i] + 2] += 1;
    if (to[i] !== from[i]) first[to[i] + 2] += 1;
  }
  for (let i = 2; i < n + 2; i += 1) first[i] += first[i - 1];
  const edge = new Int32Array(first[n + 1]);
  for (let i = 0; i < e; i += 1) {
    edge[first[from[i] + 1]++] = i;
    if (to[i] !== from[i]) edge[first[to[i] + 1]++] = i;
  }
  return { first, edge };
}

/** @param {any} packed */
export async function loadWhole(packed) {
  const { counts, limits } = packed;
  const [n, e] = [counts.nodes, counts.edges];
  const all = await unpacked(packed);
  const ties = tiesOf(all, n, e);
  /** What the filters leave; null: everything. @type {{ nodes: Uint8Array, edges: Uint8Array, each: Uint8Array | null } | null} */
  let passes = null;

  /** @param {number} i */
  const degree = (i) => ties.first[i + 1] - ties.first[i];
  /** @param {number} i */
  const keeps = (i) => !passes || passes.nodes[i] === 1;
  /** @param {number} i */
  const keepsEdge = (i) => !passes || (passes.edges[all.edgeKind[i]] === 1 && (!passes.each || passes.each[i] === 1));
  /** Numbers of the edges of a node. @param {number} i */
  const tied = (i) => ties.edge.subarray(ties.first[i], ties.first[i + 1]);
  /** @param {number} i */
  const keyOf = (i) => all.iri[i].slice(all.iri[i].lastIndexOf("/") + 1);

  // --- objects as of a small network ----------------------------------------------------------

  /** @param {number} i */
  const light = (i) => ({
    kind: all.kind[i], ...(all.subkind[i] ? { subkind: all.subkind[i] - 1 } : {}), ...(all.country[i] ? { country: all.country[i] - 1 } : {}),
  });

  /** @param {number} i @returns {Node} */
  function node(i) {
    const name = all.name(i);
    return {
      id: i, iri: all.iri[i], key: keyOf(i), name, ...light(i), tone: all.tone[i], degree: degree(i),
      ...(all.identifiers[i] ? { identifiers: all.identifiers[i].split(" ") } : {}),
      places: { wide: [all.x[i], all.y[i], 120, 46, ...name.map((text) => wrapped(text))] },
      size: Math.min(5 + 1.5 * Math.sqrt(degree(i)), 24),
    };
  }

  /** @param {number} i @returns {Edge} */
  function edge(i) {
    const weight = all.weight[i];
    return {
      id: i, from: all.from[i], to: all.to[i], kind: all.edgeKind[i], weight: Number.isFinite(weight) ? weight : null,
      tone: all.edgeTone[i], width: all.width[i] / limits.steps, ...JSON.parse(all.details[all.detail[i] ?? 0] || "{}"),
      ...(all.flags[i] % 2 ? { dashes: true } : {}), ...(all.flags[i] >= 2 ? { pale: true } : {}), ...(all.claim[i] ? { claim: all.claim[i] } : {}),
    };
  }

  // --- search, steps, filters -----------------------------------------------------------------

  /** @type {string[]} */
  let folded = [];
  /** What search looks through: of each node its names and its key. */
  function searchable() {
    if (!folded.length) folded = Array.from({ length: n }, (_, i) => `\n${fold([...all.name(i), keyOf(i)].join("\n"))}`);
    return folded;
  }

  /** Where one step from a node leads over what the filters leave. @param {number} i @returns {Generator<[number, number]>} */
  function* steps(i) {
    for (const by of tied(i)) {
      const other = all.from[by] === i ? all.to[by] : all.from[by];
      if (keeps(other) && keepsEdge(by)) yield [other, by];
    }
  }

  /** Keep only nodes and kinds of edges, and each edge, of which the functions say true; null keeps all. @param {{ node?: (light: Light) => boolean, edge?: (kind: number) => boolean, each?: ((edge: number) => boolean) | null } | null} by */
  function filter(by) {
    if (!by) {
      passes = null;
      return;
    }
    const asked = new Map(), nodes = new Uint8Array(n), kinds = new Uint8Array(KINDS);
    for (let i = 0; i < n; i += 1) {
      const key = (all.kind[i] * 4096 + all.subkind[i]) * 65536 + all.country[i];
      if (!asked.has(key)) asked.set(key, by.node && !by.node(light(i)) ? 0 : 1);
      nodes[i] = asked.get(key);
    }
    for (let kind = 0; kind < KINDS; kind += 1) kinds[kind] = by.edge && !by.edge(kind) ? 0 : 1;
    passes = { nodes, edges: kinds, each: by.each ? Uint8Array.from({ length: e }, (_, i) => (by.each?.(i) ? 1 : 0)) : null };
  }

  /** How many nodes and edges there are of each kind, and nodes of each country and own kind. */
  function tally() {
    /** @param {Float64Array} values */
    const counted = (values) => {
      /** @type {number[]} */
      const many = [];
      for (let at = 0; at < values.length; at += 1) {
        while (many.length <= values[at]) many.push(0);
        many[values[at]] += 1;
      }
      return many;
    };
    return { kind: counted(all.kind), edge: counted(all.edgeKind), subkind: counted(all.subkind).slice(1), country: counted(all.country).slice(1) };
  }

  /** @type {Map<string, number>} */
  let byIri = new Map();
  /** The number of the node with this IRI; undefined where there is none. @param {string} iri */
  function number(iri) {
    if (!byIri.size) byIri = new Map(all.iri.map((each, index) => [each, index]));
    return byIri.get(iri);
  }

  return { all, counts, limits, tally, number, node, edge, degree, searchable, steps, filter, tied, keeps, keepsEdge };
}

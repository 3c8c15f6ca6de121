/* Facets, computed from the nodes and edges of a scene, and what the filters leave of it.

   A facet gives each edge a set of values; an edge is shown unless all of its values are hidden.
   The kind of node is a facet of nodes. A node is shown unless its kind is hidden, or it has
   edges and the facets hide every one of them. */

import { attribute, attributeIndex, edgeKind, kindOf, page, refOf } from "./page.js";
import { state } from "./state.js";

/** @import { Id, Node, Edge, Named, Facet, Shown } from "../types.d.ts" */
/** @import { Ranges } from "./ranges.js" */
/** @import { Scene } from "./scene.js" */
/** @typedef {(item: any) => Named[]} Read the values of an edge (of the facet "kind": a node) */

const NONE = "";

/** The nodes that are a value of a facet: a ministry, a technology. @type {Record<string, (node: Node) => boolean>} */
const STANDS = {
  technology: (node) => kindOf(node).key === "coop:Technology",
  ministry: (node) => (node.subkind !== undefined && page.values[node.subkind]?.key === "ministry") || kindOf(node).key === "coop:Ministry",
};
/** @param {Node} node @returns {Named} */
const entry = (node) => ({ key: refOf(node), name: node.name });
/** A value that is called the same in every language. @param {unknown} key @returns {Named} */
const plain = (key) => ({ key: String(key), name: page.languages.map(() => String(key)) });

/** @param {Scene} scene @returns {(node: Node) => Named[]} */
function stanceOf({ nodes, edges }) {
  const stances = new Map(nodes.filter((node) => kindOf(node).key === "coop:Stance").map((node) => [node.id, [entry(node)]]));
  const taken = new Map(stances);
  for (const edge of edges) {
    const stance = stances.get(edge.to);
    if (stance && edgeKind(edge).key === "coop:takesStance") taken.set(edge.from, stance);
  }
  return (node) => taken.get(node.id) ?? [];
}

/**
 * The values of an edge from those of its ends; where neither end has one and `further`, from what
 * the ends are tied to (a programme has the ministry that owns it), the end with fewer first.
 * @param {Scene} scene @param {(node: Node) => Named[]} read @param {boolean} further
 * @returns {Read}
 */
function fromEnds(scene, read, further) {
  const direct = new Map(scene.nodes.map((node) => /** @type {const} */ ([node.id, read(node)])).filter(([, values]) => values.length));
  if (!direct.size) return () => [];
  /** @param {Id} id */
  const of = (id) => direct.get(id) ?? [];
  /** @param {Named[]} values */
  const unique = (values) => (values.length < 2 ? values : [...new Map(values.map((value) => [value.key, value])).values()]);
  /** @type {Map<Id, Named[]>} */
  const around = new Map();
  /** @param {Id} id */
  const near = (id) => {
    const known = around.get(id) ?? unique(scene.tied(id).flatMap((each) => [scene.edge(each).from, scene.edge(each).to]).flatMap(of));
    around.set(id, known);
    return known;
  };
  return (/** @type {Edge} */ edge) => {
    const own = unique([...of(edge.from), ...of(edge.to)]);
    if (own.length || !further) return own;
    const ends = [near(edge.from), near(edge.to)].filter((values) => values.length);
    return ends.sort((a, b) => a.length - b.length)[0] ?? [];
  };
}

/** @type {Read} */
function yearOf(edge) {
  const year = /^-?\d{4}/.exec(String(attribute(edge, "year") ?? attribute(edge, "date") ?? ""))?.[0];
  return year ? [plain(year)] : [];
}

/** @type {Read} */
function layerOf(edge) {
  const value = attribute(edge, "layer") ?? (edge.evidence ? "declared" : "");
  if (!value) return [];
  const { key, name } = typeof value === "object" ? /** @type {Named} */ (value) : plain(value);
  return [{ key, name: page.words[`layer-${key}`] ?? name }];
}

/** The function that gives an edge its values, for each facet. @param {Scene} scene @returns {Record<string, Read>} */
function readers(scene) {
  /** @param {string} facet @returns {(node: Node) => Named[]} */
  const standing = (facet) => (node) => (STANDS[facet](node) ? [entry(node)] : []);
  return {
    stance: fromEnds(scene, stanceOf(scene), true),
    technology: fromEnds(scene, standing("technology"), true),
    country: fromEnds(scene, (node) => (node.country === undefined ? [] : [page.values[node.country]]), false),
    ministry: fromEnds(scene, standing("ministry"), true),
    year: yearOf,
    source: (edge) => (edge.evidence ?? []).map((/** @type {number} */ index) => page.sources[page.evidence[index].source]),
    layer: layerOf,
    edge: (edge) => [edgeKind(edge)],
    ...attributeReaders(scene),
  };
}

/** Attributes whose values are entities or yes and no are facets too. @param {Scene} scene @returns {Record<string, Read>} */
function attributeReaders({ edges }) {
  const taken = new Set(["year", "date", "layer", "technology"]);
  return Object.fromEntries(page.attributes.flatMap(({ key, unseen }, index) => {
    const values = edges.map((edge) => edge.facts?.[index]).filter((value) => value !== undefined);
    if (unseen || taken.has(key) || !values.length) return [];
    if (!values.every((value) => Array.isArray(value) || typeof value === "boolean")) return [];
    /** @type {Read} */
    const read = (edge) => {
      const value = edge.facts?.[index];
      if (Array.isArray(value)) return [page.values[value[0]]];
      return value === undefined ? [] : [{ key: String(value), name: page.words[value ? "yes" : "no"] }];
    };
    return [[`is-${key}`, read]];
  }));
}

/**
 * A facet: its values with how many edges (of kinds: nodes) have each, and the keys of each.
 * @param {string} name @param {(Node | Edge)[]} items @param {Read} read
 * @returns {Facet}
 */
function facetOf(name, items, read) {
  const counts = new Map(), found = new Map(), keys = new Map(), alone = new Map([[NONE, [NONE]]]);
  for (const item of items) {
    const values = read(item);
    for (const value of values) {
      if (found.has(value.key)) continue;
      found.set(value.key, value);
      alone.set(value.key, [value.key]);
    }
    const own = values.length < 2 ? alone.get(values.length ? values[0].key : NONE) : [...new Set(values.map((value) => value.key))];
    for (const key of own ?? []) counts.set(key, (counts.get(key) ?? 0) + 1);
    keys.set(item.id, own);
  }
  const order = [...counts.keys()].sort((a, b) => Number(a === NONE) - Number(b === NONE)
    || (name === "year" ? b.localeCompare(a) : counts.get(b) - counts.get(a)) || (a < b ? -1 : 1));
  const values = order.map((key) => ({ key, name: found.get(key)?.name ?? page.words[`no-${name}`] ?? page.words.none, count: counts.get(key), row: found.get(key) }));
  return { name, label: page.words[`facet-${name}`] ?? page.attributes[attributeIndex(name.slice(3))].name, values, keys };
}

/** Facets of nodes: what they are, and which community they are in. @type {Record<string, (node: Node) => Named[]>} */
const OF_NODES = { kind: (node) => [kindOf(node)], group: (node) => (node.group === undefined ? [] : [page.groups[node.group]]) };

/** The facets of a scene, each made when it is first needed. */
export class Facets {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    /** @type {Map<string, Facet>} */
    this.made = new Map();
    /** @type {Record<string, Read> | null} */
    this.readers = null;
    /** @type {Facet[] | null} */
    this.chosen = null;
  }

  /** How the edges have their values, by facet. */
  read() {
    this.readers ??= readers(this.scene);
    return this.readers;
  }

  /** @param {string} name @returns {Facet} */
  named(name) {
    const known = this.made.get(name);
    if (known) return known;
    const facet = name in OF_NODES ? facetOf(name, this.scene.nodes, OF_NODES[name]) : facetOf(name, this.scene.edges, this.read()[name]);
    this.made.set(name, facet);
    return facet;
  }

  /** Those with anything to choose between. @returns {Facet[]} */
  all() {
    this.chosen ??= [
      this.named("kind"), ...(page.groups.length > 1 ? [this.named("group")] : []),
      ...Object.keys(this.read()).map((name) => this.named(name)).filter((facet) => facet.values.length > 1 || facet.name === "edge"),
    ];
    return this.chosen;
  }
}

/** Whether one facet by itself hides a node or an edge. @param {Facet} facet @param {Node | Edge} item */
function hiddenBy(facet, item) {
  const hidden = state.hidden.get(facet.name);
  return hidden !== undefined && hidden.size > 0 && (facet.keys.get(item.id) ?? [NONE]).every((key) => hidden.has(key));
}

/** What the filters leave of a scene, and how much each facet hides. @param {Scene} scene @param {Facet[]} facets @param {Ranges<Edge>} ranges @returns {Shown} */
export function passing(scene, facets, ranges) {
  const active = facets.filter((facet) => state.hidden.get(facet.name)?.size);
  const hides = new Map(active.map((facet) => [facet.name, 0]));
  /** @param {Facet[]} by @param {Node | Edge} item */
  const passes = (by, item) => {
    const hiding = by.filter((facet) => hiddenBy(facet, item));
    for (const { name } of hiding) hides.set(name, (hides.get(name) ?? 0) + 1);
    return !hiding.length;
  };
  const [ofNodes, ofEdges] = [active.filter(({ name }) => name in OF_NODES), active.filter(({ name }) => !(name in OF_NODES))];
  const kept = scene.edges.filter((edge) => passes(ofEdges, edge) && ranges.isStrong(edge) && ranges.isWithin(edge));
  const left = new Set(kept.flatMap((edge) => [edge.from, edge.to]));
  const nodes = new Set(scene.nodes.filter((node) => {
    const bare = kept.length < scene.edges.length && scene.tied(node.id).length > 0 && !left.has(node.id);
    return passes(ofNodes, node) && !bare;
  }).map((node) => node.id));
  const edges = new Set(kept.filter((edge) => nodes.has(edge.from) && nodes.has(edge.to)).map((edge) => edge.id));
  return { nodes, edges, hides };
}

/* The network of the page: one interface for the network that the page holds as it is drawn
   (here) and for a large one, of which only a part is drawn (large.js). */

import { Facets, passing } from "./facets.js";
import { page, refOf, unpackedPage } from "./page.js";
import { rangesOf } from "./ranges.js";
import { Scene } from "./scene.js";
import { filtered, state } from "./state.js";
import { fold, ranked } from "./text.js";

/** @import { Id, What, Node, Edge, Facet, Tie, Route, Shown, Counts, Part } from "../types.d.ts" */

/** Neighbours that are opened at a time. */
export const STEP = 12;

export class Model {
  /** What there is to be drawn. @type {Scene} */
  scene;
  /** What of the scene the filters and the open part leave. @type {Shown} */
  shown = { nodes: new Set(), edges: new Set(), hides: new Map() };
  /** Whether nodes keep their places, as circles that hold others must. */
  isFixed = false;
  /** What of a large network is closed; null where the whole is the scene. @type {Counts | null} */
  closed = null;
  /** The communities of a large network, which open and close. @type {ReturnType<typeof import("./overview.js").communitiesOf> | null} */
  communities = null;

  /** What search looks through. @type {{ scene: Scene, texts: string[] } | null} */
  folded = null;
  /** @type {Facets | null} */
  faceted = null;

  /** @param {Node[]} nodes @param {Edge[]} edges */
  constructor(nodes, edges) {
    this.scene = new Scene(nodes, edges);
  }

  /** A node, in the scene or not. @param {Id} id */
  node(id) {
    return /** @type {Node} */ (this.scene.nodeById.get(id));
  }

  /** An edge, in the scene or not. @param {Id} id */
  edge(id) {
    return /** @type {Edge} */ (this.scene.edgeById.get(id));
  }

  /** Whether there is such a node or edge. @param {What} what */
  has([what, id]) {
    return (what === "node" ? this.node(id) : this.edge(id)) !== undefined;
  }

  /** @param {Edge} edge */
  ends(edge) {
    return [this.node(edge.from), this.node(edge.to)];
  }

  // --- the address ---------------------------------------------------------------------------

  /** What the address calls an edge: its two ends, and which of the edges between them it is. @param {Edge} edge */
  edgeRef(edge) {
    return [...this.ends(edge).map(refOf), this.scene.between(edge.from, edge.to).indexOf(edge.id)].join(" ");
  }

  /** The node or edge that the address calls so; null where there is none. @param {string} ref @returns {What | null} */
  found(ref) {
    const node = this.scene.byRef.get(ref);
    if (node !== undefined) return ["node", node];
    const [from, to, rank] = ref.split(" ");
    const [start, end] = [this.scene.byRef.get(from), this.scene.byRef.get(to)];
    if (start === undefined || end === undefined) return null;
    const id = this.scene.between(start, end)[Number(rank)];
    return id === undefined ? null : ["edge", id];
  }

  /** What is open, as text; "" where nothing of the kind can be opened. */
  written() {
    return "";
  }

  /** Open what a text of `written` says. @param {string} _text */
  restore(_text) {}

  // --- what is shown -------------------------------------------------------------------------

  /** What the filters leave of the scene. @returns {Shown} */
  passing() {
    const { nodeById, edgeById } = this.scene;
    if (filtered()) return passing(this.scene, this.facets(), this.ranges());
    return { nodes: new Set(nodeById.keys()), edges: new Set(edgeById.keys()), hides: new Map() };
  }

  /** Find anew what is shown, after the state or the scene has changed. */
  update() {
    const all = this.passing();
    if (state.open.size) {
      const part = new Set(/** @type {Id[]} */ ([]));
      for (const [id, count] of state.open) {
        if (!all.nodes.has(id)) continue;
        part.add(id);
        for (const [other] of this.scene.neighbours(id, all.edges).slice(0, count)) part.add(other);
      }
      all.nodes = part;
      all.edges = new Set([...all.edges].filter((id) => this.ends(this.edge(id)).every((node) => part.has(node.id))));
    }
    this.shown = all;
  }

  shownNodes() {
    return this.scene.nodes.filter((node) => this.shown.nodes.has(node.id));
  }

  shownEdges() {
    return this.scene.edges.filter((edge) => this.shown.edges.has(edge.id));
  }

  /** How many nodes and edges are shown, and how many there are. @returns {Record<"nodes" | "edges", [number, number]>} */
  totals() {
    const { shown, scene } = this;
    return { nodes: [shown.nodes.size, scene.nodes.length], edges: [shown.edges.size, scene.edges.length] };
  }

  /** Make these nodes part of what is drawn. @param {Id[]} _ids */
  reveal(_ids) {}

  // --- neighbours, paths, search -------------------------------------------------------------

  /** The neighbours of a node over what is shown, the heaviest tie first. @param {Id} id @returns {Tie[]} */
  neighbours(id) {
    return this.scene.neighbours(id, this.shown.edges);
  }

  /** How many neighbours of a node can be opened. @param {Id} id */
  openable(id) {
    return this.scene.neighbours(id, this.passing().edges).length;
  }

  /** Whether a path may begin, end or pass here. @param {Id} id */
  isPassable(id) {
    return this.shown.nodes.has(id);
  }

  /** Where one step from a node leads: ids of a neighbour and of the edge to it. @param {Id} id @returns {Iterable<[Id, Id]>} */
  steps(id) {
    return this.neighbours(id).map(([other, [edge]]) => [other, edge]);
  }

  /** The shortest path by hops, in any direction; null where there is none. @param {Id} start @param {Id} end @returns {Route | null} */
  path(start, end) {
    if (!this.isPassable(start) || !this.isPassable(end)) return null;
    /** @type {Map<Id, [Id, Id] | null>} */
    const before = new Map([[start, null]]);
    for (let rim = [start]; rim.length && !before.has(end);) {
      const next = [];
      for (const id of rim) {
        for (const [other, edge] of this.steps(id)) {
          if (before.has(other)) continue;
          before.set(other, [id, edge]);
          next.push(other);
        }
      }
      rim = next;
    }
    if (!before.has(end)) return null;
    const nodes = [end], edges = [];
    for (let step = before.get(end); step; step = before.get(step[0])) {
      nodes.push(step[0]);
      edges.push(step[1]);
    }
    return { nodes: nodes.reverse(), edges: edges.reverse() };
  }

  /** The nodes of the scene that a text finds, best first. @param {string} text */
  hits(text) {
    const { nodes } = this.scene;
    if (this.folded?.scene !== this.scene) {
      this.folded = { scene: this.scene, texts: nodes.map((node) => `\n${[...node.name, node.key ?? ""].map(fold).join("\n")}`) };
    }
    return ranked(this.folded.texts, (index) => nodes[index].degree, fold(text.trim())).map((index) => nodes[index]);
  }

  /** At most so many of the nodes that a text finds in the whole network, and how many it finds. @param {string} text @param {number} most */
  search(text, most) {
    const all = this.hits(text);
    return { list: all.slice(0, most), total: all.length };
  }

  /** Whether a node that was found cannot be shown as things are. @param {Id} id */
  isHidden(id) {
    return !this.shown.nodes.has(id);
  }

  /** What is highlighted; null for none. @returns {Route | null} */
  lit() {
    if (state.path) return this.path(...state.path) ?? { nodes: state.path, edges: [] };
    if (state.chosen) {
      const [what, id] = state.chosen;
      if (what === "edge") return { nodes: this.ends(this.edge(id)).map((node) => node.id), edges: [id] };
      const around = this.scene.neighbours(id, this.shown.edges);
      return { nodes: [id, ...around.map(([other]) => other)], edges: around.flatMap(([, between]) => between) };
    }
    const hits = state.query ? this.hits(state.query).map((node) => node.id) : [];
    return hits.length ? { nodes: hits, edges: [] } : null;
  }

  // --- facets --------------------------------------------------------------------------------

  /** The facet called so, where there is one. @param {string} name @returns {Facet | undefined} */
  facet(name) {
    return this.ofScene().named(name);
  }

  ofScene() {
    if (this.faceted?.scene !== this.scene) this.faceted = new Facets(this.scene);
    return this.faceted;
  }

  /** How many edges each kind has. @returns {Map<number, number>} */
  kindCounts() {
    return this.scene.edges.reduce((many, { kind }) => many.set(kind, (many.get(kind) ?? 0) + 1), new Map());
  }

  /** The strengths and years of the edges. @returns {import("./ranges.js").Ranges<any>} */
  ranges() {
    return rangesOf(this.scene.edges);
  }

  /** The facets with anything to choose between. @returns {Facet[]} */
  facets() {
    return this.ofScene().all();
  }

  // --- more of the network -------------------------------------------------------------------

  /**
   * Take in what a part, of the form of the page's data, has and the scene has not; nodes that are
   * new are placed around `near`.
   * @param {Part} part @param {Id} near
   */
  merge(part, near) {
    const own = unpackedPage(part.page);
    const { scene } = this;
    const [classes, kinds, values, attributes, sources] = [
      joined(page.classes, own.classes), joined(page.kinds, own.kinds), joined(page.values, own.values),
      joined(page.attributes, own.attributes), joined(page.sources, own.sources),
    ];
    const evidence = joined(page.evidence, own.evidence.map((each) => ({ ...each, source: sources[each.source] })));
    /** @param {(Node | Edge)[]} items */
    const nextId = (items) => items.reduce((most, { id }) => (typeof id === "number" ? Math.max(most, id) : most), -1) + 1;
    let next = nextId(scene.nodes);
    /** @type {Map<Id, Id>} */
    const ids = new Map();
    const fresh = part.nodes.flatMap((node) => {
      const known = scene.byRef.get(refOf(node));
      ids.set(node.id, known ?? next);
      if (known !== undefined) return [];
      const made = { ...node, id: next, kind: classes[node.kind], near, places: {} };
      for (const name of /** @type {const} */ (["subkind", "country"])) if (node[name] !== undefined) made[name] = values[node[name]];
      next += 1;
      return [made];
    });
    /** @param {unknown} each */
    const value = (each) => (Array.isArray(each) ? [values[each[0]]] : each);
    let edgeId = nextId(scene.edges);
    /** @param {Edge} edge */
    const same = (edge) => JSON.stringify([edge.from, edge.to, edge.kind, edge.claim, edge.weight, edge.facts]);
    const known = new Set(scene.edges.map(same));
    const more = part.edges.flatMap((edge) => {
      const made = {
        ...edge, from: ids.get(edge.from) ?? -1, to: ids.get(edge.to) ?? -1, kind: kinds[edge.kind],
        ...(edge.facts ? { facts: Object.fromEntries(Object.entries(edge.facts).map(([index, each]) => [attributes[Number(index)], value(each)])) } : {}),
        ...(edge.via ? { via: edge.via.map((index) => values[index]) } : {}),
        ...(edge.evidence ? { evidence: edge.evidence.map((index) => evidence[index]) } : {}),
      };
      if (known.has(same(made))) return [];
      known.add(same(made));
      return [{ ...made, id: edgeId++ }];
    });
    this.scene = new Scene([...scene.nodes, ...fresh], [...scene.edges, ...more]);
    for (const edge of more) for (const node of this.ends(edge)) node.degree = this.scene.tied(node.id).length;
    this.update();
  }
}

/** For each entry of a part's table its number in the page's table, which gets what is new. @template T @param {T[]} table @param {T[]} part */
function joined(table, part) {
  const own = new Map(table.map((entry, index) => [JSON.stringify(entry), index]));
  return part.map((entry) => {
    const key = JSON.stringify(entry);
    const index = own.get(key) ?? table.push(entry) - 1;
    own.set(key, index);
    return index;
  });
}

/** The network of this page. @type {Model} */
export let model;
/** @param {Model} made */
export const setModel = (made) => { model = made; };

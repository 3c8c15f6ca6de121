/* A large network as the model of the page: the scene is what overview.js draws of it, communities
   that open, or the part around the nodes that are open. */

import { Model } from "./model.js";
import { byWeight, Scene } from "./scene.js";
import { communitiesOf } from "./overview.js";
import { page } from "./page.js";
import { Ranges, spanOf } from "./ranges.js";
import { isHidden, state } from "./state.js";
import { fold, ranked } from "./text.js";
import { loadWhole } from "./whole.js";

/** @import { Id, What, Node, Edge, Facet, FacetRow, Tie, Shown, Counts } from "../types.d.ts" */
/** @import { Whole } from "./whole.js" */

/** How the strengths and years of the edges of a large network are read; those of edges that say the same are read once. @param {Whole} whole @returns {import("./ranges.js").Reader<number>} */
function readerOf({ all, counts }) {
  /** @type {Map<number, import("./ranges.js").Span | null>} */
  const spans = new Map();
  /** @param {number} detail */
  const span = (detail) => {
    const { facts } = JSON.parse(all.details[detail] || "{}");
    return spanOf((name) => facts?.[page.attributes.findIndex(({ key }) => key === name)]);
  };
  return {
    *items() { for (let i = 0; i < counts.edges; i += 1) yield i; },
    unit: (i) => page.kinds[all.edgeKind[i]]?.unit[0] ?? "", weight: (i) => all.weight[i], pair: null,
    years: (i) => {
      const detail = all.detail[i] ?? 0;
      if (!spans.has(detail)) spans.set(detail, span(detail));
      return spans.get(detail) ?? null;
    },
  };
}

/** What can be drawn of the part around the nodes that are open. */
const MOST = { nodes: 1500, edges: 6000 };

/** Whether a facet passes a number of its table; what has none passes. @param {string} facet @param {number | undefined} index */
const passes = (facet, index) => index === undefined || !isHidden(facet, String(index));

export class LargeModel extends Model {
  isFixed = true;
  /** @type {Ranges<number> | undefined} */
  ofWhole;
  /** What the scene was made for. */
  key = "";

  /** @param {any} packed the overview of the page's data */
  static async load(packed) {
    return new LargeModel(await loadWhole(packed));
  }

  /** @param {Whole} whole */
  constructor(whole) {
    super([], []);
    this.whole = whole;
    this.communities = communitiesOf(whole);
  }

  /** @param {Id} id @returns {Node} */
  node(id) {
    return super.node(id) ?? (typeof id === "number" ? this.whole.node(id) : undefined);
  }

  /** @param {Id} id @returns {Edge} */
  edge(id) {
    return super.edge(id) ?? (typeof id === "number" ? this.whole.edge(id) : undefined);
  }

  // --- the address: nodes by IRI, edges by number ----------------------------------------------

  /** @param {Edge} edge */
  edgeRef(edge) {
    return `#${edge.id}`;
  }

  /** @param {string} ref @returns {What | null} */
  found(ref) {
    const drawn = this.scene.byRef.get(ref);
    if (drawn !== undefined) return ["node", drawn];
    if (ref.startsWith("#")) {
      const id = Number(ref.slice(1));
      return Number.isInteger(id) && id >= 0 && id < this.whole.counts.edges ? ["edge", id] : null;
    }
    const id = this.whole.number(ref) ?? this.whole.number(page.base + ref);
    return id === undefined ? null : ["node", id];
  }

  written() {
    return this.communities.written();
  }

  /** @param {string} text */
  restore(text) {
    this.communities.restore(text);
    this.update();
  }

  // --- what is shown ---------------------------------------------------------------------------

  /** The filters have left out what they hide when the scene was made. @returns {Shown} */
  passing() {
    const { nodeById, edgeById } = this.scene;
    return { nodes: new Set(nodeById.keys()), edges: new Set(edgeById.keys()), hides: new Map() };
  }

  /** Make the scene anew where what is open, or the filters, have changed. */
  update() {
    const hidden = [...state.hidden].map(([facet, keys]) => [facet, [...keys]]);
    const key = JSON.stringify([this.communities.version, hidden, [...state.open], state.least, state.counts, state.years]);
    if (key !== this.key) {
      this.key = key;
      const ranged = state.least > 0 || state.years !== null;
      this.whole.filter(hidden.length || ranged ? {
        each: ranged ? (edge) => this.ranges().isStrong(edge) && this.ranges().isWithin(edge) : null,
        node: ({ kind, subkind, country }) => passes("kind", kind) && passes("subkind", subkind) && passes("country", country),
        edge: (kind) => passes("edge", kind),
      } : null);
      const { nodes, edges, counts } = state.open.size ? this.part() : this.communities.scene();
      this.scene = new Scene(nodes, edges);
      this.closed = counts;
      /** @param {Id} id */
      const isGone = (id) => typeof id === "string" && !this.scene.nodeById.has(id) && !this.scene.edgeById.has(id);
      if (state.chosen && isGone(state.chosen[1])) state.chosen = null;
      if (state.path?.some(isGone)) state.path = null;
    }
    this.shown = this.passing();
  }

  /** The nodes that are open, so many of their neighbours, and all edges between them. @returns {{ nodes: Node[], edges: Edge[], counts: Counts | null }} */
  part() {
    const part = new Set(/** @type {number[]} */ ([]));
    for (const [id, count] of state.open) {
      for (const each of [id, ...this.neighbours(id).slice(0, count).map(([other]) => other)]) if (typeof each === "number") part.add(each);
    }
    const ids = [...part].slice(0, MOST.nodes), kept = new Set(/** @type {Id[]} */ (ids));
    const ties = new Set(ids.flatMap((id) => [...this.whole.tied(id)]));
    const edges = [...ties].map((id) => this.whole.edge(id)).filter((edge) => kept.has(edge.from) && kept.has(edge.to) && passes("edge", edge.kind) && this.whole.keepsEdge(Number(edge.id)));
    return { nodes: ids.map((id) => this.whole.node(id)), edges: edges.slice(0, MOST.edges), counts: null };
  }

  /** Over all that the filters leave; of a community the mean of its nodes. @param {string} name */
  measured(name) {
    const { all, counts, keeps, keepsEdge } = this.whole, ranges = this.ranges(), sums = new Float64Array(counts.nodes);
    for (let i = 0; i < counts.edges; i += 1) {
      const [from, to] = [all.from[i], all.to[i]], value = name === "degree" ? 1 : ranges.strength(i);
      if (!keepsEdge(i) || !keeps(from) || !keeps(to) || !Number.isFinite(value)) continue;
      sums[from] += value;
      if (to !== from) sums[to] += value;
    }
    return new Map(this.scene.nodes.map(({ id, community }) => [id, community === undefined ? sums[Number(id)] : this.communities.mean(community, sums)]));
  }

  /** @returns {Record<"nodes" | "edges", [number, number]>} */
  totals() {
    const { scene, whole } = this;
    return {
      nodes: [scene.nodes.filter((node) => node.iri).length, whole.counts.nodes],
      edges: [scene.edges.filter((edge) => !edge.count).length, whole.counts.edges],
    };
  }

  /** @param {Id[]} ids */
  reveal(ids) {
    for (const id of ids) {
      if (typeof id !== "number" || this.scene.nodeById.has(id) || state.open.size) continue;
      this.communities.reveal(id);
      this.update();
    }
  }

  // --- neighbours, paths, search: over all of the network --------------------------------------

  /** @param {Id} id @returns {Tie[]} */
  neighbours(id) {
    if (typeof id !== "number") return super.neighbours(id);
    return byWeight(id, [...this.whole.tied(id)].map((edge) => this.whole.edge(edge)), (other) => other);
  }

  /** @param {Id} id */
  openable(id) {
    return this.neighbours(id).length;
  }

  /** @param {Id} id */
  isPassable(id) {
    return typeof id === "number";
  }

  /** @param {Id} id */
  steps(id) {
    return this.whole.steps(Number(id));
  }

  /** @param {string} text @param {number} most */
  search(text, most) {
    const { searchable, degree, keeps, node } = this.whole;
    const all = ranked(searchable(), degree, fold(text.trim())).filter(keeps);
    return { list: all.slice(0, most).map(node), total: all.length };
  }

  isHidden() {
    return false;
  }

  // --- facets: kinds, countries and kinds of edges, counted over all of it ---------------------

  kindCounts() {
    return new Map(this.whole.tally().edge.map((count, kind) => [kind, count]));
  }

  ranges() {
    this.ofWhole ??= new Ranges(readerOf(this.whole));
    return this.ofWhole;
  }

  /** @param {string} name */
  facet(name) {
    return this.facets().find((facet) => facet.name === name);
  }

  facets() {
    if (this.counted) return this.counted;
    const tally = this.whole.tally();
    /** @param {string} name @param {number[]} counts @param {FacetRow[]} table @returns {Facet} */
    const facet = (name, counts, table) => {
      const values = counts.map((count, index) => ({ key: String(index), name: table[index].name, count, row: table[index] }));
      return { name, label: page.words[`facet-${name}`], values: values.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count), keys: new Map() };
    };
    this.counted = [
      facet("kind", tally.kind, page.classes), facet("edge", tally.edge, page.kinds),
      facet("subkind", tally.subkind, page.values), facet("country", tally.country, page.values),
    ].filter((each) => each.values.length > 1 || each.name === "kind" || each.name === "edge");
    return this.counted;
  }
}

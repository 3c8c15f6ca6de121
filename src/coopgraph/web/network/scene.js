/* A scene: the nodes and edges that are there to be drawn, and how they are tied. */

import { refOf } from "./page.js";

/** @import { Id, What, Node, Edge, Tie } from "../types.d.ts" */

export class Scene {
  /** Of these nodes and edges; those edges whose ends are missing are left out. @param {Node[]} nodes @param {Edge[]} edges */
  constructor(nodes, edges) {
    this.nodes = nodes;
    /** @type {Map<Id, Node>} */
    this.nodeById = new Map(nodes.map((node) => [node.id, node]));
    this.edges = edges.filter((edge) => this.nodeById.has(edge.from) && this.nodeById.has(edge.to));
    /** @type {Map<Id, Edge>} */
    this.edgeById = new Map(this.edges.map((edge) => [edge.id, edge]));
    /** Ids of the edges of each node. @type {Map<Id, Id[]>} */
    this.tiedTo = new Map(nodes.map((node) => [node.id, []]));
    for (const edge of this.edges) for (const end of new Set([edge.from, edge.to])) this.tied(end).push(edge.id);
    /** What the address calls a node -> its id. @type {Map<string, Id>} */
    this.byRef = new Map(nodes.map((node) => [refOf(node), node.id]));
  }

  /** Ids of the edges of a node. @param {Id} id */
  tied(id) {
    return this.tiedTo.get(id) ?? [];
  }

  /** An edge that is there. @param {Id} id */
  edge(id) {
    return /** @type {Edge} */ (this.edgeById.get(id));
  }

  /** Edges from one node to another. @param {Id} from @param {Id} to */
  between(from, to) {
    return this.tied(from).filter((id) => this.edge(id).from === from && this.edge(id).to === to);
  }

  /** The neighbours of a node, the heaviest tie first. @param {Id} id @param {Set<Id>} [edges] only over these */
  neighbours(id, edges) {
    const ties = this.tied(id).filter((each) => !edges || edges.has(each));
    return byWeight(id, ties.map((each) => this.edge(each)), (other) => this.nodeById.get(other)?.name[0] ?? "");
  }
}

/**
 * The nodes at the other ends of some edges of a node, the heaviest tie first.
 * @template {string | number} T
 * @param {Id} id @param {Edge[]} ties @param {(other: Id) => T} nameFor for the order of equals
 * @returns {Tie[]}
 */
export function byWeight(id, ties, nameFor) {
  /** @type {Map<Id, { tie: Tie, weight: number, name: T }>} */
  const between = new Map();
  for (const edge of ties) {
    const other = edge.from === id ? edge.to : edge.from;
    const entry = between.get(other) ?? { tie: [other, []], weight: 0, name: nameFor(other) };
    between.set(other, entry);
    entry.tie[1].push(edge.id);
    entry.weight = Math.max(entry.weight, Math.abs(edge.weight ?? 0));
  }
  return [...between.values()]
    .sort((a, b) => b.weight - a.weight || b.tie[1].length - a.tie[1].length || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ tie }) => tie);
}

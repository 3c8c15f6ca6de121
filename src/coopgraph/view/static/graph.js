/* What is shown, what is lit, neighbours by weight, and paths. */

const shown = { nodes: new Set(), edges: new Set(), hides: new Map() };

/* The neighbours of a node, the heaviest tie first: [id of the node, ids of the edges]. */
function neighbours(id, within = null) {
  const ties = (tiedTo.get(id) ?? []).filter((edgeId) => !within || within.edges.has(edgeId));
  return byWeight(id, ties.map((edgeId) => edgeById.get(edgeId)), (other) => nodeById.get(other).name[0]);
}

/* The same over all of a network whose scene is a part. */
function allNeighbours(id) {
  if (!large || typeof id !== "number") return neighbours(id, shown);
  return byWeight(id, large.tied(id).map((edgeId) => large.edge(edgeId)), (other) => other);
}

function byWeight(id, ties, nameFor) {
  const between = new Map();
  for (const edge of ties) {
    const other = edge.from === id ? edge.to : edge.from;
    if (!between.has(other)) between.set(other, { tie: [other, []], weight: 0, name: nameFor(other) });
    const entry = between.get(other);
    entry.tie[1].push(edge.id);
    entry.weight = Math.max(entry.weight, Math.abs(edge.weight ?? 0));
  }
  return [...between.values()]
    .sort((a, b) => b.weight - a.weight || b.tie[1].length - a.tie[1].length || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ tie }) => tie);
}

/* What the filters leave: the whole, or the part that is open. */
function passing() {
  if (large || !filtered()) return { nodes: new Set(nodeById.keys()), edges: new Set(edgeById.keys()), hides: new Map() };
  const active = facets().filter((facet) => state.hidden.get(facet.name)?.size);
  const [ofNodes, ofEdges] = [active.filter((facet) => facet.name === "kind"), active.filter((facet) => facet.name !== "kind")];
  const hides = new Map(active.map((facet) => [facet.name, 0]));
  const kept = new Set(), left = new Map();
  for (const edge of edges) {
    const by = ofEdges.filter((facet) => hiddenBy(facet, edge));
    for (const facet of by) hides.set(facet.name, hides.get(facet.name) + 1);
    if (by.length) continue;
    kept.add(edge.id);
    left.set(edge.from, true).set(edge.to, true);
  }
  const stay = new Set();
  for (const node of nodes) {
    const by = ofNodes.filter((facet) => hiddenBy(facet, node));
    for (const facet of by) hides.set(facet.name, hides.get(facet.name) + 1);
    const bare = ofEdges.length > 0 && tiedTo.get(node.id).length > 0 && !left.has(node.id);
    if (!by.length && !bare) stay.add(node.id);
  }
  for (const id of kept) {
    const { from, to } = edgeById.get(id);
    if (!stay.has(from) || !stay.has(to)) kept.delete(id);
  }
  return { nodes: stay, edges: kept, hides };
}

function findShown() {
  if (large) syncLarge();
  const all = passing();
  if (state.open.size && !large) {
    const part = new Set();
    for (const [id, count] of state.open) {
      if (!all.nodes.has(id)) continue;
      part.add(id);
      for (const [other] of neighbours(id, all).slice(0, count)) part.add(other);
    }
    all.nodes = part;
    all.edges = new Set([...all.edges].filter((id) => part.has(edgeById.get(id).from) && part.has(edgeById.get(id).to)));
  }
  Object.assign(shown, all, { version: (shown.version ?? 0) + 1 });
}

/* The shortest path by hops over what is shown, in any direction: ids of nodes and edges; null
   where there is none. */
function shortestPath(start, end) {
  if (large) return typeof start === "number" && typeof end === "number" ? large.path(start, end) : null;
  if (!shown.nodes.has(start) || !shown.nodes.has(end)) return null;
  const before = new Map([[start, null]]);
  for (let rim = [start]; rim.length && !before.has(end);) {
    const next = [];
    for (const id of rim) {
      for (const [other, between] of neighbours(id, shown)) {
        if (before.has(other)) continue;
        before.set(other, [id, between[0]]);
        next.push(other);
      }
    }
    rim = next;
  }
  if (!before.has(end)) return null;
  const path = { nodes: [end], edges: [] };
  for (let step = before.get(end); step; step = before.get(step[0])) {
    path.nodes.unshift(step[0]);
    path.edges.unshift(step[1]);
  }
  return path;
}

/* What stands out against the rest: {nodes, edges} or null for all alike. */
function lit() {
  if (state.path) return shortestPath(...state.path) ?? { nodes: state.path, edges: [] };
  if (state.chosen) {
    const [what, id] = state.chosen;
    if (what === "edge") return { nodes: [getEdge(id).from, getEdge(id).to], edges: [id] };
    const around = neighbours(id, shown);
    return { nodes: [id, ...around.map(([other]) => other)], edges: around.flatMap(([, between]) => between) };
  }
  if (state.query) {
    const hits = hitsOf(state.query).map((node) => node.id);
    return hits.length ? { nodes: hits, edges: [] } : null;
  }
  return null;
}

/* Open so many (more) of the neighbours of a node, and show only what is open. */
const STEP = 12;
function openNode(id) {
  const count = (state.open.get(id) ?? 0) + STEP;
  state.open.set(id, count);
  emit("open", id);
  changed();
}

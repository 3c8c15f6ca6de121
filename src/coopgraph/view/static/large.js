/* Large networks: the scene is what overview.js draws of them, communities that open, or the
   part around the nodes that are open. Everything else works on the scene as in a small one. */

let large = null; // the whole of a large network; null for a small one, whose scene is the whole
const inScene = { key: "", touched: 0, counts: null };

/* A node or an edge, in the scene or not. */
const getNode = (id) => nodeById.get(id) ?? (typeof id === "number" && large ? large.node(id) : undefined);
const getEdge = (id) => edgeById.get(id) ?? (typeof id === "number" && large ? large.edge(id) : undefined);

/* What there is and what is drawn of it. */
const totals = () => (large
  ? { nodes: [nodes.filter((node) => node.iri).length, large.counts.nodes], edges: [edges.filter((edge) => !edge.count).length, large.counts.edges] }
  : { nodes: [shown.nodes.size, nodes.length], edges: [shown.edges.size, edges.length] });

/* The facets of a large network: kinds, countries and kinds of edges, counted over all of it. */
function largeFacets() {
  const tally = large.tally();
  const facet = (name, label, counts, entryOf) => {
    const values = counts.map((count, index) => ({ key: String(index), name: entryOf(index), count, index })).filter((value) => value.count > 0);
    return { name, label, values: values.sort((a, b) => b.count - a.count || a.index - b.index), keys: new Map() };
  };
  const value = (index) => page.values[index].slice(1, 3);
  return [
    facet("kind", page.words["facet-kind"], tally.kind, (index) => page.classes[index].slice(1, 3)),
    facet("edge", page.words["facet-edge"], tally.edge, (index) => page.kinds[index].slice(1, 3)),
    facet("subkind", page.words["facet-subkind"], tally.subkind, value),
    facet("country", page.words["facet-country"], tally.country, value),
  ].filter((each) => each.values.length > 1 || each.name === "kind" || each.name === "edge");
}

/* Whether a facet passes a number of its table; what has none passes. */
const passes = (facet, index) => index === undefined || !isHidden(facet, String(index));

/* The nodes that are open, so many of their neighbours, and all edges between them. */
function partScene() {
  const part = new Set();
  for (const [id, count] of state.open) {
    part.add(id);
    for (const [other] of allNeighbours(id).slice(0, count)) part.add(other);
  }
  const ids = [...part].slice(0, 1500), kept = new Set(ids);
  const ties = new Set(ids.flatMap((id) => large.tied(id)));
  const drawn = [...ties].map((id) => large.edge(id)).filter((edge) => kept.has(edge.from) && kept.has(edge.to) && passes("edge", edge.kind));
  return { nodes: ids.map((id) => large.node(id)), edges: drawn.slice(0, 6000), counts: null };
}

/* Make the scene anew where what is open, or the filters, have changed. */
function syncLarge() {
  const hidden = [...state.hidden].map(([facet, keys]) => [facet, [...keys]]);
  const key = JSON.stringify([inScene.touched, large.state(), hidden, [...state.open]]);
  if (key === inScene.key) return;
  inScene.key = key;
  large.filter(hidden.length ? {
    node: ({ kind, subkind, country }) => passes("kind", kind) && passes("subkind", subkind) && passes("country", country),
    edge: (kind) => passes("edge", kind),
  } : null);
  const made = state.open.size ? partScene() : large.scene();
  inScene.counts = made.counts;
  setScene(made.nodes, made.edges);
  const gone = (id) => typeof id === "string" && !nodeById.has(id) && !edgeById.has(id);
  if (state.chosen && gone(state.chosen[1])) state.chosen = null;
  if (state.path?.some(gone)) state.path = null;
  if (network) placeTheRest();
}

/* What the address calls a node by its IRI or an edge by its number. */
function largeFound(ref) {
  const id = ref.startsWith("#") ? Number(ref.slice(1)) : large.number(ref) ?? large.number(page.base + ref);
  if (ref.startsWith("#")) return Number.isInteger(id) && id >= 0 && id < large.counts.edges ? ["edge", id] : null;
  return id === undefined ? null : ["node", id];
}

/* Open what must be open for these nodes to be drawn. */
function reveal(ids) {
  if (!large) return;
  for (const id of ids) {
    if (typeof id !== "number" || nodeById.has(id) || state.open.size) continue;
    large.reveal(id);
    inScene.touched += 1;
    findShown();
  }
}

/* Open a community, or show more of one that is open; the picture goes there. */
function openCommunity({ community, more }) {
  state.open.clear();
  const closed = more ? large.more(community) : large.open(community);
  inScene.touched += 1;
  state.chosen = null;
  changed();
  frameRing(community);
  if (closed.length) tell(word("closed-for-speed", number(closed.length)));
}

function closeCommunity(community) {
  large.close(community);
  inScene.touched += 1;
  state.chosen = nodeById.has(`c${community}`) ? ["node", `c${community}`] : null;
  changed();
  findShown();
  if (edgeById.size || nodeById.size) fit();
}

function frameRing(community) {
  const { x, y, radius } = large.ring(community);
  framed = false;
  network.moveTo({ position: { x, y }, scale: Math.min(stage.clientWidth, stage.clientHeight) / (2.4 * Math.max(radius, 1)), animation: false });
  emit("framed");
}

/* A thin circle with a name around each community that is open. */
function drawRings(context) {
  if (!large || state.open.size) return;
  const scale = network.getScale();
  for (const community of large.opened) {
    const { x, y, radius, name } = large.ring(community);
    context.beginPath();
    context.arc(x, y, radius * 1.04, 0, 2 * Math.PI);
    context.strokeStyle = colours.soft;
    context.lineWidth = 1 / scale;
    context.stroke();
    context.font = `600 ${12 / scale}px ${colours.face}`;
    context.fillStyle = colours.soft;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.fillText(short(name[state.lang], 60), x, y - radius * 1.04 - 4 / scale);
  }
}

/* How much lies in closed communities, or is not drawn. */
function largeCounts() {
  if (!inScene.counts) return "";
  const { nodesInside, communities, edgesHidden } = inScene.counts;
  const weak = edgesHidden ? ` ${word("overview-weak", number(edgesHidden))}` : "";
  return word("overview", number(nodesInside), number(communities)) + weak;
}

async function startLarge() {
  large = await coopgraphOverview.load(data.overview);
  on("actions", (node, made) => {
    if (node.community !== undefined) {
      made.length = 0;
      made.push(button(node.more ? word("more", number(node.members)) : word("open-community"), () => openCommunity(node), { id: "open-node" }));
    }
    const outer = large.parent(node.id);
    if (outer !== null && !state.open.size) made.push(button(word("close-community"), () => closeCommunity(outer), { id: "close-community" }));
  });
}

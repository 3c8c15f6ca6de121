/* The picture: what is drawn of nodes and edges, where it stands, what is in view. */

let network = null, sets = null, picture = null;
let framed = true; // the whole is in view, and stays so when the window changes
let drawnVersion = 0; // of the scene
let dimmed = false; // something stands out, the rest stands back
const drawnAs = new Map(); // "n" and id of a node, "e" and id of an edge -> how it was last drawn
let fallback = new Map(); // places of nodes that the layout has none for

const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const isDark = () => (state.theme ? state.theme === "dark" : systemDark.matches);

/* Colours of the theme; `light` whatever the theme is, for paper. */
let colours = null;
function readColours({ light = false } = {}) {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => (light ? style.getPropertyValue(`--light-${name}`) : style.getPropertyValue(`--${name}`)).trim();
  colours = {
    surface: read("surface"), text: read("text"), soft: read("soft"),
    tones: page.tones.map((tone) => tone.slice(!light && isDark() ? 2 : 0)),
    face: getComputedStyle(document.body).fontFamily,
  };
}

/* `share` of one colour in another, both #rrggbb. */
function mix(colour, other, share) {
  const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const [a, b] = [parts(colour), parts(other)];
  return `#${a.map((value, i) => Math.round(value * share + b[i] * (1 - share)).toString(16).padStart(2, "0")).join("")}`;
}
const faded = (colour, dim, share = 0.22) => (dim ? mix(colour, colours.surface, share) : colour);

// --- places ---------------------------------------------------------------------------------

const finite = (...values) => values.every((value) => typeof value === "number" && Number.isFinite(value));
const given = (node) => node.places?.[picture.name];

/* Centre, size and label of a node as the layout has them, or in a row below the rest. */
function placeOf(node) {
  const place = given(node) ?? [null, null, 120, 40, ...node.name.map((name) => short(name, 60))];
  const [x, y] = state.moved.get(node.id) ?? fallback.get(node.id) ?? place;
  return { x, y, width: place[2] ?? 120, height: place[3] ?? 40, label: place[4 + state.lang] };
}

/* Places for nodes that have none: around the node that they were loaded for, else in rows. */
function placeTheRest() {
  fallback = new Map();
  const lost = nodes.filter((node) => !finite(given(node)?.[0], given(node)?.[1]));
  if (!lost.length) return 0;
  const placed = nodes.filter((node) => finite(given(node)?.[0], given(node)?.[1])).map(given);
  const bottom = Math.max(0, ...placed.map((place) => place[1] + place[3]));
  const left = placed.length ? Math.min(...placed.map((place) => place[0])) : 0;
  const wide = Math.max(4, Math.ceil(Math.sqrt(lost.length) * 1.5));
  let row = 0;
  lost.forEach((node, index) => {
    const near = nodeById.get(node.near);
    const at = near && (fallback.get(near.id) ?? state.moved.get(near.id) ?? given(near));
    if (at && finite(at[0], at[1])) {
      const angle = index * 2.4, far = 90 + 16 * Math.sqrt(index) * 2;
      fallback.set(node.id, [at[0] + far * Math.cos(angle), at[1] + far * Math.sin(angle)]);
    } else {
      fallback.set(node.id, [left + (row % wide) * 170, bottom + 90 + Math.floor(row / wide) * 90]);
      row += 1;
    }
  });
  return row;
}

// --- what is drawn ---------------------------------------------------------------------------

/* The label in at most so many lines. */
function lines(label, most) {
  const all = (label ?? "").split("\n");
  return all.length > most ? [...all.slice(0, most - 1), `${all[most - 1]}…`].join("\n") : all.join("\n");
}

let bolder = 1; // how much larger marks and lines are drawn on a map that is far to be seen whole
function sizeOf(node) {
  if (node.size) return node.size;
  return (7 + 2.2 * Math.sqrt(node.degree)) * bolder;
}

function drawnNode(node, how) {
  const { x, y, width, height, label } = placeOf(node);
  const dim = how === "dim";
  const [, , , form, , radius] = kindOf(node);
  const [fill, ink] = colours.tones[node.tone].map((colour) => faded(colour, dim));
  const text = faded(colours.text, dim, 0.3);
  if (node.community !== undefined) return drawnCommunity(node, fill, text, { x, y, label });
  const base = how === "hidden" ? { id: node.id, how, x, y, hidden: true } : { id: node.id, how, x, y, hidden: false };
  const tint = (background, border) => ({ background, border, highlight: { background, border: text }, hover: { background, border: text } });
  if (!picture.cards) {
    return {
      ...base, shape: node.form ?? form, size: sizeOf(node), color: tint(fill, colours.surface),
    };
  }
  const filled = kindOf(node)[0] === "coop:Stance";
  const border = node.tone === page.neutral ? faded(colours.soft, dim) : fill;
  const back = filled ? fill : colours.surface;
  const shownLines = lines(label, Math.max(1, Math.floor(height / (picture.font * 1.15))));
  const margin = Math.max((height - shownLines.split("\n").length * picture.font * 1.15) / 2, 2);
  return {
    ...base, label: shownLines, shape: "box", shapeProperties: { borderRadius: Math.min(radius, height / 2) },
    widthConstraint: { minimum: width - 10, maximum: width - 2 },
    margin: { top: margin, bottom: margin, left: 5, right: 5 },
    color: tint(back, border),
    borderWidth: kindOf(node)[0] === "coop:Organisation" ? (node.degree > 1 ? 3 : 1) : 2, borderWidthSelected: 3,
    font: { size: picture.font, color: filled ? ink : text, bold: filled, face: colours.face },
  };
}

/* A circle with its name inside. */
function drawnCommunity(node, fill, text, { x, y, label }) {
  const background = mix(fill, colours.surface, 0.16);
  const tall = label.split("\n").length * node.font * 1.1;
  const tint = { background, border: fill };
  return {
    id: node.id, x, y, label, shape: "dot", size: node.size, borderWidth: 2, borderWidthSelected: 4, labelHighlightBold: false,
    color: { ...tint, highlight: { background, border: colours.text }, hover: { background, border: colours.text } },
    font: { size: node.font, color: text, face: colours.face, vadjust: -(node.size + tall / 2) },
  };
}

function drawnEdge(edge, how) {
  const dim = how === "dim";
  const pale = (edge.pale || edge.count) && how !== "lit";
  const colour = faded(edge.tone === page.neutral ? colours.soft : colours.tones[edge.tone][0], dim || pale, dim ? 0.16 : 0.6);
  let smooth;
  if (edge.curve) {
    smooth = { enabled: true, type: edge.curve % 2 ? "curvedCW" : "curvedCCW", roundness: Math.ceil(edge.curve / 2) * 0.14 };
  } else if (hasPorts(edge) && endsAt(edge)[0] === endsAt(edge)[2]) { // within one column: bow out
    smooth = { enabled: true, type: endsAt(edge)[3] < endsAt(edge)[1] ? "curvedCW" : "curvedCCW", roundness: 0.3 };
  } else if (picture.cards) {
    smooth = { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.5 };
  }
  const [from, to] = hasPorts(edge) ? ports(edge) : [edge.from, edge.to];
  // What most edges have in common stands in the options of the network: that is quicker.
  const own = { ...(smooth ? { smooth } : {}), ...(edge.dashes ? { dashes: [7, 5] } : {}), ...(edge.count ? { arrows: { to: { enabled: false } } } : {}) };
  return {
    ...own, id: edge.id, how, from, to, hidden: how === "hidden", width: (how === "lit" ? edge.width + 1.5 : edge.width) * (edge.count ? 1 : Math.min(bolder, 2.5)),
    color: { color: colour, highlight: colours.text, hover: colours.text, opacity: picture.cards || how === "lit" ? 0.9 : dim ? 0.5 : 0.6 },
  };
}

/* Cards have edges at their sides: each end is a node of its own that is not seen. */
const ports = (edge) => [`${edge.id}a`, `${edge.id}b`];
const endsAt = (edge) => picture.ends[edge.id];
const hasPorts = (edge) => Boolean(picture.ends?.length && endsAt(edge)?.every((value) => finite(value)));

/* The ends of an edge, each moved as far as its card has been. */
function portPlaces(edge) {
  const [ax, ay, bx, by] = endsAt(edge);
  const shift = (id) => {
    const place = given(nodeById.get(id)), moved = state.moved.get(id);
    return moved && place ? [moved[0] - place[0], moved[1] - place[1]] : [0, 0];
  };
  const [a, b] = [shift(edge.from), shift(edge.to)];
  return [[ax + a[0], ay + a[1]], [bx + b[0], by + b[1]]];
}

function drawnPorts() {
  const unseen = { shape: "dot", size: 0, borderWidth: 0, color: "transparent", chosen: false, fixed: true, label: "" };
  return edges.filter(hasPorts).flatMap((edge) => {
    const [a, b] = portPlaces(edge);
    return ports(edge).map((id, index) => ({ id, x: [a, b][index][0], y: [a, b][index][1], ...unseen }));
  });
}

/* How each node and edge is to be drawn now: "", "dim", "lit" or "hidden". */
function hows() {
  const marked = lit();
  const [bright, heavy] = [new Set(marked?.nodes), new Set(marked?.edges)];
  const alike = marked === null;
  dimmed = !alike;
  return {
    node: (node) => (!shown.nodes.has(node.id) ? "hidden" : alike || bright.has(node.id) ? "" : "dim"),
    edge: (edge) => (!shown.edges.has(edge.id) ? "hidden" : alike ? "" : heavy.has(edge.id) ? (state.path ? "lit" : "") : "dim"),
  };
}

/* All nodes and edges as they are to be drawn now. */
function drawn(how = hows()) {
  return { nodes: [...nodes.map((node) => drawnNode(node, how.node(node))), ...drawnPorts()], edges: edges.map((edge) => drawnEdge(edge, how.edge(edge))) };
}

/* Draw anew those that are to be drawn otherwise than they are. */
function updatePicture() {
  if (!network) return;
  if (drawnVersion !== scene.version) return redraw();
  findBareHeadings();
  const how = hows();
  const differing = (items, mark, kind, draw) => items.flatMap((item) => {
    const now = kind(item), key = mark + item.id;
    if ((drawnAs.get(key) ?? "") === now) return [];
    drawnAs.set(key, now);
    return [draw(item, now)];
  });
  const [changedNodes, changedEdges] = [differing(nodes, "n", how.node, drawnNode), differing(edges, "e", how.edge, drawnEdge)];
  if (changedNodes.length) sets.nodes.update(changedNodes);
  if (changedEdges.length) sets.edges.update(changedEdges);
  mark();
}

/* Everything as it is to be drawn now, remembered as drawn. */
function dataSets() {
  drawnVersion = scene.version;
  const how = hows();
  findBareHeadings();
  drawnAs.clear();
  for (const node of nodes) drawnAs.set(`n${node.id}`, how.node(node));
  for (const edge of edges) drawnAs.set(`e${edge.id}`, how.edge(edge));
  const all = drawn(how);
  return { nodes: new vis.DataSet(all.nodes), edges: new vis.DataSet(all.edges) };
}

/* Draw everything anew: the language, the theme, the layout or the scene has changed. */
function redraw() {
  if (!network) return;
  sets = dataSets();
  updateArrows.shown = arrowsShown();
  network.setOptions(OPTIONS());
  const [position, scale] = [network.getViewPosition(), network.getScale()];
  network.setData(sets); // moves the view to all of it
  network.moveTo({ position, scale, animation: false });
  mark();
}

/* The border of the chosen node or edge. */
function mark() {
  const [what, id] = state.chosen ?? [];
  const set = (kind) => (what === kind && shown[`${kind}s`].has(id) ? [id] : []);
  network.setSelection({ nodes: set("node"), edges: set("edge") }, { unselectAll: true, highlightEdges: false });
}

/* Headings of groups of which nothing is shown. */
const CAPTION = 6;
let bareHeadings = new Set();
function findBareHeadings() {
  const groups = (picture.headings ?? []).filter(([x, y, , , column]) => !column && finite(x, y));
  const captioned = (x, y) => { // a caption stands below its card, indented
    const cards = nodes.filter((node) => given(node) && Math.abs(given(node)[0] - given(node)[2] / 2 + CAPTION - x) < 1.5 && given(node)[1] < y);
    return cards.sort((a, b) => given(b)[1] - given(a)[1])[0];
  };
  bareHeadings = new Set(groups.filter(([x, y]) => {
    const card = captioned(x, y);
    if (card) return !shown.nodes.has(card.id);
    const next = Math.min(Infinity, ...groups.filter((other) => other[0] === x && other[1] > y).map((other) => other[1]));
    return !nodes.some((node) => {
      const [cx, cy, width] = given(node) ?? [];
      return shown.nodes.has(node.id) && Math.abs(cx - width / 2 - x) < width / 2 && cy > y && cy < next;
    });
  }));
}

function drawHeadings(context) {
  for (const heading of picture.headings ?? []) {
    const [x, y, en, ko, column] = heading;
    if (!finite(x, y) || bareHeadings.has(heading)) continue;
    context.font = `${column ? 600 : 400} ${picture.font - (column ? 0 : 2)}px ${colours.face}`;
    context.fillStyle = faded(column ? colours.text : colours.soft, dimmed && !column, 0.6);
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.fillText(state.lang ? ko : en, x, y);
  }
}

/* The picture: what is drawn of nodes and edges, and how. */

import { colours, faded, mix } from "./colours.js";
import { CROSS, markOf, SIGNS } from "./kinds.js";
import { inksOf } from "./looks.js";
import { colourMeasure } from "./measures.js";
import { model } from "./model.js";
import { cardsLegible, networkOptions } from "./options.js";
import { inLanguage, kindOf, page } from "./page.js";
import { outline } from "./parts.js";
import { drawing, endsAt, given, hasPorts, placeOf, portPlaces, ports, sizeOf } from "./places.js";
import { ALIKE, LINKS } from "./ranges.js";
import { state } from "./state.js";
import { finite, firstLines } from "./text.js";

/** @import { Id, Node, Edge, Heading, VisNetwork, VisSets } from "../types.d.ts" */
/** @typedef {"" | "dim" | "lit" | "hidden"} How a node or an edge is drawn */
/** @typedef {{ node: (node: Node) => How, edge: (edge: Edge) => How }} Hows */

/** @type {import("./scene.js").Scene | null} */
let drawnScene = null;
/** "n" and id of a node, "e" and id of an edge -> how it was last drawn. @type {Map<string, string>} */
const drawnAs = new Map();

/** Whether a node is dimmed. @param {Node} node */
export const isDim = (node) => drawing.dimmed && (drawnAs.get(`n${node.id}`)?.startsWith("dim") ?? false);

/** How an item is drawn, and what that depends on besides. @param {Node | Edge} item @param {How} how */
function lookOf(item, how) {
  if (how === "hidden") return how;
  return "from" in item ? `${how} ${widthOf(item)} ${colourMeasure() === ""}` : `${how} ${sizeOf(item)} ${inksOf(item)[0]}`;
}

/** A fill and a border, whatever points at the node. @param {string} background @param {string} border @param {string} [chosen] */
const tint = (background, border, chosen = colours.text) => (
  { background, border, highlight: { background, border: chosen }, hover: { background, border: chosen } });

/** @param {Node} node @param {How} how */
function drawnNode(node, how) {
  const { picture } = drawing;
  const { x, y, width, height, label } = placeOf(node);
  const dim = how === "dim";
  const { key, form, radius } = kindOf(node);
  const [fill, ink] = inksOf(node).map((colour) => faded(colour, dim));
  const text = faded(colours.text, dim, 0.3);
  if (node.community !== undefined) return drawnCommunity(node, fill, text);
  const base = { id: node.id, how, x, y, hidden: how === "hidden" };
  if (!picture.cards) return { ...base, shape: node.form ?? form, size: sizeOf(node), color: tint(fill, colours.surface, text) };
  const filled = key === "coop:Stance";
  const border = node.tone === page.neutral && !colourMeasure() ? faded(colours.soft, dim) : fill;
  const back = filled ? fill : colours.surface;
  const shownLines = firstLines(label.split("\n"), Math.max(1, Math.floor(height / (picture.font * 1.15))));
  const margin = Math.max((height - shownLines.split("\n").length * picture.font * 1.15) / 2, 2);
  return {
    ...base, label: shownLines, shape: "box", shapeProperties: { borderRadius: Math.min(radius, height / 2) },
    widthConstraint: { minimum: width - 10, maximum: width - 2 },
    margin: { top: margin, bottom: margin, left: 5, right: 5 },
    color: tint(back, border, text),
    borderWidth: key === "coop:Organisation" ? (node.degree > 1 ? 3 : 1) : 2, borderWidthSelected: 3,
    font: { size: picture.font, color: filled ? ink : text, bold: filled, face: colours.face },
  };
}

/** A circle, which gets its name inside. @param {Node} node @param {string} fill @param {string} text */
function drawnCommunity(node, fill, text) {
  const { x, y } = placeOf(node);
  const back = colourMeasure() ? fill : mix(fill, colours.surface, 0.16);
  return { id: node.id, x, y, shape: "dot", size: node.size ?? 0, borderWidth: 2, borderWidthSelected: 4, color: tint(back, colourMeasure() ? colours.soft : fill, text) };
}

/** How wide an edge is drawn: as its weight on the scale of its unit, or as what the reader wants to count. @param {Edge} edge */
function widthOf(edge) {
  const counts = edge.count ? "" : state.counts && model.ranges().counts();
  if (!counts) return edge.width;
  const ranges = model.ranges(), strength = ranges.strength(edge);
  if (!Number.isFinite(strength)) return counts === ALIKE ? 2 : 1;
  return counts === LINKS ? 0.8 + 3 * Math.sqrt(strength / Math.max(...ranges.steps(), 1)) : edge.width;
}

/** How an edge bends; undefined where it is straight. @param {Edge} edge */
function bendOf(edge) {
  if (edge.curve) return { enabled: true, type: edge.curve % 2 ? "curvedCW" : "curvedCCW", roundness: Math.ceil(edge.curve / 2) * 0.14 };
  const [ax, ay, bx, by] = endsAt(edge);
  if (hasPorts(edge) && ax === bx) return { enabled: true, type: by < ay ? "curvedCW" : "curvedCCW", roundness: 0.3 }; // within one column: bow out
  return drawing.picture.cards ? { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.5 } : undefined;
}

/** @param {Edge} edge @param {How} how */
function drawnEdge(edge, how) {
  const dim = how === "dim";
  const pale = (edge.pale || edge.count !== undefined) && how !== "lit";
  const tone = page.stances && colourMeasure() ? page.neutral : edge.tone; // colour says one thing
  const colour = faded(tone === page.neutral ? colours.soft : colours.tones[tone][0], dim || pale, dim ? 0.16 : 0.6);
  const smooth = bendOf(edge);
  const [from, to] = hasPorts(edge) ? ports(edge) : [edge.from, edge.to];
  // What most edges have in common is set in the options of the network, which is quicker.
  const { sign, breaks, planned } = markOf(edge.kind), wide = widthOf(edge);
  const own = {
    ...(smooth ? { smooth } : {}), ...(edge.dashes ? { dashes: planned } : breaks.length ? { dashes: breaks } : {}),
    ...(edge.count ? { arrows: { to: { enabled: false } } } : sign && sign !== CROSS ? { arrows: { middle: { enabled: true, type: sign, scaleFactor: 0.5 * Math.sqrt(drawing.bolder) } } } : {}),
  };
  return {
    ...own, id: edge.id, how, from, to, hidden: how === "hidden", width: (how === "lit" ? wide + 1.5 : wide) * (edge.count ? 1 : Math.min(drawing.bolder, 2.5)),
    color: { color: colour, highlight: colours.text, hover: colours.text, opacity: drawing.picture.cards || how === "lit" ? 0.9 : dim ? 0.5 : 0.6 },
  };
}

function drawnPorts() {
  const unseen = { shape: "dot", size: 0, borderWidth: 0, color: "transparent", chosen: false, fixed: true, label: "" };
  return model.scene.edges.filter(hasPorts).flatMap((edge) => {
    const places = portPlaces(edge);
    return ports(edge).map((id, end) => ({ id, x: places[end][0], y: places[end][1], ...unseen }));
  });
}

/** How each node and edge is to be drawn now. @returns {Hows} */
function hows() {
  const marked = model.lit();
  const [bright, heavy] = [new Set(marked?.nodes), new Set(marked?.edges)];
  const alike = marked === null, { shown } = model;
  drawing.dimmed = !alike;
  return {
    node: (node) => (!shown.nodes.has(node.id) ? "hidden" : alike || bright.has(node.id) ? "" : "dim"),
    edge: (edge) => (!shown.edges.has(edge.id) ? "hidden" : alike ? "" : heavy.has(edge.id) ? (state.path ? "lit" : "") : "dim"),
  };
}

/* All nodes and edges as they are to be drawn now. */
export function drawn(how = hows()) {
  const { nodes, edges } = model.scene;
  return { nodes: [...nodes.map((node) => drawnNode(node, how.node(node))), ...drawnPorts()], edges: edges.map((edge) => drawnEdge(edge, how.edge(edge))) };
}

/* Draw anew those that are to be drawn otherwise than they are. */
export function updatePicture() {
  if (!drawing.network) return;
  if (drawnScene !== model.scene) {
    redraw();
    return;
  }
  findBareHeadings();
  const how = hows();
  /** @template {Node | Edge} T @param {T[]} items @param {string} mark @param {(item: T) => How} kind @param {(item: T, how: How) => object} draw */
  const differing = (items, mark, kind, draw) => items.flatMap((item) => {
    const now = kind(item), key = mark + item.id, look = lookOf(item, now);
    if (drawnAs.get(key) === look) return [];
    drawnAs.set(key, look);
    return [draw(item, now)];
  });
  const nodes = differing(model.scene.nodes, "n", how.node, drawnNode), edges = differing(model.scene.edges, "e", how.edge, drawnEdge);
  if (nodes.length) drawing.sets.nodes.update(nodes);
  if (edges.length) drawing.sets.edges.update(edges);
  markChosen();
}

/** Everything as it is to be drawn now, remembered as drawn. @returns {VisSets} */
export function dataSets() {
  drawnScene = model.scene;
  const how = hows();
  findBareHeadings();
  drawnAs.clear();
  for (const node of drawnScene.nodes) drawnAs.set(`n${node.id}`, lookOf(node, how.node(node)));
  for (const edge of drawnScene.edges) drawnAs.set(`e${edge.id}`, lookOf(edge, how.edge(edge)));
  const all = drawn(how);
  return { nodes: new vis.DataSet(all.nodes), edges: new vis.DataSet(all.edges) };
}

/* Draw everything anew: the language, the theme, the layout or the scene has changed. */
export function redraw() {
  const { network } = drawing;
  if (!network) return;
  drawing.sets = dataSets();
  network.setOptions(networkOptions());
  const [position, scale] = [network.getViewPosition(), network.getScale()];
  network.setData(drawing.sets); // moves the view to all of it
  network.moveTo({ position, scale, animation: false });
  markChosen();
}

let marked = false;
/* The border of the chosen node or edge. */
export function markChosen() {
  const [what, id] = state.chosen ?? ["", ""];
  const { nodes, edges } = model.shown;
  if (!what && !marked) return; // it would be drawn anew
  marked = what !== "";
  drawing.network.setSelection(
    { nodes: what === "node" && nodes.has(id) ? [id] : [], edges: what === "edge" && edges.has(id) ? [id] : [] }, { unselectAll: true, highlightEdges: false });
}

/** The crosses over edges that are lost, as large at any zoom. @param {CanvasRenderingContext2D} context @param {VisNetwork} where the picture, or a copy of it */
export function drawCrosses(context, where) {
  const size = 0.9 / where.getScale();
  for (const { id, kind, tone } of model.shownEdges().filter((edge) => markOf(edge.kind).sign === CROSS)) {
    const { x, y } = where.body.edges[id].edgeType.getPoint(0.5);
    context.save();
    context.translate(x, y);
    context.scale(size, size);
    context.translate(-10, -10);
    context.fillStyle = colours.tones[tone][0];
    context.fill(outline(SIGNS[markOf(kind).sign]));
    context.restore();
  }
}

// --- headings --------------------------------------------------------------------------------

const CAPTION = 6;
/** Headings of groups of which nothing is shown. @type {Set<Heading>} */
let bareHeadings = new Set();

/** @param {Heading} heading @returns {heading is Heading & { x: number, y: number }} */
const isPlaced = (heading) => finite(heading.x, heading.y);

function findBareHeadings() {
  const { nodes } = model.scene, isShown = (/** @type {Node} */ node) => model.shown.nodes.has(node.id);
  const cards = nodes.flatMap((node) => {
    const [x, y, width] = given(node) ?? [];
    return x === undefined || y === undefined || width === undefined ? [] : [{ node, x, y, width, left: x - width / 2 }];
  });
  const groups = drawing.picture.headings.filter((heading) => !heading.column).filter(isPlaced);
  bareHeadings = new Set(groups.filter(({ x, y }) => {
    // A caption is drawn below its card, indented.
    const [card] = cards.filter((each) => Math.abs(each.left + CAPTION - x) < 1.5 && each.y < y).sort((a, b) => b.y - a.y);
    if (card) return !isShown(card.node);
    const next = Math.min(Infinity, ...groups.filter((other) => other.x === x && other.y > y).map((other) => other.y));
    return !cards.some((each) => isShown(each.node) && Math.abs(each.left - x) < each.width / 2 && each.y > y && each.y < next);
  }));
}

/** @param {CanvasRenderingContext2D} context */
export function drawHeadings(context) {
  const { picture, dimmed } = drawing;
  if (!cardsLegible()) return; // names of the heaviest nodes take their place
  for (const heading of picture.headings) {
    const { name, column } = heading;
    if (!isPlaced(heading) || bareHeadings.has(heading)) continue;
    context.font = `${column ? 600 : 400} ${picture.font - (column ? 0 : 2)}px ${colours.face}`;
    context.fillStyle = faded(column ? colours.text : colours.soft, dimmed && !column, 0.6);
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.fillText(inLanguage(name), heading.x, heading.y);
  }
}

/* What of the picture is in view, which layout it has, and how the reader moves it. */

import { byId, tell } from "../dom.js";
import { calm, readColours } from "./colours.js";
import { model } from "./model.js";
import { drawNames, namedAt } from "./names.js";
import { LEGIBLE, networkOptions, updateArrows } from "./options.js";
import { inLanguage, page, word } from "./page.js";
import { dataSets, drawCrosses, drawHeadings, redraw } from "./picture.js";
import { drawing, hasPorts, holder, placeOf, placeTheRest, portPlaces, ports, sizeOf, stage } from "./places.js";
import { drawRings } from "./rings.js";
import { changed, emit, on, state } from "./state.js";
import { finite } from "./text.js";

/** @import { Id, Node, Edge, Point } from "../types.d.ts" */

const NARROW = 640; // pixels; a narrower stage gets the narrow picture
const SMALLEST = 10; // pixels; labels of cards are not made smaller than this
const tip = byId("tip");

/* The layouts to choose from; one for narrow screens is no choice of its own. */
export const layouts = () => Object.keys(page.pictures).filter((name) => !name.endsWith("narrow"));
/** @param {string} name */
export const layoutName = (name) => {
  const { titles, cards } = page.pictures[name];
  return titles ? inLanguage(titles) : word(cards ? "layout-table" : "layout-force");
};

/* The box around the shown nodes and the headings, in the units of the picture. */
function extent() {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const node of model.shown.nodes.size ? model.shownNodes() : model.scene.nodes) {
    const { x, y, width, height } = placeOf(node);
    const [wide, tall] = node.size ? [Math.max(width, 2 * node.size), Math.max(height, 2 * node.size)] : [width, height];
    box.left = Math.min(box.left, x - wide / 2);
    box.right = Math.max(box.right, x + wide / 2);
    box.top = Math.min(box.top, y - tall / 2);
    box.bottom = Math.max(box.bottom, y + tall / 2);
  }
  for (const { y } of drawing.picture.headings) if (y !== null && finite(y)) box.top = Math.min(box.top, y - drawing.picture.font * 1.2);
  return box;
}

/** Take a view. @param {Point} position @param {number} scale @param {{ whole?: boolean, animation?: boolean | { duration: number } }} [options] `whole`: it is that of all there is */
export function look(position, scale, { whole = false, animation = false } = {}) {
  drawing.framed = whole;
  const { network } = drawing, now = network.getViewPosition(), near = 0.01 / scale;
  // The same view again would be drawn again.
  if (Math.abs(now.x - position.x) < near && Math.abs(now.y - position.y) < near && Math.abs(network.getScale() / scale - 1) < 1e-6) return emit("framed");
  network.moveTo({ position, scale, animation });
  if (animation) return setTimeout(() => emit("framed"), 300);
  return emit("framed");
}

/* Show all of it, clear of what is at the foot. */
export function fit() {
  const { left, right, top, bottom } = extent();
  const rim = stage.clientWidth < NARROW ? 8 : 20, foot = 50;
  const [wide, tall] = [stage.clientWidth - 2 * rim, stage.clientHeight - rim - foot];
  const scale = Math.min(wide / Math.max(right - left, 1), tall / Math.max(bottom - top, 1), 1.4);
  const y = (top + bottom) / 2 + (foot - rim) / 2 / scale;
  look({ x: (left + right) / 2, y }, Math.max(scale, 0.001), { whole: true });
}

/* Take the layout that is chosen, in its narrow form where the screen is narrow. */
export function arrange() {
  const names = layouts();
  const wanted = names.includes(state.layout) ? state.layout : names[0];
  const narrow = wanted === names[0] && "narrow" in page.pictures && stage.clientWidth < NARROW;
  const name = narrow ? "narrow" : wanted;
  const before = drawing.picture?.name;
  const picture = page.pictures[name];
  drawing.picture = picture;
  if (before !== undefined && before !== name) state.moved.clear();
  const lost = placeTheRest();
  if (lost && before !== name) tell(word("unplaced", lost));
  const { left, right, top, bottom } = extent();
  // Cards that would be too small to be read: the page gets longer instead.
  const rim = stage.clientWidth < NARROW ? 16 : 40;
  const whole = Math.min(1.4, (stage.clientWidth - rim) / (right - left));
  const main = Math.max(600, window.innerHeight - 158); // as explorer.css has it
  const tall = picture.cards && (narrow || Math.min(whole, (main - 70) / (bottom - top)) * picture.font < SMALLEST);
  document.body.classList.toggle("long", tall);
  stage.style.height = tall ? `${Math.ceil((bottom - top) * (narrow ? whole : Math.min(whole, 1)) + 70)}px` : "";
  if (stage.classList.contains("tall") !== tall) drawing.network?.setOptions({ interaction: { zoomView: !tall } });
  stage.classList.toggle("tall", tall);
  const far = Math.min(stage.clientWidth / Math.max(right - left, 1), stage.clientHeight / Math.max(bottom - top, 1));
  const isFixed = picture.cards || model.isFixed;
  drawing.bolder = isFixed ? 1 : Math.min(Math.max(0.6 / far, 1), 5);
  byId("physics", HTMLButtonElement).disabled = isFixed;
  return before !== name;
}

/** Bring a node into view, large enough to be read; what is in view already stays where it is. @param {Id} id */
export function jumpTo(id) {
  const node = model.scene.nodeById.get(id), { network, picture } = drawing;
  if (!node || !model.shown.nodes.has(id)) return;
  const { x, y } = network.getPositions([id])[id] ?? placeOf(node);
  const at = network.canvasToDOM({ x, y });
  const scale = network.getScale();
  const near = picture.cards || node.community !== undefined || scale * sizeOf(node) > 3;
  const inside = at.x > 30 && at.y > 30 && at.x < stage.clientWidth - 30 && at.y < stage.clientHeight - 60;
  const legible = !picture.cards || scale * picture.font >= LEGIBLE;
  if (inside && legible && near) return;
  look({ x, y }, legible && near ? scale : 1, { animation: calm.matches ? false : { duration: 250 } });
}

/** @param {number} factor */
export function zoom(factor) {
  look(drawing.network.getViewPosition(), drawing.network.getScale() * factor);
}

/** @param {number} dx @param {number} dy in pixels */
export function pan(dx, dy) {
  const { x, y } = drawing.network.getViewPosition(), scale = drawing.network.getScale();
  look({ x: x + dx / scale, y: y + dy / scale }, scale);
}

/** A card that is dragged takes the ends of its edges along. @param {Id[]} ids */
function dragged(ids) {
  const { nodeById } = model.scene, { network } = drawing;
  const positions = network.getPositions(ids.filter((id) => nodeById.has(id)));
  for (const [key, { x, y }] of Object.entries(positions)) {
    const id = nodeById.has(key) ? key : Number(key);
    state.moved.set(id, [Math.round(x), Math.round(y)]);
    for (const edge of model.scene.tied(id).map((each) => model.edge(each)).filter(hasPorts)) {
      const places = portPlaces(edge);
      ports(edge).forEach((port, end) => network.moveNode(port, places[end][0], places[end][1]));
    }
  }
}

/** @param {boolean} wanted */
export function setPhysics(wanted) {
  const { network } = drawing;
  state.physics = wanted && !drawing.picture.cards;
  byId("physics").setAttribute("aria-pressed", String(state.physics));
  network.setOptions({
    physics: { enabled: state.physics, solver: "forceAtlas2Based", forceAtlas2Based: { gravitationalConstant: -60, avoidOverlap: 0.4 }, stabilization: false },
  });
  if (!state.physics && network.running) dragged([...model.shown.nodes]);
  network.running = state.physics;
}

/** @param {HTMLElement[]} content @param {Point} place */
export function showTip(content, { x, y }) {
  tip.replaceChildren(...content);
  tip.hidden = false;
  const { clientWidth, clientHeight } = stage;
  tip.style.left = `${Math.max(6, Math.min(x + 14, clientWidth - tip.offsetWidth - 6))}px`;
  const below = y + 18 + tip.offsetHeight < clientHeight;
  tip.style.top = `${Math.max(6, below ? y + 18 : y - tip.offsetHeight - 12)}px`;
}
export const hideTip = () => { if (tip) tip.hidden = true; };

/**
 * Draw the network for the first time. What the reader points at or clicks is said by events:
 * "point" (a node or an edge, the pointer), "choose" (["node" | "edge", id] or null), "openNode".
 */
export function startPicture() {
  readColours();
  arrange();
  drawing.sets = dataSets();
  const network = new vis.Network(holder, drawing.sets, networkOptions());
  drawing.network = network;
  on("framed", updateArrows);
  network.on("beforeDrawing", (context) => { drawRings(context); drawHeadings(context); });
  network.on("afterDrawing", (context) => { drawCrosses(context, network); drawNames(context, network); });
  network.on("hoverEdge", ({ edge, pointer }) => { if (model.scene.edgeById.has(edge)) emit("point", ["edge", edge], pointer.DOM); });
  network.on("hoverNode", ({ node, pointer }) => { if (model.scene.nodeById.has(node)) emit("point", ["node", node], pointer.DOM); });
  for (const event of ["blurEdge", "blurNode", "dragStart", "zoom"]) network.on(event, hideTip);
  holder.addEventListener("mouseleave", hideTip);
  network.on("click", ({ nodes: [node], edges: [edge], pointer }) => {
    const id = model.scene.nodeById.has(node) ? node : namedAt(pointer.canvas);
    emit("choose", id !== undefined ? ["node", id] : model.scene.edgeById.has(edge) ? ["edge", edge] : null);
  });
  network.on("doubleClick", ({ nodes: [node] }) => { if (model.scene.nodeById.has(node)) emit("openNode", node); });
  network.on("dragging", ({ nodes: ids }) => { if (ids.length) dragged(ids); });
  const moved = () => { drawing.framed = false; emit("framed"); };
  network.on("dragEnd", ({ nodes: ids }) => {
    if (!ids.length) return moved();
    dragged(ids);
    return changed();
  });
  network.on("zoom", moved);
  new ResizeObserver(() => {
    if (arrange()) redraw();
    network.setSize("100%", "100%");
    if (drawing.framed) fit();
  }).observe(stage);
  fit();
  window.network = network; // for tests, and for those who look into a page
}

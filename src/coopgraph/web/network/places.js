/* Where nodes and the ends of edges are drawn, as the layout has them or the reader has moved them. */

import { byId } from "../dom.js";
import { radiusOf } from "./measures.js";
import { model } from "./model.js";
import { inLanguage } from "./page.js";
import { state } from "./state.js";
import { finite, short } from "./text.js";

/** @import { Id, Node, Edge, Picture, Spot, VisNetwork, VisSets } from "../types.d.ts" */

export const stage = byId("stage"), holder = byId("mynetwork");

/** What is drawn, and how it is seen. */
export const drawing = {
  network: /** @type {VisNetwork} */ (/** @type {unknown} */ (null)), // of vis-network
  sets: /** @type {VisSets} */ (/** @type {unknown} */ (null)),
  picture: /** @type {Picture} */ (/** @type {unknown} */ (null)), // the layout that is drawn
  framed: true, // the whole is in view, and stays so when the window changes
  bolder: 1, // how much larger marks and lines are drawn on a map that is far to be seen whole
  dimmed: false, // something is highlighted, the rest is dimmed
};

/** Places of nodes that the layout has none for. @type {Map<Id, [number, number]>} */
let fallback = new Map();

/** @param {Node} node @returns {Spot | undefined} */
export const given = (node) => node.places?.[drawing.picture.name];

/** Centre, size and label of a node as the layout has them, or in a row below the rest. @param {Node} node */
export function placeOf(node) {
  const place = given(node);
  const [x, y] = state.moved.get(node.id) ?? fallback.get(node.id) ?? place ?? [0, 0];
  const label = inLanguage(place ? /** @type {string[]} */ (place.slice(4)) : node.name.map((name) => short(name, 60)));
  return { x, y, width: place?.[2] ?? 120, height: place?.[3] ?? 40, label };
}

/** @param {Node} node @returns {[number, number] | null} */
function finiteSpot(node) {
  const [x, y] = given(node) ?? [];
  return x !== undefined && y !== undefined && finite(x, y) ? [x, y] : null;
}

/* Places for nodes that have none: around the node that they were loaded for, else in rows. The
   number of those in rows. */
export function placeTheRest() {
  fallback = new Map();
  const { nodes, nodeById } = model.scene;
  const lost = nodes.filter((node) => !finiteSpot(node));
  if (!lost.length) return 0;
  const placed = nodes.filter(finiteSpot).map((node) => /** @type {Spot} */ (given(node)));
  const bottom = Math.max(0, ...placed.map((place) => place[1] + place[3]));
  const left = placed.length ? Math.min(...placed.map((place) => place[0])) : 0;
  const wide = Math.max(4, Math.ceil(Math.sqrt(lost.length) * 1.5));
  let row = 0;
  lost.forEach((node, index) => {
    const near = node.near === undefined ? undefined : nodeById.get(node.near);
    const at = near && (fallback.get(near.id) ?? state.moved.get(near.id) ?? finiteSpot(near));
    if (at) {
      const angle = index * 2.4, far = 90 + 16 * Math.sqrt(index) * 2;
      fallback.set(node.id, [at[0] + far * Math.cos(angle), at[1] + far * Math.sin(angle)]);
    } else {
      fallback.set(node.id, [left + (row % wide) * 170, bottom + 90 + Math.floor(row / wide) * 90]);
      row += 1;
    }
  });
  return row;
}

/** How large the mark of a node is drawn: circles of communities as large as what they hold. @param {Node} node */
export const sizeOf = (node) => (node.size && (node.community !== undefined || !state.size) ? node.size : radiusOf(node) * drawing.bolder);

// --- cards have edges at their sides: each end is a node of its own that is not seen ----------

/** @param {Edge} edge */
export const ports = (edge) => [`${edge.id}a`, `${edge.id}b`];
/** The ends of an edge as the layout has them: x, y of the one, x, y of the other. @param {Edge} edge */
export const endsAt = (edge) => /** @type {number[]} */ (drawing.picture.ends?.[Number(edge.id)] ?? []);
/** @param {Edge} edge */
export const hasPorts = (edge) => endsAt(edge).length > 0 && finite(...endsAt(edge));

/** The ends of an edge, each moved as far as its card has been. @param {Edge} edge */
export function portPlaces(edge) {
  const [ax, ay, bx, by] = endsAt(edge);
  const [a, b] = model.ends(edge).map((node) => {
    const place = given(node), moved = state.moved.get(node.id);
    return moved && place ? [moved[0] - place[0], moved[1] - place[1]] : [0, 0];
  });
  return [[ax + a[0], ay + a[1]], [bx + b[0], by + b[1]]];
}

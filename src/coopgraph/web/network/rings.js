/* The communities of a large network: a thin circle around each that is open, and what opens and
   closes them. */

import { button, tell } from "../dom.js";
import { colours } from "./colours.js";
import { model } from "./model.js";
import { number, word } from "./page.js";
import { drawing, stage } from "./places.js";
import { changed, emit, on, state } from "./state.js";

/** @import { Node } from "../types.d.ts" */

/* The circles around the communities that are open, with their names. */
export const openRings = () => (model.communities && !state.open.size ? model.communities.opened.map(model.communities.ring) : []);

/** @param {CanvasRenderingContext2D} context */
export function drawRings(context) {
  for (const { x, y, radius } of openRings()) {
    context.beginPath();
    context.arc(x, y, radius * 1.04, 0, 2 * Math.PI);
    context.strokeStyle = colours.soft;
    context.lineWidth = 1 / drawing.network.getScale();
    context.stroke();
  }
}

/** Open a community, or show more of one that is open; the picture goes there. @param {Node} node */
export function openCommunity({ community, more }) {
  const { communities } = model;
  if (!communities || community === undefined) return;
  state.open.clear();
  const closed = more ? communities.more(community) : communities.open(community);
  state.chosen = null;
  changed();
  const { x, y, radius } = communities.ring(community);
  drawing.framed = false;
  drawing.network.moveTo({ position: { x, y }, scale: Math.min(stage.clientWidth, stage.clientHeight) / (2.4 * Math.max(radius, 1)), animation: false });
  emit("framed");
  if (closed.length) tell(word("closed-for-speed", number(closed.length)));
}

/** @param {number} community */
function closeCommunity(community) {
  model.communities?.close(community);
  model.update();
  state.chosen = model.scene.nodeById.has(`c${community}`) ? ["node", `c${community}`] : null;
  changed();
  emit("fit");
}

/* How much is in closed communities, or is not drawn. */
export function closedText() {
  if (!model.closed) return "";
  const { nodesInside, communities, edgesHidden } = model.closed;
  const weak = edgesHidden ? ` ${word("overview-weak", number(edgesHidden))}` : "";
  return word("overview", number(nodesInside), number(communities)) + weak;
}

/* The buttons of a node in a large network. */
export function startRings() {
  const { communities } = model;
  if (!communities) return;
  on("actions", (/** @type {Node} */ node, /** @type {(HTMLElement | null)[]} */ made) => {
    if (node.community !== undefined) {
      const label = node.more ? word("more", number(node.members ?? 0)) : word("open-community");
      made.splice(0, made.length, button(label, () => openCommunity(node), { id: "open-node" }));
    }
    const outer = communities.parent(node.id);
    if (outer !== null && !state.open.size) made.push(button(word("close-community"), () => closeCommunity(outer), { id: "close-community" }));
  });
}

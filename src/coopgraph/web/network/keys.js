/* The keyboard, and the dialog that explains it. */

import { byId, make } from "../dom.js";
import { fit, pan, zoom } from "./frame.js";
import { model } from "./model.js";
import { word } from "./page.js";
import { choose, focusDetails, leave, startPath } from "./panel.js";
import { showDialog } from "./parts.js";
import { drawing, holder, placeOf } from "./places.js";
import { focusSearch } from "./search.js";
import { emit, state } from "./state.js";

/** @import { Id } from "../types.d.ts" */
/** @typedef {[dx: number, dy: number]} Direction */

/** @type {Record<string, Direction>} */
const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

function showHelp() {
  const rows = [["/", "key-/"], ["← ↑ → ↓", "key-arrows"], ["Enter", "key-enter"], ["Esc", "key-escape"], ["+ − 0", "key-zoom"], ["Shift + ← ↑ → ↓", "key-pan"], ["P", "key-p"], ["?", "key-?"]];
  showDialog(word("keys"), [
    make("dl", rows.flatMap(([key, name]) => [make("dt", make("kbd", key)), make("dd", word(name))]), { class: "keys" }),
    make("p", word("help-more"), { class: "note" }),
  ]);
}

/** The neighbour in a direction: within 60 degrees of it, the nearest such. @param {Id} id @param {Direction} direction */
function neighbourThat(id, [dx, dy]) {
  /** @param {Id} each */
  const positionOf = (each) => drawing.network.getPositions([each])[each];
  const from = positionOf(id);
  let best, least = Infinity;
  for (const [other] of model.scene.neighbours(id, model.shown.edges)) {
    if (other === id) continue;
    const { x, y } = positionOf(other);
    const [along, far] = [(x - from.x) * dx + (y - from.y) * dy, Math.hypot(x - from.x, y - from.y)];
    if (along <= 0.5 * far) continue;
    const cost = far * (2 - along / far);
    if (cost < least) [best, least] = [other, cost];
  }
  return best;
}

/* Where the arrow keys begin: the shown node at the top left. */
function firstNode() {
  const corner = (/** @type {import("../types.d.ts").Node} */ node) => placeOf(node).x + placeOf(node).y;
  return model.shownNodes().sort((a, b) => corner(a) - corner(b))[0]?.id;
}

/** @param {Direction} direction */
function walk(direction) {
  const [what, id] = state.chosen ?? [];
  let next;
  if (what === "edge" && id !== undefined) next = model.edge(id)[direction[0] + direction[1] > 0 ? "to" : "from"];
  else if (id !== undefined && model.shown.nodes.has(id)) next = neighbourThat(id, direction);
  else next = firstNode();
  if (next !== undefined) choose(["node", next], { step: false, jump: true });
}

/** What is done with the node that is chosen. @param {(id: Id) => unknown} action */
const withNode = (action) => () => { if (state.chosen?.[0] === "node") action(state.chosen[1]); };

/** @type {Record<string, () => unknown>} */
const ANYWHERE = { "/": focusSearch, "?": showHelp, Escape: leave };
/** @type {Record<string, () => unknown>} */
const ON_PICTURE = {
  Enter: () => (state.chosen || state.path ? focusDetails() : walk([1, 0])),
  "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3), 0: fit,
  o: withNode((id) => emit("openNode", id)),
  p: withNode(startPath),
};

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || byId("dialog", HTMLDialogElement).open) return;
    const typing = event.target instanceof Element && event.target.closest("input[type=text], textarea, select");
    const action = ANYWHERE[event.key];
    if (!action || (typing && event.key !== "Escape")) return;
    if (event.key !== "Escape") event.preventDefault();
    action();
  });
  holder.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = DIRECTIONS[event.key];
    const action = direction ? () => (event.shiftKey ? pan(direction[0] * 60, direction[1] * 60) : walk(direction)) : ON_PICTURE[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  byId("help-open").addEventListener("click", showHelp);
}

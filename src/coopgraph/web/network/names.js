/* Names on a map: at any zoom as large as can be read and as many as there is room for, those of
   what is highlighted and of the nodes with most edges first. (Cards hold their label themselves.) */

import { colours } from "./colours.js";
import { model } from "./model.js";
import { nameOf } from "./page.js";
import { isDim } from "./picture.js";
import { drawing, holder, placeOf, sizeOf } from "./places.js";
import { short } from "./text.js";

/** @import { Id, Node, Point, VisNetwork } from "../types.d.ts" */
/** @typedef {[left: number, top: number, right: number, bottom: number]} Box */
/** @typedef {{ id: Id, box: Box, texts: string[], top: number }} Name */

const ROOM = 12_000; // square pixels of the picture for each name
/** Text -> its width in parts of the size of the letters. @type {Map<string, number>} */
const widths = new Map();
/** What was named last. @type {Name[]} */
let named = [];

/** The nodes in the order in which they get a name, and what this order was made for. */
let order = { shown: /** @type {unknown} */ (null), dimmed: false, nodes: /** @type {Node[]} */ ([]) };
function candidates() {
  const { shown } = model, { dimmed } = drawing;
  if (order.shown !== shown || order.dimmed !== dimmed) {
    const nodes = model.shownNodes().filter((node) => node.community === undefined && !isDim(node));
    order = { shown, dimmed, nodes: nodes.sort((a, b) => b.degree - a.degree || Number(a.id) - Number(b.id)) };
  }
  return order.nodes;
}

/** @param {CanvasRenderingContext2D} context @param {string} text */
function widthOf(context, text) {
  const known = widths.get(text);
  if (known !== undefined) return known;
  if (widths.size > 20000) widths.clear();
  const { font } = context;
  context.font = `500 100px ${colours.face}`;
  const width = context.measureText(text).width / 100;
  widths.set(text, width);
  context.font = font;
  return width;
}

/** The name of a node in lines: as the layout breaks it, or in one line where that is too tall. @param {Node} node */
const nameLines = (node) => {
  const broken = placeOf(node).label.split("\n");
  return [...(broken.length > 1 && broken.length <= 3 ? [broken] : []), [short(nameOf(node).replace(/\s+/g, " "), 28)]];
};

/**
 * The box of a name below its node, where it meets no other; null where there is no room.
 * @param {CanvasRenderingContext2D} context @param {Node} node @param {Point} at @param {Name[]} taken @param {number} font @param {number} gap
 * @returns {Name | null}
 */
function roomFor(context, node, at, taken, font, gap) {
  for (const texts of nameLines(node)) {
    const half = (Math.max(...texts.map((text) => widthOf(context, text))) * font) / 2 + gap;
    const top = at.y + sizeOf(node) + gap;
    /** @type {Box} */
    const box = [at.x - half, top, at.x + half, top + font * 1.22 * texts.length];
    if (!taken.some(({ box: other }) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) return { id: node.id, box, texts, top };
  }
  return null;
}

/** @param {CanvasRenderingContext2D} context @param {VisNetwork} where @param {number} times how many pixels of this drawing make one on the screen */
export function drawNames(context, where, times = 1) {
  if (drawing.picture.cards) return;
  const unit = times / where.getScale(); // one pixel of the screen in the units of the picture
  const font = Math.min(Math.max(14 / unit, 12), 15) * unit;
  const corner = where.DOMtoCanvas({ x: 0, y: 0 });
  const end = where.DOMtoCanvas({ x: holder.clientWidth * times, y: holder.clientHeight * times });
  const most = Math.max((holder.clientWidth * holder.clientHeight) / ROOM, 12);
  /** @type {Name[]} */
  const taken = [];
  let tried = 0;
  for (const node of candidates()) {
    const at = where.body.nodes[node.id];
    if (!at || at.x < corner.x || at.x > end.x || at.y < corner.y || at.y > end.y) continue;
    if (taken.length >= most || (tried += 1) > 6 * most) break;
    const name = roomFor(context, node, at, taken, font, 3 * unit);
    if (name) taken.push(name);
  }
  Object.assign(context, {
    font: `500 ${font}px ${colours.face}`, textAlign: "center", textBaseline: "top", lineJoin: "round",
    lineWidth: 3.5 * unit, strokeStyle: colours.surface, fillStyle: colours.text,
  });
  for (const { box, texts, top } of taken) {
    texts.forEach((text, row) => {
      const [x, y] = [(box[0] + box[2]) / 2, top + row * font * 1.22];
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    });
  }
  if (where === drawing.network) named = taken;
}

/** The node whose name is drawn at a place of the picture. @param {Point} place */
export function namedAt({ x, y }) {
  return named.find(({ box }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3])?.id;
}

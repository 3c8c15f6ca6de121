/* Names on the picture: at any zoom as large as can be read and as many as there is room for, none
   over another. What is chosen and the heaviest nodes in view have theirs always: beside the mark,
   or farther off with a line to it. (Cards hold their label themselves where it can be read.) */

import { colours, faded } from "./colours.js";
import { heaviness } from "./measures.js";
import { model } from "./model.js";
import { cardsLegible } from "./options.js";
import { inLanguage, nameOf } from "./page.js";
import { isDim } from "./picture.js";
import { drawing, holder, placeOf, sizeOf, stage } from "./places.js";
import { openRings } from "./rings.js";
import { state } from "./state.js";
import { short } from "./text.js";

/** @import { Id, Node, Point, VisNetwork } from "../types.d.ts" */
/** @typedef {[left: number, top: number, right: number, bottom: number]} Box */
/** @typedef {{ id: Id | null, box: Box, texts: string[], size: number, at: Point | null, dim: boolean }} Name `at`: the mark that a line leads to */
/** @typedef {{ taken: Box[], view: Box, unit: number }} Room */

const ROOM = 12_000; // square pixels of the picture for each name
const ALWAYS = 10; // the heaviest nodes that have their name always
const LINE = 1.22; // the height of a line in sizes of its letters
/** Character -> its width in parts of the size of the letters. @type {Map<string, number>} */
const widths = new Map();
/** What was named last. @type {Name[]} */
let named = [];

/** The nodes from heavy to light, and what this order was made for. */
let order = { key: /** @type {unknown[]} */ ([]), nodes: /** @type {Node[]} */ ([]) };
function byHeaviness() {
  const key = [model.shown, state.size, state.counts];
  if (key.some((each, at) => each !== order.key[at])) {
    const weight = heaviness();
    order = { key, nodes: model.shownNodes().sort((a, b) => weight(b) - weight(a) || Number(a.id) - Number(b.id)) };
  }
  return order.nodes;
}

/** The width of a text: of its characters side by side, which is soon known of any text and no less than it takes. @param {string} text */
function widthOf(text) {
  let width = 0;
  for (const character of text) width += widths.get(character) ?? measured(character);
  return width;
}

/** A canvas of its own, for to change the font of a context takes long. @type {CanvasRenderingContext2D | null} */
let ruler = null;
/** @param {string} character */
function measured(character) {
  if (!ruler) {
    ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    ruler.font = `600 100px ${colours.face}`;
  }
  const width = ruler.measureText(character).width / 100;
  widths.set(character, width);
  return width;
}

/** The name of a node in lines: as the layout breaks it, or in one line where that is too tall. @param {Node} node */
const nameLines = (node) => {
  const broken = placeOf(node).label.split("\n");
  const kept = broken.length > 1 && (broken.length <= 3 || node.community !== undefined);
  return [...(kept ? [broken] : []), [short(nameOf(node).replace(/\s+/g, " "), 28)]];
};

/** @param {Box} a @param {Box} b */
const meet = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

/** The box of so much about a place, moved into view. @param {Point} centre @param {number} wide @param {number} tall @param {Box} view @returns {Box} */
function boxAt(centre, wide, tall, [left, top, right, bottom]) {
  const x = Math.max(left, Math.min(centre.x - wide / 2, right - wide));
  const y = Math.max(top, Math.min(centre.y - tall / 2, bottom - tall));
  return [x, y, x + wide, y + tall];
}

/** Places for a box about a mark: below it, and with `all` beside and above it, then ever farther off. @param {Point} at @param {number} reach @param {number} wide @param {number} tall @param {boolean} all @param {boolean} inside @param {number} far @returns {Generator<Point>} */
function* spots(at, reach, wide, tall, all, inside, far) {
  if (inside) yield at;
  const [dx, dy] = [reach + wide / 2, reach + tall / 2];
  yield { x: at.x, y: at.y + dy };
  if (!all) return;
  yield { x: at.x + dx, y: at.y };
  yield { x: at.x - dx, y: at.y };
  yield { x: at.x, y: at.y - dy };
  for (let more = tall; more < far; more += tall / 2) {
    for (let turn = 0; turn < 16; turn += 1) {
      const angle = Math.PI / 2 + (turn * Math.PI) / 8;
      yield { x: at.x + (dx + more) * Math.cos(angle), y: at.y + (dy + more) * Math.sin(angle) };
    }
  }
}

/** A name where it meets nothing that is there; null where there is no room. @param {Room} room @param {Node} node @param {Point} at @param {boolean} always @returns {Name | null} */
function roomFor(room, node, at, always) {
  const { view, unit, taken } = room;
  const circle = node.community !== undefined, inside = circle || drawing.picture.cards;
  const [least, most] = circle ? [11, 22] : [12, 15];
  const size = Math.min(Math.max((circle ? node.font ?? 0 : 14) / unit, least), most) * unit;
  const gap = 3 * unit, reach = (inside ? placeOf(node).height / 2 : sizeOf(node)) + gap;
  for (const texts of nameLines(node)) {
    const wide = Math.max(...texts.map((text) => widthOf(text))) * size + 2 * gap, tall = size * LINE * texts.length;
    const far = always && texts.length === 1 ? 2 * Math.max(view[2] - view[0], view[3] - view[1]) : 0;
    for (const spot of spots(at, reach, wide, tall, always, inside, far)) {
      const box = boxAt(spot, wide, tall, view);
      if (taken.some((other) => meet(box, other))) continue;
      const away = Math.max(box[0] - at.x, at.x - box[2], box[1] - at.y, at.y - box[3]);
      return { id: node.id, box, texts, size, at: away > reach + size ? at : null, dim: isDim(node) };
    }
  }
  return null;
}

/** What lies over the picture at its foot, as boxes of the picture. @param {VisNetwork} where */
function overlays(where) {
  const frame = holder.getBoundingClientRect();
  return [...stage.querySelectorAll(".foot .shown, .foot .zoom")].map((each) => {
    const { left, top, right, bottom } = each.getBoundingClientRect();
    const [a, b] = [where.DOMtoCanvas({ x: left - frame.left, y: top - frame.top }), where.DOMtoCanvas({ x: right - frame.left, y: bottom - frame.top })];
    return /** @type {Box} */ ([a.x, a.y, b.x, b.y]);
  });
}

/** The captions of the communities that are open, above their circles. @param {Room} room @returns {Name[]} */
function captions({ unit }) {
  return openRings().map(({ x, y, radius, name }) => {
    const text = short(inLanguage(name), 60), size = 12 * unit;
    const half = (widthOf(text) * size) / 2, bottom = y - radius * 1.04 - 4 * unit;
    return { id: null, box: [x - half, bottom - size * LINE, x + half, bottom], texts: [text], size, at: null, dim: true };
  });
}

/** @param {VisNetwork} where @returns {Name[]} */
function placed(where) {
  const unit = 1 / where.getScale(), rim = 2 * unit; // one pixel of the screen in the units of the picture
  if (drawing.picture.cards && cardsLegible()) return [];
  const corner = where.DOMtoCanvas({ x: 0, y: 0 }), end = where.DOMtoCanvas({ x: holder.clientWidth, y: holder.clientHeight });
  /** @type {Box} */
  const view = [corner.x + rim, corner.y + rim, end.x - rim, end.y - rim];
  const places = where.body.nodes;
  /** @param {Node} node */
  const seen = ({ id }) => places[id] && places[id].x >= view[0] && places[id].x <= view[2] && places[id].y >= view[1] && places[id].y <= view[3];
  const all = byHeaviness(), chosen = new Set(state.path ?? (state.chosen?.[0] === "node" ? [state.chosen[1]] : []));
  const first = [...all.filter((node) => chosen.has(node.id)), ...all.filter((node) => !chosen.has(node.id) && seen(node)).slice(0, ALWAYS)].filter(seen);
  /** @type {Room} */
  const room = { taken: overlays(where), view, unit };
  /** @type {Name[]} */
  const made = [];
  /** @param {Name | null} name */
  const take = (name) => { if (name) { made.push(name); room.taken.push(name.box); } };
  for (const caption of captions(room)) if (!room.taken.some((box) => meet(box, caption.box))) take(caption);
  // No name lies over the mark of a heavy node.
  if (!drawing.picture.cards) {
    for (const node of first.filter(({ community }) => community === undefined)) {
      const { x, y } = places[node.id], half = sizeOf(node);
      room.taken.push([x - half, y - half, x + half, y + half]);
    }
  }
  for (const node of first) take(roomFor(room, node, places[node.id], true));
  const most = Math.max((holder.clientWidth * holder.clientHeight) / ROOM, 12), given = new Set(first);
  let tried = 0;
  for (const node of all) {
    if (given.has(node) || isDim(node) || !seen(node)) continue;
    if (made.length >= most || (tried += 1) > 6 * most) break;
    take(roomFor(room, node, places[node.id], false));
  }
  return made;
}

/** @param {CanvasRenderingContext2D} context @param {VisNetwork} where the picture, or a copy of it that is to be saved */
export function drawNames(context, where) {
  if (where === drawing.network) where.named = named = placed(where);
  for (const { box, at, size } of named) {
    if (!at) continue;
    context.beginPath();
    context.moveTo(at.x, at.y);
    context.lineTo(Math.max(box[0], Math.min(at.x, box[2])), Math.max(box[1], Math.min(at.y, box[3])));
    Object.assign(context, { lineWidth: size / 12, strokeStyle: colours.soft });
    context.stroke();
  }
  Object.assign(context, { textAlign: "center", textBaseline: "top", lineJoin: "round" });
  for (const { box, texts, size, dim } of named) {
    Object.assign(context, { font: `500 ${size}px ${colours.face}`, lineWidth: size / 4, strokeStyle: colours.surface, fillStyle: faded(colours.text, dim, 0.6) });
    texts.forEach((text, row) => {
      const [x, y] = [(box[0] + box[2]) / 2, box[1] + (row + 0.1) * size * LINE];
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    });
  }
}

/** The node whose name is drawn at a place of the picture. @param {Point} place */
export function namedAt({ x, y }) {
  return named.find(({ box }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3])?.id ?? undefined;
}

/* Names on a map: at any zoom as large as can be read and as many as there is room for, those of
   what stands out and of the nodes with most edges first. (Cards hold their label themselves.) */

const LEGIBLE = 8; // pixels; smaller labels of cards are not drawn
const ROOM = 12_000; // square pixels of the picture for each name
const widths = new Map(); // text -> its width in parts of the size of the letters
let nameBoxes = []; // what was named last: {id, box}

/* The nodes in the order in which they get a name. */
function candidates() {
  const key = `${scene.version} ${shown.version} ${dimmed}`;
  if (candidates.key !== key) {
    candidates.key = key;
    candidates.list = nodes
      .filter((node) => shown.nodes.has(node.id) && node.community === undefined && !(dimmed && drawnAs.get(`n${node.id}`) === "dim"))
      .sort((a, b) => b.degree - a.degree || a.id - b.id);
  }
  return candidates.list;
}

function widthOf(context, text) {
  if (!widths.has(text)) {
    if (widths.size > 20000) widths.clear();
    const font = context.font;
    context.font = `500 100px ${colours.face}`;
    widths.set(text, context.measureText(text).width / 100);
    context.font = font;
  }
  return widths.get(text);
}

/* The name of a node in lines: as the layout breaks it, or in one line where that is too tall. */
const nameLines = (node) => {
  const broken = (placeOf(node).label ?? "").split("\n");
  return [...(broken.length > 1 && broken.length <= 3 ? [broken] : []), [short(nameOf(node).replace(/\s+/g, " "), 28)]];
};

/* The box of a name below its node, where it meets no other; null where there is no room. */
function roomFor(context, node, at, taken, font, gap) {
  for (const texts of nameLines(node)) {
    const half = (Math.max(...texts.map((text) => widthOf(context, text))) * font) / 2 + gap;
    const top = at.y + sizeOf(node) + gap;
    const box = [at.x - half, top, at.x + half, top + font * 1.22 * texts.length];
    if (!taken.some(({ box: other }) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) return { id: node.id, box, texts, top };
  }
  return null;
}

/* `times`: how many pixels of this drawing make one on the screen. */
function drawNames(context, where, times = 1) {
  if (picture.cards) return;
  const unit = times / where.getScale(); // one pixel of the screen in the units of the picture
  const font = Math.min(Math.max(14 / unit, 12), 15) * unit;
  const corner = where.DOMtoCanvas({ x: 0, y: 0 });
  const end = where.DOMtoCanvas({ x: holder.clientWidth * times, y: holder.clientHeight * times });
  const taken = [], most = Math.max((holder.clientWidth * holder.clientHeight) / ROOM, 12);
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
  if (where === network) nameBoxes = taken;
}

/* The node whose name stands at a place of the picture. */
function namedAt({ x, y }) {
  return nameBoxes.find(({ box }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3])?.id;
}

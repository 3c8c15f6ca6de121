/* What of the picture is in view, which layout it has, and how the reader moves it. */

const NARROW = 640; // pixels; a narrower stage gets the narrow picture
const SMALLEST = 10; // pixels; labels of cards are not made smaller than this

/* The layouts to choose from; one for narrow screens is no choice of its own. */
const layouts = () => Object.keys(page.pictures).filter((name) => !name.endsWith("narrow"));
const layoutName = (name) => {
  const { titles, cards } = page.pictures[name];
  return titles ? titles[state.lang] : word(cards ? "layout-table" : "layout-force");
};

/* The box around the shown nodes and the headings, in the units of the picture. */
function extent() {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  const seen = shown.nodes.size ? nodes.filter((node) => shown.nodes.has(node.id)) : nodes;
  for (const node of seen) {
    const { x, y, width, height } = placeOf(node);
    const [wide, tall] = node.size ? [Math.max(width, 2 * node.size), Math.max(height, 2 * node.size)] : [width, height];
    box.left = Math.min(box.left, x - wide / 2);
    box.right = Math.max(box.right, x + wide / 2);
    box.top = Math.min(box.top, y - tall / 2);
    box.bottom = Math.max(box.bottom, y + tall / 2);
  }
  for (const [, y] of picture.headings ?? []) if (finite(y)) box.top = Math.min(box.top, y - picture.font * 1.2);
  return box;
}

/* Show all of it, clear of what stands at the foot. */
function fit() {
  const { left, right, top, bottom } = extent();
  const rim = stage.clientWidth < NARROW ? 8 : 20, foot = 50;
  const [wide, tall] = [stage.clientWidth - 2 * rim, stage.clientHeight - rim - foot];
  const scale = Math.min(wide / Math.max(right - left, 1), tall / Math.max(bottom - top, 1), 1.4);
  const y = (top + bottom) / 2 + (foot - rim) / 2 / scale;
  network.moveTo({ position: { x: (left + right) / 2, y }, scale: Math.max(scale, 0.001), animation: false });
  framed = true;
  emit("framed");
}

/* Take the layout that is chosen, in its narrow form where the screen is narrow. */
function arrange() {
  const names = layouts();
  const wanted = names.includes(state.layout) ? state.layout : names[0];
  const narrow = wanted === names[0] && "narrow" in page.pictures && stage.clientWidth < NARROW;
  const name = narrow ? "narrow" : wanted;
  const before = picture?.name;
  picture = { name, ...page.pictures[name] };
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
  if (stage.classList.contains("tall") !== tall) network?.setOptions({ interaction: { zoomView: !tall } });
  stage.classList.toggle("tall", tall);
  const far = Math.min(stage.clientWidth / Math.max(right - left, 1), stage.clientHeight / Math.max(bottom - top, 1));
  bolder = picture.cards || large ? 1 : Math.min(Math.max(0.6 / far, 1), 5);
  $("physics").disabled = picture.cards || large !== null;
  return before !== name;
}

/* Bring a node into view, large enough to be read; what is in view already stays where it is. */
function jumpTo(id) {
  const node = nodeById.get(id);
  if (!node || !shown.nodes.has(id)) return;
  const { x, y } = network.getPositions([id])[id] ?? placeOf(node);
  const at = network.canvasToDOM({ x, y });
  const scale = network.getScale();
  const near = picture.cards || node.community !== undefined || scale * sizeOf(node) > 3;
  const inside = at.x > 30 && at.y > 30 && at.x < stage.clientWidth - 30 && at.y < stage.clientHeight - 60;
  const legible = !picture.cards || scale * picture.font >= LEGIBLE;
  if (inside && legible && near) return;
  framed = false;
  network.moveTo({ position: { x, y }, scale: legible && near ? scale : 1, animation: calm.matches ? false : { duration: 250 } });
  setTimeout(() => emit("framed"), calm.matches ? 0 : 300);
}

function zoom(factor) {
  framed = false;
  network.moveTo({ scale: network.getScale() * factor });
  emit("framed");
}

function pan(dx, dy) {
  framed = false;
  const { x, y } = network.getViewPosition(), scale = network.getScale();
  network.moveTo({ position: { x: x + dx / scale, y: y + dy / scale } });
  emit("framed");
}

/* A card that is dragged takes the ends of its edges along. */
function dragged(ids) {
  const positions = network.getPositions(ids.filter((id) => nodeById.has(id)));
  for (const [key, { x, y }] of Object.entries(positions)) {
    const id = nodeById.has(key) ? key : Number(key);
    state.moved.set(id, [Math.round(x), Math.round(y)]);
    for (const edgeId of tiedTo.get(id)) {
      const edge = edgeById.get(edgeId);
      if (hasPorts(edge)) ports(edge).forEach((port, end) => network.moveNode(port, ...portPlaces(edge)[end]));
    }
  }
}

function setPhysics(wanted) {
  state.physics = wanted && !picture.cards;
  $("physics").setAttribute("aria-pressed", String(state.physics));
  network.setOptions({
    physics: { enabled: state.physics, solver: "forceAtlas2Based", forceAtlas2Based: { gravitationalConstant: -60, avoidOverlap: 0.4 }, stabilization: false },
  });
  if (!state.physics && network.running) {
    network.running = false;
    dragged([...shown.nodes]);
  } else if (state.physics) network.running = true;
}

function showTip(content, { x, y }) {
  tip.replaceChildren(...content);
  tip.hidden = false;
  const { clientWidth, clientHeight } = stage;
  tip.style.left = `${Math.max(6, Math.min(x + 14, clientWidth - tip.offsetWidth - 6))}px`;
  const below = y + 18 + tip.offsetHeight < clientHeight;
  tip.style.top = `${Math.max(6, below ? y + 18 : y - tip.offsetHeight - 12)}px`;
}
const hideTip = () => { if (tip) tip.hidden = true; };

/* Arrow heads take half of the time of a drawing: many are drawn only where they can be seen. */
const FEW = 600;
const arrowsShown = () => page.directed && !picture.cards && (edges.length <= FEW || (network !== null && network.getScale() > 0.4));
function updateArrows() {
  if (updateArrows.shown === arrowsShown()) return;
  updateArrows.shown = arrowsShown();
  network.setOptions({ edges: { arrows: { to: { enabled: updateArrows.shown } } } });
}

const OPTIONS = () => ({
  physics: { enabled: state.physics }, layout: { improvedLayout: false, randomSeed: 1 },
  nodes: { scaling: { label: { drawThreshold: LEGIBLE } }, borderWidth: 1.5, borderWidthSelected: 3, labelHighlightBold: false },
  edges: { smooth: false, hoverWidth: 1.5, selectionWidth: 1.5, arrows: { to: { enabled: arrowsShown(), scaleFactor: 0.45 } } },
  interaction: { hover: true, dragNodes: true, zoomView: !stage.classList.contains("tall"), selectConnectedEdges: false, hoverConnectedEdges: false, keyboard: false, tooltipDelay: 0, hideEdgesOnDrag: edges.length > 1000 },
});

function startPicture() {
  readColours();
  arrange();
  sets = dataSets();
  updateArrows.shown = arrowsShown();
  network = new vis.Network(holder, sets, OPTIONS());
  on("framed", updateArrows);
  network.on("beforeDrawing", (context) => { drawRings(context); drawHeadings(context); });
  network.on("afterDrawing", (context) => drawNames(context, network));
  network.on("hoverEdge", ({ edge, pointer }) => { if (edgeById.has(edge)) showTip(edgeTip(edgeById.get(edge)), pointer.DOM); });
  network.on("hoverNode", ({ node, pointer }) => { if (nodeById.has(node)) showTip(nodeTip(nodeById.get(node)), pointer.DOM); });
  for (const event of ["blurEdge", "blurNode", "dragStart", "zoom"]) network.on(event, hideTip);
  holder.addEventListener("mouseleave", hideTip);
  network.on("click", ({ nodes: [node], edges: [edge], pointer }) => {
    const id = nodeById.has(node) ? node : namedAt(pointer.canvas);
    choose(id !== undefined ? ["node", id] : edgeById.has(edge) ? ["edge", edge] : null);
  });
  network.on("doubleClick", ({ nodes: [node] }) => { if (nodeById.has(node)) emit("openNode", node); });
  network.on("dragging", ({ nodes: ids }) => { if (ids.length) dragged(ids); });
  network.on("dragEnd", ({ nodes: ids }) => {
    if (ids.length) { dragged(ids); changed(); } else { framed = false; emit("framed"); }
  });
  network.on("zoom", () => { framed = false; emit("framed"); });
  new ResizeObserver(() => {
    if (arrange()) redraw();
    network.setSize("100%", "100%");
    if (framed) fit();
  }).observe(stage);
  fit();
  window.network = network;
}

/* The keyboard, and the dialog that explains it. */

const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

function showDialog(title, content) {
  const dialog = $("dialog");
  dialog.replaceChildren(
    make("div", [make("h2", title, { id: "dialog-title" }), button("×", () => dialog.close(), { class: "sign", "aria-label": word("close") })], { class: "head" }),
    ...content,
  );
  if (!dialog.open) dialog.showModal();
}

function showHelp() {
  const rows = [["/", "key-/"], ["← ↑ → ↓", "key-arrows"], ["Enter", "key-enter"], ["Esc", "key-escape"], ["+ − 0", "key-zoom"], ["Shift + ← ↑ → ↓", "key-pan"], ["P", "key-p"], ["?", "key-?"]];
  showDialog(word("keys"), [
    make("dl", rows.flatMap(([key, name]) => [make("dt", make("kbd", key)), make("dd", word(name))]), { class: "keys" }),
    make("p", word("help-more"), { class: "note" }),
  ]);
}

const positionOf = (id) => network.getPositions([id])[id];

/* The neighbour that lies in a direction: within 60 degrees of it, the nearest such. */
function neighbourThat([dx, dy]) {
  const from = positionOf(state.chosen[1]);
  let best = null, least = Infinity;
  for (const [other] of neighbours(state.chosen[1], shown)) {
    if (other === state.chosen[1]) continue;
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
  const seen = nodes.filter((node) => shown.nodes.has(node.id)).map((node) => [node.id, placeOf(node)]);
  return seen.sort((a, b) => a[1].x + a[1].y - b[1].x - b[1].y)[0]?.[0];
}

function walk(direction) {
  const [what, id] = state.chosen ?? [];
  let next;
  if (what === "edge") next = edgeById.get(id)[direction[0] + direction[1] > 0 ? "to" : "from"];
  else if (what === "node" && shown.nodes.has(id)) next = neighbourThat(direction);
  else next = firstNode();
  if (next !== undefined && next !== null) choose(["node", next], { step: false, jump: true });
}

/* Enter on the picture: the details get the keyboard. */
function enter() {
  if (state.chosen || state.path) details.querySelector("h3")?.focus();
  else walk([1, 0]);
}

function escape() {
  hideTip();
  if ($("save")?.open) { $("save").open = false; $("save").querySelector("summary").focus(); return; }
  if (state.pathFrom !== null) { state.pathFrom = null; tell(""); return; }
  if (!state.chosen && !state.path) return;
  const inside = details.contains(document.activeElement);
  choose(null);
  if (inside) holder.focus({ preventScroll: true });
}

const ANYWHERE = {
  "/": () => { input.focus(); input.select(); },
  "?": showHelp,
  Escape: escape,
};
const ON_PICTURE = {
  Enter: enter,
  "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3), 0: () => fit(),
  o: () => { if (state.chosen?.[0] === "node") emit("openNode", state.chosen[1]); },
  p: () => { if (state.chosen?.[0] === "node") startPath(state.chosen[1]); },
};

function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || $("dialog").open) return;
    const typing = event.target.closest?.("input[type=text], textarea, select");
    const action = ANYWHERE[event.key];
    if (action && (!typing || event.key === "Escape")) {
      if (event.key !== "Escape") event.preventDefault();
      action();
    }
  });
  holder.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = DIRECTIONS[event.key];
    const action = direction ? () => (event.shiftKey ? pan(direction[0] * 60, direction[1] * 60) : walk(direction)) : ON_PICTURE[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  $("help-open").addEventListener("click", showHelp);
}

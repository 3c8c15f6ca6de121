/* The address: all that the reader has set stands behind the # and is restored from there, on
   load and on the way back and forward. Whatever does not fit what there is is passed over. */

const MOVED = 100; // positions that the address holds; more make it too long to be sent

/* The state as text: only what differs from how the page opens. */
function written() {
  const parts = new URLSearchParams();
  parts.set("lang", state.lang ? "ko" : "en");
  if (state.theme) parts.set("theme", state.theme);
  if (state.layout && state.layout !== layouts()[0]) parts.set("layout", state.layout);
  const node = (id) => (getNode(id) ? refOf(getNode(id)) : "");
  if (state.chosen) parts.set(state.chosen[0], state.chosen[0] === "edge" ? edgeRef(getEdge(state.chosen[1])) : node(state.chosen[1]));
  if (large && large.state()) parts.set("communities", large.state());
  if (state.path) state.path.forEach((id) => parts.append("path", node(id)));
  for (const [facet, keys] of state.hidden) {
    const all = facets().find((each) => each.name === facet)?.values.map((value) => value.key) ?? [];
    const kept = all.filter((key) => !keys.has(key));
    if (kept.length < keys.size) for (const key of kept.length ? kept : [" "]) parts.append(`only-${facet}`, key);
    else for (const key of keys) parts.append(`hide-${facet}`, key);
  }
  for (const [id, count] of state.open) parts.append("open", `${count} ${node(id)}`);
  if (state.query) parts.set("q", state.query);
  if (state.moved.size <= MOVED) for (const [id, [x, y]] of state.moved) parts.append("at", `${x} ${y} ${node(id)}`);
  if (!framed && network) {
    const { x, y } = network.getViewPosition();
    parts.set("view", [x.toFixed(0), y.toFixed(0), network.getScale().toPrecision(4)].join(" "));
  }
  return parts.toString();
}

/* Numbers at the beginning of a text, and the rest; null where they are none. */
function numbersOf(text, count) {
  const parts = text.split(" ");
  const values = parts.slice(0, count).map(Number);
  return values.length === count && parts.slice(0, count).every((part) => part !== "") && finite(...values) ? [...values, parts.slice(count).join(" ")] : null;
}

function readHidden(parts) {
  state.hidden.clear();
  for (const facet of facets()) {
    const all = facet.values.map((value) => value.key);
    const [hide, only] = [new Set(parts.getAll(`hide-${facet.name}`)), new Set(parts.getAll(`only-${facet.name}`))];
    if (only.size && (only.has(" ") || all.some((key) => only.has(key)))) setHidden(facet.name, new Set(all.filter((key) => !only.has(key))));
    else setHidden(facet.name, new Set(all.filter((key) => hide.has(key))));
  }
}

/* Set the state as a text says. */
function read(text) {
  let parts;
  try { parts = new URLSearchParams(text); } catch { parts = new URLSearchParams(); }
  if (large) {
    large.restore(parts.get("communities") ?? "");
    inScene.touched += 1;
    syncLarge();
  }
  const node = (ref) => {
    const [what, id] = (ref && found(ref)) || [];
    return what === "node" ? id : undefined;
  };
  if (parts.has("lang")) state.lang = parts.get("lang") === "ko" ? 1 : 0;
  state.theme = ["light", "dark"].includes(parts.get("theme")) ? parts.get("theme") : "";
  state.layout = layouts().includes(parts.get("layout")) ? parts.get("layout") : "";
  const [chosen, tie] = [node(parts.get("node") ?? undefined), parts.has("edge") ? found(parts.get("edge")) : null];
  state.chosen = chosen !== undefined ? ["node", chosen] : tie?.[0] === "edge" ? tie : null;
  const path = parts.getAll("path").map(node).filter((id) => id !== undefined);
  state.path = path.length === 2 ? path : null;
  state.pathFrom = null;
  if (state.path) state.chosen = null;
  reveal(state.path ?? (state.chosen?.[0] === "node" ? [state.chosen[1]] : []));
  if ([...parts.keys()].some((key) => /^(hide|only)-/.test(key))) readHidden(parts);
  else state.hidden.clear();
  state.open = new Map(parts.getAll("open").flatMap((each) => {
    const [count, ref] = numbersOf(each, 1) ?? [];
    return count > 0 && node(ref) !== undefined ? [[node(ref), Math.min(Math.ceil(count), 1e6)]] : [];
  }));
  state.query = (parts.get("q") ?? "").slice(0, 200);
  state.moved = new Map(parts.getAll("at").slice(0, MOVED).flatMap((each) => {
    const [x, y, ref] = numbersOf(each, 2) ?? [];
    return node(ref) !== undefined && Math.max(Math.abs(x), Math.abs(y)) < 1e7 ? [[node(ref), [x, y]]] : [];
  }));
  const view = parts.has("view") ? numbersOf(parts.get("view"), 3) : null;
  return view && view[2] > 0.0005 && view[2] < 50 && Math.max(Math.abs(view[0]), Math.abs(view[1])) < 1e7 ? view : null;
}

/* Write the state into the address; `step` makes it one that "back" comes to. A page in a frame
   has no address of its own. */
function writeAddress(step) {
  const text = `#${written()}`;
  if (text === location.hash || (!location.hash && !step && text === writeAddress.first)) return;
  try {
    history[step ? "pushState" : "replaceState"](null, "", text);
  } catch { /* a frame without an address */ }
}

function later(action, wait) {
  clearTimeout(later.timer);
  later.timer = setTimeout(action, wait);
}

function startAddress() {
  writeAddress.first = `#${written()}`;
  on("changed", (step) => writeAddress(step));
  on("framed", () => later(() => writeAddress(false), 200));
  window.addEventListener("popstate", () => {
    const view = read(location.hash.slice(1));
    emit("restored", view);
  });
}

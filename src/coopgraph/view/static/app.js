/* What all parts share: the data, the state, elements, events. All text of data reaches the
   page as a DOM text node. The parts stand in one function: names declared here are known to
   the parts that follow, in the order of SCRIPTS in page.py. */

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const page = data.page;
const stage = $("stage"), holder = $("mynetwork"), details = $("details"), tip = $("tip");

/* What the reader has set. All of it stands in the address of the page (address.js). */
const state = {
  lang: document.documentElement.lang === "ko" ? 1 : 0,
  theme: "", // "" as the system has it, "light", "dark"
  chosen: null, // ["node" | "edge", id]
  path: null, // [id, id] of nodes
  pathFrom: null, // the one end of a path that is being chosen
  hidden: new Map(), // facet -> Set of keys of values
  open: new Map(), // node id -> how many of its neighbours are open; empty: all is shown
  query: "",
  layout: "",
  moved: new Map(), // node id -> [x, y], per layout
  physics: false,
};

// --- the scene: the nodes and edges that the page now holds -------------------------------

let nodes = [], edges = [];
const nodeById = new Map(), edgeById = new Map();
const tiedTo = new Map(); // node id -> ids of its edges
const byRef = new Map(); // what the address calls a node or an edge -> [what, id]
const scene = { version: 0 };

/* Take these nodes and edges for what there is. Those whose ends are missing are left out. */
function setScene(newNodes, newEdges) {
  nodes = newNodes;
  for (const map of [nodeById, edgeById, tiedTo, byRef]) map.clear();
  for (const node of nodes) {
    nodeById.set(node.id, node);
    tiedTo.set(node.id, []);
    byRef.set(refOf(node), ["node", node.id]);
  }
  edges = newEdges.filter((edge) => nodeById.has(edge.from) && nodeById.has(edge.to));
  for (const edge of edges) {
    edgeById.set(edge.id, edge);
    tiedTo.get(edge.from).push(edge.id);
    if (edge.to !== edge.from) tiedTo.get(edge.to).push(edge.id);
  }
  scene.version += 1;
}

/* What the address calls a node: the last parts of its IRI, which stay the same in any page. */
function refOf(node) {
  if (!node.iri) return String(node.id);
  return node.iri.startsWith(page.base) ? node.iri.slice(page.base.length) : node.iri;
}

/* What the address calls an edge: its two ends, and which of the edges between them it is. */
function edgeRef(edge) {
  if (large) return `#${edge.id}`;
  const between = (tiedTo.get(edge.from) ?? []).filter((id) => {
    const { from, to } = edgeById.get(id);
    return from === edge.from && to === edge.to;
  });
  return [refOf(nodeById.get(edge.from)), refOf(nodeById.get(edge.to)), between.indexOf(edge.id)].join(" ");
}

/* The node or edge that the address calls so; null where there is none. */
function found(ref) {
  const node = byRef.get(ref);
  if (node) return node;
  if (large) return largeFound(ref);
  const [from, to, rank] = ref.split(" ");
  const [start, end] = [byRef.get(from), byRef.get(to)];
  if (!start || !end) return null;
  const between = tiedTo.get(start[1]).filter((id) => edgeById.get(id).from === start[1] && edgeById.get(id).to === end[1]);
  const id = between[Number(rank)];
  return id === undefined ? null : ["edge", id];
}

// --- words ---------------------------------------------------------------------------------

/* The word called `name`, each {} filled with the next of `values`. */
function word(name, ...values) {
  const pair = page.words[name];
  if (!pair) return name;
  return values.reduce((text, value) => text.replace("{}", () => value), pair[state.lang]);
}

const number = (value) => value.toLocaleString(state.lang ? "ko-KR" : "en-US", { maximumFractionDigits: 6 });
/* Text that may run from right to left, kept apart from what stands around it. */
const isolated = (text) => `\u2068${text}\u2069`;
/* At most so many characters of a text. */
const short = (text, length = 80) => (text.length > length ? `${[...text].slice(0, length - 1).join("")}…` : text);

// --- elements ------------------------------------------------------------------------------

/* A new element with children: elements, or text. A function among the attributes listens. */
function make(tag, children = [], attributes = {}) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...[children].flat(2).filter((child) => child !== null && child !== ""));
  return element;
}

/* Text of data: isolated, and in its own direction. */
const said = (text, attributes = {}) => make("bdi", text, { dir: "auto", ...attributes });

const button = (children, click, attributes = {}) => make("button", children, { type: "button", click, ...attributes });

/* A link where the address is one of the web, else its text. */
function link(address, text = address) {
  if (!/^https?:\/\/[^\s]+$/i.test(address)) return said(text);
  return make("a", said(text), { href: address, target: "_blank", rel: "noopener noreferrer" });
}

/* Says to those who listen, and to those who look, what has just happened. */
function tell(text) {
  const status = $("status");
  status.textContent = text;
  status.classList.toggle("seen", text !== "");
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => status.classList.remove("seen"), 9000);
}

// --- events --------------------------------------------------------------------------------

const listeners = new Map();
const on = (event, listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]);
const emit = (event, ...values) => { for (const listener of listeners.get(event) ?? []) listener(...values); };

/* Something that the reader set has changed: everything that shows it is made anew. `step` is
   true where the reader would expect "back" to undo it. */
function changed({ step = true } = {}) {
  emit("change");
  emit("changed", step);
}

/* The details: all that is known of the chosen node, edge or path. */

import { announce, button, byId, link, make, said, tell } from "../dom.js";
import { hideTip, jumpTo, showTip } from "./frame.js";
import { model, STEP } from "./model.js";
import { edgeKindName, inLanguage, kindName, nameOf, number, page, refOf, valueName, word } from "./page.js";
import { bounded, list } from "./parts.js";
import { passagePart, passagesOpen } from "./passage.js";
import { holder } from "./places.js";
import { changed, emit, on, state } from "./state.js";
import { isolated, short } from "./text.js";
import { aboutNode, arrow, endsText, factsOf, modalityText, placesOf } from "./values.js";

/** @import { Id, What, Node, Edge, Point, Tie, Text } from "../types.d.ts" */

const details = byId("details");
/* Put the keyboard on the heading of the details. */
export const focusDetails = () => /** @type {HTMLElement | null} */ (details.querySelector("h2"))?.focus();

/** Show a node or an edge, or nothing; where a path is being chosen, take the node for its end. @param {What | null} what */
export function choose(what, { step = true, jump = false } = {}) {
  if (state.pathFrom !== null && what?.[0] === "node") {
    state.path = [state.pathFrom, what[1]];
    state.chosen = null;
    state.pathFrom = null;
    tell("");
  } else {
    state.chosen = what;
    state.path = null;
    if (what === null) state.pathFrom = null;
  }
  passagesOpen.clear();
  if (state.path) model.reveal(model.path(...state.path)?.nodes ?? []);
  else if (what) model.reveal(what[0] === "edge" ? model.ends(model.edge(what[1])).map((node) => node.id) : [what[1]]);
  changed({ step });
  if (jump && what?.[0] === "node") jumpTo(what[1]);
  if (what) announceChoice();
}

function announceChoice() {
  if (!state.chosen) {
    announce(details.querySelector("h2")?.textContent ?? "");
    return;
  }
  const [what, id] = state.chosen;
  if (what === "edge") {
    const edge = model.edge(id);
    announce(`${edgeKindName(edge)}: ${endsText(edge)}`);
  } else {
    const node = model.node(id), around = model.neighbours(id).length;
    announce(`${nameOf(node)}, ${kindName(node)}, ${word("of-by-weight", Math.min(STEP, around), around)}`);
  }
}

/** Where it says so: source, locator, modality, and the passage where the reader has the text. @param {Edge} edge */
export function places(edge, { passages = false } = {}) {
  const all = placesOf(edge);
  if (!all.length) return edge.count ? [] : [make("div", word("no-source"), { class: "place" })];
  const modality = modalityText(edge);
  return all.map(({ source, locator, index }) => make("div", [
    link(source.address, nameOf(source)), ": ", said(locator, { class: "place" }),
    modality ? make("span", ` · ${modality}`, { class: "place" }) : null,
    ...(passages ? passagePart(index) : []),
  ]));
}

/** @param {What} what @param {Point} at */
function point([what, id], at) {
  if (what === "node") {
    const node = model.node(id);
    showTip([make("strong", said(short(nameOf(node), 200))), make("div", aboutNode(node))], at);
  } else {
    const edge = model.edge(id);
    const told = factsOf(edge).map(([name, value]) => make("div", [`${name}: `, said(short(value, 200))]));
    showTip([make("strong", short(endsText(edge), 200)), make("div", edgeKindName(edge)), ...told, ...places(edge)], at);
  }
}

/**
 * The heading, with the names in the other languages below it.
 * @param {string} title @param {Text} [names] in each language
 */
function heading(title, names = []) {
  const others = names.flatMap((name, lang) => (lang === state.lang || !name || name === title ? [] : [make("p", said(name, { lang: page.languages[lang] }), { class: "place other" })]));
  const close = () => { choose(null); holder.focus(); };
  return [
    make("div", [make("h2", said(title), { tabindex: "-1" }), button("×", close, { class: "sign", "aria-label": word("close"), title: word("close") })], { class: "head" }),
    ...others.filter((each, at) => others.findIndex((other) => other.textContent === each.textContent) === at),
  ];
}

// --- node, edge, path ------------------------------------------------------------------------

/** A button that goes to a node. @param {Node} node */
export const nodeButton = (node, length = 1e6, name = "text") => button(said(short(nameOf(node), length)), () => choose(["node", node.id], { jump: true }), { class: name });

/** @param {Edge} edge */
function edgeDetails(edge) {
  const [from, to] = model.ends(edge);
  const names = page.languages.map((_, lang) => [from, to].map(({ name }) => isolated(name[lang] || name[0])).join(arrow()));
  /** @type {[string, string | HTMLElement][]} */
  const rows = [[word("relation"), edgeKindName(edge)], [word("from"), nodeButton(from)], [word("to"), nodeButton(to)], ...factsOf(edge)];
  if (edge.claim) rows.push([word("claim"), said(edge.claim, { class: "iri" })]);
  return [
    ...heading(endsText(edge), names), list(rows), make("h3", word("sources")),
    make("ul", places(edge, { passages: true }).map((place) => make("li", place)), { "aria-label": word("sources") }),
  ];
}

/** One neighbour with the edges that tie it, and what each rests on. @param {Tie} tie */
function neighbourItem([id, between]) {
  /** @param {Id} edgeId */
  const item = (edgeId) => {
    const edge = model.edge(edgeId);
    const facts = factsOf(edge, { brief: true }).map(([, value]) => short(value, 60));
    return make("li", [
      button([`${page.directed && edge.to !== id ? "← " : ""}${edgeKindName(edge)}`, facts.length ? make("span", ` · ${facts.slice(0, 3).join(" · ")}`, { class: "place" }) : null],
        () => choose(["edge", edgeId]), { class: "text" }),
      ...placesOf(edge).slice(0, 2).map(({ source, locator }) => make("div", [said(nameOf(source)), ": ", said(locator)], { class: "place" })),
    ]);
  };
  return make("li", [nodeButton(model.node(id), 160, "text strong"), bounded(between, item, { class: "ties" }, 3)]);
}

/** The page of a node on the server that this page is from; null elsewhere. @param {Node} node */
function served(node) {
  if (!page.more || !node.iri?.startsWith(page.base)) return null;
  return make("a", node.iri, { class: "iri", href: `/id/${refOf(node)}?lang=${page.languages[state.lang]}` });
}

/** @param {Node} node */
function nodeDetails(node) {
  const around = model.neighbours(node.id);
  /** @type {[string, string | HTMLElement | HTMLElement[]][]} */
  const rows = [[word("kind"), [kindName(node), valueName(node.subkind)].filter(Boolean).join(" · ")]];
  if (node.about) rows.push([word("members"), number(node.members ?? 0)], [word("edges-inside"), number(node.inside ?? 0)], [word("about"), inLanguage(node.about)]);
  if (node.country !== undefined) rows.push([word("country"), valueName(node.country)]);
  if (node.key) rows.push([word("key"), node.key]);
  if (node.iri) rows.push([word("iri"), served(node) ?? said(node.iri, { class: "iri" })]);
  if (node.identifiers) rows.push([word("identifiers"), node.identifiers.map((iri) => make("div", link(iri)))]);
  const count = around.length > STEP ? word("of-by-weight", STEP, number(around.length)) : number(around.length);
  return [
    ...heading(nameOf(node), node.name),
    model.shown.nodes.has(node.id) ? null : make("p", word("not-shown"), { class: "warning" }),
    make("div", actions(node), { class: "actions" }),
    list(rows),
    make("h3", [word("links"), " ", make("span", count, { class: "place", id: "how-many" })]),
    around.length ? bounded(around, neighbourItem, { class: "neighbours", "aria-label": word("links") }) : make("p", word("isolated"), { class: "place" }),
  ];
}

/** What can be done with a node: open its neighbours, start a path. @param {Node} node */
function actions(node) {
  const all = model.openable(node.id);
  const now = Math.min(state.open.get(node.id) ?? 0, all);
  const next = number(Math.min(STEP, all));
  const label = !state.open.size ? word("open")
    : !state.open.has(node.id) ? word("open-too", next, number(all))
    : now < all || page.more ? word("open-more", number(Math.min(STEP, all - now)), number(now), number(all)) : "";
  const made = [
    all && label ? button(label, () => emit("openNode", node.id), { id: "open-node" }) : null,
    all ? button(word("path-from"), () => startPath(node.id), { id: "path-from" }) : null,
  ];
  emit("actions", node, made); // other parts may add their own
  return made;
}

/** @param {Id} id */
export function startPath(id) {
  state.pathFrom = id;
  tell(word("path-to", nameOf(model.node(id))));
}

/** @param {[Id, Id]} ends */
function pathDetails(ends) {
  const [start, end] = ends.map((id) => isolated(nameOf(model.node(id))));
  const path = model.path(...ends);
  if (!path) return heading(word("no-path", start, end));
  const steps = path.nodes.map((id, i) => {
    const edge = i ? model.edge(path.edges[i - 1]) : null;
    return make("li", [
      edge ? make("div", button(edgeKindName(edge), () => choose(["edge", edge.id]), { class: "text place" })) : null,
      nodeButton(model.node(id), 1e6, "text strong"),
    ]);
  });
  return [...heading(word("path", number(path.edges.length))), make("p", said(`${start} – ${end}`), { class: "place other" }), make("ol", steps, { class: "path" })];
}

export function showDetails() {
  const inside = details.contains(document.activeElement);
  const [what, id] = state.chosen ?? [];
  const content = state.path ? pathDetails(state.path) : id === undefined ? null : what === "edge" ? edgeDetails(model.edge(id)) : nodeDetails(model.node(id));
  details.classList.toggle("open", content !== null);
  details.replaceChildren(...(content ?? [make("p", word("hint"), { class: "note" })]).filter((part) => part !== null));
  if (!content) return;
  if (details.parentElement) details.parentElement.scrollTop = 0;
  if (inside) focusDetails();
}

/* Escape: leave what is being chosen, or chosen. */
export function leave() {
  hideTip();
  const menu = byId("save", HTMLDetailsElement);
  if (menu.open) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  } else if (state.pathFrom !== null) {
    state.pathFrom = null;
    tell("");
  } else if (state.chosen || state.path) {
    const inside = details.contains(document.activeElement);
    choose(null);
    if (inside) holder.focus({ preventScroll: true });
  }
}

export function startPanel() {
  on("choose", (what) => choose(what));
  on("point", point);
  on("passage", showDetails);
}

/* The details: all that is known of the chosen node, edge or path. */

/* Show a node or an edge, or nothing; where a path is being chosen, take the node for its end. */
function choose(what, { step = true, jump = false } = {}) {
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
  if (state.path) reveal(shortestPath(...state.path)?.nodes ?? []);
  else if (what) reveal(what[0] === "edge" ? [getEdge(what[1]).from, getEdge(what[1]).to] : [what[1]]);
  changed({ step });
  if (jump && what?.[0] === "node") jumpTo(what[1]);
  if (what) announceChoice();
}

function announceChoice() {
  if (state.path) return announce(details.querySelector("h3")?.textContent ?? "");
  const [what, id] = state.chosen;
  if (what === "edge") return announce(`${edgeKindName(getEdge(id))}: ${endsText(getEdge(id))}`);
  const node = getNode(id), around = allNeighbours(id).length;
  return announce(`${nameOf(node)}, ${kindName(node)}, ${word("of-by-weight", Math.min(STEP, around), around)}`);
}

/* Say something to those who listen only. */
function announce(text) {
  $("status").classList.remove("seen");
  $("status").textContent = text;
}

// --- parts -----------------------------------------------------------------------------------

const list = (rows) => make("dl", rows.flatMap(([name, value]) => [make("dt", name), make("dd", typeof value === "string" ? said(value) : value)]));

/* A list of at most `most` items, with a button for the rest; `opened` is told when it is used. */
function bounded(items, draw, attributes = {}, most = STEP, opened = null) {
  const element = make("ul", [], attributes);
  const fill = (count) => {
    element.replaceChildren(...items.slice(0, count).map(draw));
    const rest = items.length - count;
    if (rest <= 0) return;
    const more = button(word("more", number(rest)), () => {
      opened?.();
      fill(opened ? items.length : count + most * 4);
      element.children[count]?.querySelector("button, a, input")?.focus();
    }, { class: "small" });
    element.append(make("li", more, { class: "more" }));
  };
  fill(most);
  return element;
}

/* Where it says so: source, locator, modality, and the passage where the reader has the text. */
function places(edge, { passages = false } = {}) {
  const all = placesOf(edge);
  if (!all.length) return edge.count ? [] : [make("div", word("no-source"), { class: "place" })];
  const modality = modalityText(edge);
  return all.map(({ source, locator }, i) => make("div", [
    link(source[3], sourceName(source)), ": ", said(locator, { class: "place" }),
    modality ? make("span", ` · ${modality}`, { class: "place" }) : null,
    ...(passages ? passagePart(edge.evidence[i]) : []),
  ]));
}

function edgeTip(edge) {
  const told = factsOf(edge).map(([name, value]) => make("div", [`${name}: `, said(short(value, 200))]));
  return [make("strong", short(endsText(edge), 200)), make("div", edgeKindName(edge)), ...told, ...places(edge)];
}

function aboutNode(node) {
  const about = [kindName(node), valueName(node.subkind), valueName(node.country)];
  return [...new Set(about.filter(Boolean))].join(" · ");
}

const nodeTip = (node) => [make("strong", said(short(nameOf(node), 200))), make("div", aboutNode(node))];

/* The heading, with the name in the other language below it. */
function heading(title, other, extra = "") {
  const lang = state.lang ? "en" : "ko";
  return [
    make("div", [
      make("h3", said(title), { tabindex: "-1" }),
      button("×", () => { choose(null); holder.focus(); }, { class: "sign", "aria-label": word("close"), title: word("close") }),
    ], { class: "head" }),
    other && other !== title ? make("p", said(other, { lang }), { class: "place other" }) : null,
    extra ? make("p", extra, { class: "place" }) : null,
  ];
}

// --- node, edge, path ------------------------------------------------------------------------

function edgeDetails(edge) {
  const other = 1 - state.lang;
  const names = endsOf(edge).map((node) => isolated(node.name[other])).join(arrow());
  const rows = [[word("relation"), edgeKindName(edge)]];
  endsOf(edge).forEach((node, end) => rows.push([
    word(end ? "to" : "from"), button(said(nameOf(node)), () => choose(["node", node.id], { jump: true }), { class: "text" }),
  ]));
  rows.push(...factsOf(edge));
  if (edge.claim) rows.push([word("claim"), said(edge.claim, { class: "iri" })]);
  return [
    ...heading(endsText(edge), names), list(rows), make("h4", word("sources")),
    make("ul", places(edge, { passages: true }).map((place) => make("li", place)), { "aria-label": word("sources") }),
  ];
}

/* One neighbour with the edges that tie it, and what each rests on. */
function neighbourItem([id, between]) {
  const node = getNode(id);
  const edge = (edgeId) => {
    const each = getEdge(edgeId);
    const facts = factsOf(each, { brief: true }).map(([, value]) => short(value, 60));
    return make("li", [
      button([`${page.directed && each.to !== id ? "← " : ""}${edgeKindName(each)}`, facts.length ? make("span", ` · ${facts.slice(0, 3).join(" · ")}`, { class: "place" }) : null],
        () => choose(["edge", edgeId]), { class: "text" }),
      ...placesOf(each).slice(0, 2).map(({ source, locator }) => make("div", [said(sourceName(source)), ": ", said(locator)], { class: "place" })),
    ]);
  };
  return make("li", [
    button(said(short(nameOf(node), 160)), () => choose(["node", id], { jump: true }), { class: "text strong" }),
    bounded(between, edge, { class: "ties" }, 3),
  ]);
}

function nodeDetails(node) {
  const around = allNeighbours(node.id);
  const rows = [[word("kind"), [kindName(node), valueName(node.subkind)].filter(Boolean).join(" · ")]];
  if (node.about) rows.push([word("members"), number(node.members)], [word("edges-inside"), number(node.inside)], [word("about"), node.about[state.lang]]);
  if (node.country !== undefined) rows.push([word("country"), valueName(node.country)]);
  if (node.key) rows.push([word("key"), node.key]);
  if (node.iri) rows.push([word("iri"), said(node.iri, { class: "iri" })]);
  if (node.identifiers) rows.push([word("identifiers"), node.identifiers.map((iri) => make("div", link(iri)))]);
  return [
    ...heading(nameOf(node), node.name[1 - state.lang]),
    shown.nodes.has(node.id) ? null : make("p", word("not-shown"), { class: "warning" }),
    make("div", actions(node), { class: "actions" }),
    list(rows),
    make("h4", [word("links"), " ", make("span", around.length > STEP ? word("of-by-weight", STEP, number(around.length)) : number(around.length), { class: "place", id: "how-many" })]),
    around.length ? bounded(around, neighbourItem, { class: "neighbours", "aria-label": word("links") }) : make("p", word("isolated"), { class: "place" }),
  ];
}

/* What can be done with a node: open its neighbours, start a path. */
function actions(node) {
  const all = large ? allNeighbours(node.id).length : neighbours(node.id, passing()).length;
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

function startPath(id) {
  state.pathFrom = id;
  tell(word("path-to", nameOf(getNode(id))));
}

function pathDetails() {
  const [start, end] = state.path.map((id) => getNode(id));
  const path = shortestPath(start.id, end.id);
  if (!path) return [...heading(word("no-path", isolated(nameOf(start)), isolated(nameOf(end))), "")];
  const steps = path.nodes.map((id, i) => {
    const edge = i ? getEdge(path.edges[i - 1]) : null;
    return make("li", [
      edge ? make("div", button(edgeKindName(edge), () => choose(["edge", edge.id]), { class: "text place" })) : null,
      button(said(nameOf(getNode(id))), () => choose(["node", id], { jump: true }), { class: "text strong" }),
    ]);
  });
  const ends = [start, end].map((node) => isolated(nameOf(node))).join(" – ");
  return [...heading(word("path", number(path.edges.length)), ends), make("ol", steps, { class: "path" })];
}

function showDetails() {
  if (!details) return;
  const inside = details.contains(document.activeElement);
  const what = state.path ? pathDetails() : state.chosen === null ? null
    : state.chosen[0] === "edge" ? edgeDetails(getEdge(state.chosen[1])) : nodeDetails(getNode(state.chosen[1]));
  details.classList.toggle("open", what !== null);
  details.replaceChildren(...(what ?? [make("p", word("hint"), { class: "note" })]).flat().filter(Boolean));
  if (what) details.parentElement.scrollTop = 0;
  if (inside && what) details.querySelector("h3")?.focus();
}

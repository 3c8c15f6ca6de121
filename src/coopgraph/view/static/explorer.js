"use strict";
/* The page of one network. All text of data reaches the page as a DOM text node. */
(() => {
  const { nodes, edges, page } = JSON.parse(document.getElementById("data").textContent);
  const stage = document.getElementById("stage");
  const holder = document.getElementById("mynetwork");
  const details = document.getElementById("details");
  const tip = document.getElementById("tip");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const hint = details.firstElementChild;
  let lang = document.documentElement.lang === "ko" ? 1 : 0;
  let chosen = null; // what the details show: ["node" | "edge", id]
  let network = null;
  let picture = null;

  const word = (name) => page.words[name][lang];

  /* A new element with children: nodes, or text. */
  function make(tag, children = [], attributes = {}) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...[children].flat().filter((child) => child !== null && child !== ""));
    return element;
  }

  /* A link where the address is one of the web, else its text. */
  function link(address, text = address) {
    if (!/^https?:\/\//i.test(address)) return make("span", text);
    return make("a", text, { href: address, target: "_blank", rel: "noopener noreferrer" });
  }

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const tone = (index) => page.tones[index].slice(dark.matches ? 2 : 0);

  // --- what is drawn ---------------------------------------------------------------------

  function drawnNode(node) {
    const [x, y, width, height, ...label] = node.places[picture.name];
    const [fill, ink] = tone(node.tone);
    const surface = style("--surface"), text = style("--text");
    const base = { id: node.id, x, y, label: label[lang], labelHighlightBold: false };
    if (!picture.cards) {
      const size = (7 + 2.2 * Math.sqrt(node.degree)) * Math.min(Math.max(Math.sqrt(nodes.length) / 10, 1), 3);
      const hub = nodes.length > 120 ? Math.min(node.degree, 60) / 2 : 0;
      return {
        ...base, shape: node.form, size,
        color: { background: fill, border: surface, highlight: { background: fill, border: text }, hover: { background: fill, border: text } },
        borderWidth: 1.5,
        font: { size: 14 + hub, color: text, strokeWidth: 4, strokeColor: surface },
      };
    }
    const filled = node.class === "coop:Stance";
    const border = node.tone === page.neutral ? style("--soft") : fill;
    const back = filled ? fill : surface;
    const lines = label[lang].split("\n").length;
    const margin = Math.max((height - lines * picture.font * 1.15) / 2, 2);
    return {
      ...base, shape: "box", shapeProperties: { borderRadius: Math.min(node.radius, height / 2) },
      widthConstraint: { minimum: width - 10, maximum: width - 2 },
      margin: { top: margin, bottom: margin, left: 5, right: 5 },
      color: { background: back, border, highlight: { background: back, border: text }, hover: { background: back, border: text } },
      borderWidth: node.class === "coop:Organisation" ? (node.degree > 1 ? 3 : 1) : 2,
      borderWidthSelected: 3,
      font: { size: picture.font, color: filled ? ink : text, bold: filled },
    };
  }

  function drawnEdge(edge) {
    const colour = edge.tone === page.neutral ? style("--soft") : tone(edge.tone)[0];
    let smooth = false;
    if (edge.curve) {
      const step = Math.ceil(edge.curve / 2) * 0.14;
      smooth = { enabled: true, type: edge.curve % 2 ? "curvedCW" : "curvedCCW", roundness: step };
    } else if (picture.cards) {
      smooth = { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.5 };
    }
    const [from, to] = picture.ends.length ? ports(edge) : [edge.from, edge.to];
    return {
      id: edge.id, from, to, width: edge.width, smooth,
      dashes: edge.dashes ? [7, 5] : false,
      arrows: { to: { enabled: page.directed && !picture.cards, scaleFactor: 0.45 } },
      color: { color: colour, highlight: style("--text"), hover: style("--text"), opacity: picture.cards ? 0.85 : 0.6 },
      hoverWidth: 1.5, selectionWidth: 1.5,
    };
  }

  /* Cards have edges at their sides: each end is a node of its own that is not seen. */
  const ports = (edge) => [`${edge.id}a`, `${edge.id}b`];

  function drawnPorts() {
    return picture.ends.flatMap(([ax, ay, bx, by], index) => {
      const [a, b] = ports(edges[index]);
      const unseen = { shape: "dot", size: 0, borderWidth: 0, color: "transparent", chosen: false };
      return [{ id: a, x: ax, y: ay, ...unseen }, { id: b, x: bx, y: by, ...unseen }];
    });
  }

  const drawn = () => ({
    nodes: new vis.DataSet([...nodes.map(drawnNode), ...drawnPorts()]),
    edges: new vis.DataSet(edges.map(drawnEdge)),
  });

  function drawHeadings(context) {
    for (const [x, y, en, ko, column] of picture.headings) {
      context.font = `${column ? 600 : 400} ${picture.font - (column ? 0 : 2)}px ${getComputedStyle(document.body).fontFamily}`;
      context.fillStyle = style(column ? "--text" : "--soft");
      context.textAlign = "left";
      context.textBaseline = "alphabetic";
      context.fillText(lang ? ko : en, x, y);
    }
  }

  // --- what is said ----------------------------------------------------------------------

  const names = (edge) => [nodes[edge.from].name[lang], nodes[edge.to].name[lang]];
  const tied = (id) => edges.filter((edge) => edge.from === id || edge.to === id);
  const ends = (edge) => names(edge).join(page.directed ? " → " : " – ");
  const number = (value) => value.toLocaleString(lang ? "ko-KR" : "en-US");

  function places(edge) {
    if (!edge.evidence.length) return [make("div", word("no-source"), { class: "place" })];
    return edge.evidence.map((index) => {
      const entry = page.evidence[index];
      const [source, place, address] = [entry[lang], entry[2 + lang], entry[4]];
      return make("div", [link(address, source), ": ", make("span", place, { class: "place" })]);
    });
  }

  function facts(edge) {
    const rows = edge.facts.map((fact) => [fact[lang], fact[2 + lang]]);
    if (edge.via.length) rows.push([word("via"), edge.via.map((via) => via[lang]).join(", ")]);
    const told = edge.facts.some((fact) => fact[0] === "Amount (KRW)");
    if (page.weighted && !told) rows.push([word("weight"), number(edge.weight)]);
    return rows;
  }

  function list(rows) {
    return make("dl", rows.flatMap(([name, value]) => [make("dt", name), make("dd", value)]));
  }

  function edgeTip(edge) {
    const told = facts(edge).map(([name, value]) => make("div", `${name}: ${value}`));
    return [make("strong", ends(edge)), make("div", page.kinds[edge.kind][lang]), ...told, ...places(edge)];
  }

  function nodeTip(node) {
    const kind = [node.kind, node.subkind, node.country].filter(Boolean).map((pair) => pair[lang]);
    return [make("strong", node.name[lang]), make("div", [...new Set(kind)].join(" · "))];
  }

  function edgeDetails(edge) {
    const rows = [[word("relation"), page.kinds[edge.kind][lang]], ...facts(edge)];
    if (edge.claim) rows.push([word("claim"), make("span", edge.claim, { class: "iri" })]);
    return [
      list(rows),
      make("ul", places(edge).map((place) => make("li", place)), { "aria-label": word("sources") }),
    ];
  }

  function nodeDetails(node) {
    const rows = [[word("kind"), [node.kind, node.subkind].filter(Boolean).map((pair) => pair[lang]).join(" · ")]];
    if (node.country) rows.push([word("country"), node.country[lang]]);
    rows.push([word("key"), node.key], [word("iri"), make("span", node.iri, { class: "iri" })]);
    if (node.identifiers.length) rows.push([word("identifiers"), node.identifiers.map((iri) => make("div", link(iri)))]);
    const items = tied(node.id).map((edge) => {
      const button = make("button", `${page.kinds[edge.kind][lang]}: ${ends(edge)}`, { type: "button" });
      button.addEventListener("click", () => choose(["edge", edge.id]));
      return make("li", button);
    });
    return [list(rows), make("ul", items, { "aria-label": word("links") })];
  }

  function showDetails() {
    details.classList.toggle("open", chosen !== null);
    details.parentElement.scrollTop = 0;
    if (chosen === null) return details.replaceChildren(hint);
    const [what, id] = chosen;
    const title = what === "edge" ? ends(edges[id]) : nodes[id].name[lang];
    const close = make("button", "×", { type: "button", "aria-label": word("close") });
    close.addEventListener("click", () => choose(null));
    const head = make("div", [make("h3", title), close], { class: "head" });
    return details.replaceChildren(head, ...(what === "edge" ? edgeDetails(edges[id]) : nodeDetails(nodes[id])));
  }

  /* Show a node or an edge in the details and mark it in the picture; null for neither. */
  function choose(what) {
    chosen = what;
    if (network) {
      const marked = { nodes: [], edges: [] };
      if (what && what[0] === "edge") marked.edges = [what[1]];
      if (what && what[0] === "node") {
        marked.nodes = [what[1]];
        marked.edges = tied(what[1]).map((edge) => edge.id);
      }
      network.setSelection(marked, { unselectAll: true, highlightEdges: false });
    }
    showDetails();
  }

  function showTip(content, { x, y }) {
    tip.replaceChildren(...content);
    tip.hidden = false;
    const { clientWidth, clientHeight } = stage;
    tip.style.left = `${Math.max(6, Math.min(x + 14, clientWidth - tip.offsetWidth - 6))}px`;
    const below = y + 18 + tip.offsetHeight < clientHeight;
    tip.style.top = `${Math.max(6, below ? y + 18 : y - tip.offsetHeight - 12)}px`;
  }

  // --- languages, themes, sizes ----------------------------------------------------------

  function speak() {
    const code = lang ? "ko" : "en";
    document.documentElement.lang = code;
    document.title = page.titles[lang];
    for (const element of document.querySelectorAll("[data-en]")) element.textContent = element.dataset[code];
    for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
    for (const button of document.querySelectorAll("[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset.lang === code));
    if (tip) tip.hidden = true;
    showDetails();
    redraw();
  }

  function paint() {
    for (const swatch of document.querySelectorAll("[data-tone]")) swatch.style.setProperty("--tone", tone(Number(swatch.dataset.tone))[0]);
    redraw();
  }

  function redraw() {
    if (!network) return;
    network.setData(drawn());
    if (chosen) choose(chosen);
  }

  /* The box around all nodes and headings, in the units of the picture. */
  function extent() {
    const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
    for (const node of nodes) {
      const [x, y, width, height] = node.places[picture.name];
      box.left = Math.min(box.left, x - width / 2);
      box.right = Math.max(box.right, x + width / 2);
      box.top = Math.min(box.top, y - height / 2);
      box.bottom = Math.max(box.bottom, y + height / 2);
    }
    for (const [, y] of picture.headings) box.top = Math.min(box.top, y - picture.font * 1.2);
    return box;
  }

  /* Show all of it, clear of the buttons at the foot. */
  function fit() {
    const { left, right, top, bottom } = extent();
    const rim = stage.clientWidth < 640 ? 8 : 20, foot = 46;
    const [wide, tall] = [stage.clientWidth - 2 * rim, stage.clientHeight - rim - foot];
    const scale = Math.min(wide / (right - left), tall / (bottom - top), 1.4);
    const y = (top + bottom) / 2 + (foot - rim) / 2 / scale;
    network.moveTo({ position: { x: (left + right) / 2, y }, scale, animation: false });
  }

  function arrange() {
    const narrow = "narrow" in page.pictures && stage.clientWidth < 640;
    const name = narrow ? "narrow" : "wide";
    const changed = picture === null || picture.name !== name;
    picture = { name, ...page.pictures[name] };
    const { left, right, top, bottom } = extent();
    stage.classList.toggle("tall", narrow);
    stage.style.height = narrow ? `${Math.ceil((bottom - top) * Math.min(1.4, (stage.clientWidth - 16) / (right - left)) + 56)}px` : "";
    return changed;
  }

  function start() {
    arrange();
    network = new vis.Network(
      holder,
      drawn(),
      {
        physics: { enabled: false }, layout: { improvedLayout: false, randomSeed: 1 },
        nodes: { font: { face: getComputedStyle(document.body).fontFamily } },
        interaction: { hover: true, dragNodes: false, keyboard: { enabled: true, bindToWindow: false }, tooltipDelay: 0, hideEdgesOnDrag: edges.length > 1000 },
      },
    );
    network.on("beforeDrawing", drawHeadings);
    network.on("hoverEdge", ({ edge, pointer }) => showTip(edgeTip(edges[edge]), pointer.DOM));
    network.on("hoverNode", ({ node, pointer }) => { if (nodes[node]) showTip(nodeTip(nodes[node]), pointer.DOM); });
    for (const event of ["blurEdge", "blurNode", "dragStart", "zoom"]) network.on(event, () => { tip.hidden = true; });
    holder.addEventListener("mouseleave", () => { tip.hidden = true; });
    network.on("click", ({ nodes: [node], edges: [edge] }) => {
      choose(nodes[node] ? ["node", node] : edge !== undefined ? ["edge", edge] : null);
    });
    const zoom = (factor) => network.moveTo({ scale: network.getScale() * factor });
    document.getElementById("zoom-in").addEventListener("click", () => zoom(1.3));
    document.getElementById("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
    document.getElementById("fit").addEventListener("click", fit);
    new ResizeObserver(() => { if (arrange()) redraw(); network.setSize("100%", "100%"); fit(); }).observe(stage);
    fit();
    window.network = network;
  }

  if (holder) start();
  dark.addEventListener("change", paint);
  for (const button of document.querySelectorAll("[data-lang]")) {
    button.addEventListener("click", () => { lang = button.dataset.lang === "ko" ? 1 : 0; speak(); });
  }
  for (const button of document.querySelectorAll("[data-edge]")) {
    button.addEventListener("click", () => {
      choose(["edge", Number(button.dataset.edge)]);
      stage.scrollIntoView({ block: "nearest" });
    });
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { choose(null); if (tip) tip.hidden = true; } });
  paint();
  window.addEventListener("beforeprint", () => { const twin = document.getElementById("twin"); if (twin) twin.open = true; });
})();

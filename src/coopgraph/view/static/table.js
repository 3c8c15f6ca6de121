/* The table twin of the picture: the edges that are shown, made when it is opened. */

const ROWS = 200;
const twin = $("twin");
let rowsShown = ROWS;

function row(edge) {
  const end = (node) => make("td", button(said(short(nameOf(node), 200)), () => { choose(["node", node.id], { jump: true }); }, { class: "text" }));
  const [from, to] = endsOf(edge);
  const facts = factsOf(edge).map(([name, value]) => make("div", [`${name}: `, said(short(value, 300))]));
  return make("tr", [
    end(from), make("td", edgeKindName(edge)), end(to), make("td", facts), make("td", places(edge)),
    make("td", button(word("show"), () => { choose(["edge", edge.id]); stage.scrollIntoView({ block: "nearest" }); }, { "data-edge": String(edge.id), "aria-label": `${word("show")}: ${short(endsText(edge), 120)}` })),
  ]);
}

function fillTable() {
  const all = edges.filter((edge) => shown.edges.has(edge.id));
  const head = ["from", "relation", "to", "facts", "sources", "show"].map((name) => make("th", word(name), { scope: "col" }));
  const table = make("table", [make("thead", make("tr", head)), make("tbody", all.slice(0, rowsShown).map(row))]);
  const rest = all.length - rowsShown;
  const more = rest > 0 ? [button(word("more", number(rest)), () => { rowsShown += ROWS * 5; fillTable(); }, { class: "more", id: "more-rows" })] : [];
  twin.querySelector(".scroll").replaceChildren(table, ...more);
}

function showTable() {
  if (!twin) return;
  $("twin-count").textContent = share(totals().edges);
  if (twin.open) fillTable();
  else twin.querySelector(".scroll").replaceChildren();
}

function startTable() {
  twin?.addEventListener("toggle", () => { rowsShown = ROWS; showTable(); });
}

/* The table twin of the picture: the edges that are shown, made when it is opened. */

import { button, byId, make, said } from "../dom.js";
import { share } from "./legend.js";
import { model } from "./model.js";
import { edgeKindName, number, word } from "./page.js";
import { choose, nodeButton, places } from "./panel.js";
import { stage } from "./places.js";
import { short } from "./text.js";
import { endsText, factsOf } from "./values.js";

/** @import { Edge } from "../types.d.ts" */

const ROWS = 200;
const twin = /** @type {HTMLDetailsElement | null} */ (byId("twin")); // none where there are no edges
let rowsShown = ROWS;

/** @param {Edge} edge */
function row(edge) {
  const [from, to] = model.ends(edge).map((node) => make("td", nodeButton(node, 200)));
  const facts = factsOf(edge).map(([name, value]) => make("div", [`${name}: `, said(short(value, 300))]));
  const show = () => { choose(["edge", edge.id]); stage.scrollIntoView({ block: "nearest" }); };
  return make("tr", [
    from, make("td", edgeKindName(edge)), to, make("td", facts), make("td", places(edge)),
    make("td", button(word("show"), show, { "data-edge": String(edge.id), "aria-label": `${word("show")}: ${short(endsText(edge), 120)}` })),
  ]);
}

function filledTable() {
  const all = model.shownEdges();
  const head = ["from", "relation", "to", "facts", "sources", "show"].map((name) => make("th", word(name), { scope: "col" }));
  const table = make("table", [make("thead", make("tr", head)), make("tbody", all.slice(0, rowsShown).map(row))]);
  const rest = all.length - rowsShown;
  return rest > 0 ? [table, button(word("more", number(rest)), () => { rowsShown += ROWS * 5; showTable(); }, { class: "more", id: "more-rows" })] : [table];
}

export function showTable() {
  if (!twin) return;
  byId("twin-count").textContent = share(model.totals().edges);
  twin.querySelector(".scroll")?.replaceChildren(...(twin.open ? filledTable() : []));
}

export function startTable() {
  twin?.addEventListener("toggle", () => { rowsShown = ROWS; showTable(); });
}

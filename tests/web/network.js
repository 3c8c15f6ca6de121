// A small network as the data of a page holds it, for the tests of its modules.

import { Model, setModel } from "../../src/coopgraph/web/network/model.js";
import { setPage } from "../../src/coopgraph/web/network/page.js";
import { state } from "../../src/coopgraph/web/network/state.js";

const WORDS = ["facet-kind", "facet-edge", "facet-stance", "facet-technology", "facet-country", "facet-ministry", "facet-year", "facet-source", "facet-layer", "none", "via", "weight", "bundled", "yes", "no"];

/** The tables of a page in two languages, the second invented. */
export const tables = () => ({
  name: "made", titles: ["Made", "Facta"], notes: [], languages: ["en", "la"], directed: true, weighted: true, base: "https://x.example/id/", neutral: 0, stances: 0,
  tones: [], pictures: { wide: { cards: false, font: 12, ends: [], headings: [[1, 2, "head", "caput", true]] } },
  classes: [["coop:Technology", "technology", "ars", "dot", 1, 6], ["coop:Organisation", "organisation", "corpus", "square", 2, 30]],
  kinds: [["coop:intendedPartner", "planned partner", "socius", "https://x.example/ns#intendedPartner"], ["coop:pays", "pays", "solvit", "https://x.example/ns#pays", 3, "won", "nummi"]],
  values: [["ch", "Switzerland", "Helvetia", "https://x.example/id/country/ch"], ["us", "USA", "America", "https://x.example/id/country/us"]],
  attributes: [["year", "year", "annus", false], ["amount", "amount", "summa", false], ["position", "position", "locus", true], ["currency", "currency", "moneta", false]],
  sources: [["https://x.example/s", "Plan", "Consilium", "https://x.example/plan.pdf", ""]], evidence: [[0, "row 1", "linea 1"]], charts: [["chart", "Chart", "Tabula"]],
  words: Object.fromEntries(WORDS.map((name) => [name, [name, `${name} (la)`]])),
  money: [
    { amount: "{currency} {number}", plain: "{currency} {number}", units: [[12, "{} trillion"], [9, "{} billion"]], currencies: {} },
    { amount: "{number} {currency}", plain: "{number}{currency}", units: [[12, "{}T"], [8, "{}E"], [4, "{}M"]], join: " ", currencies: { KRW: "W" } },
  ],
  numbers: [{ group: ",", decimal: "." }, { group: ".", decimal: "," }],
  query: { prologue: "PREFIX coop: <https://x.example/ns#>\n", body: "SELECT ?source ?target ?kind WHERE { ?source ?kind ?target }", ends: "ends" },
});

/** @param {number} id @param {string} path @param {string} name @param {number} kind @param {object} [more] */
const node = (id, path, name, kind, more) => ({ id, iri: `https://x.example/id/${path}`, key: path.split("/")[1], name: [name, `${name}um`], kind, tone: kind, degree: 1, ...more });

/** Two technologies, three institutions, five edges; the last two between the same nodes. */
export const nodes = () => [
  node(0, "technology/quantum", "Quantum", 0, { degree: 3 }), node(1, "technology/nuclear", "Nuclear", 0, { degree: 2 }),
  node(2, "organisation/eth", "ETH", 1, { country: 0, degree: 2 }), node(3, "organisation/mit", "MIT", 1, { country: 1 }), node(4, "organisation/alone", "Alone", 1, { degree: 0 }),
];
/** @param {number} id @param {number} from @param {number} to @param {object} [more] */
const edge = (id, from, to, more) => ({ id, from, to, kind: 0, weight: 1, tone: 0, width: 1, ...more });
export const edges = () => [
  edge(0, 0, 2, { facts: { 0: 2023 }, evidence: [0] }), edge(1, 0, 3, { weight: 5, via: [1] }), edge(2, 1, 2, { facts: { 0: 2024 } }),
  edge(3, 1, 3, { kind: 1, weight: 2, facts: { 1: 25_900_000_000_000, 3: "KRW" } }), edge(4, 1, 3, { claim: "https://x.example/claim/1" }),
];

/** Set the page and the model, and all that a reader sets as it is at first. @param {string} [lang] */
export function opened(lang = "en") {
  Object.assign(state, { theme: "", chosen: null, path: null, query: "", layout: "", least: 0, counts: "", years: null, size: "", colour: "", show: "", order: "" });
  for (const map of [state.hidden, state.open, state.moved]) map.clear();
  setPage(tables(), lang);
  const made = new Model(nodes(), edges());
  setModel(made);
  made.update();
  return made;
}

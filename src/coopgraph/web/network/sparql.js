/* A SPARQL query that gives the shown edges, or those of the selection, again. */

import { model } from "./model.js";
import { edgeKind, page } from "./page.js";
import { state } from "./state.js";

/** @import { Edge } from "../types.d.ts" */

/* The edges that a selection is about: those of the node, the edge, the path; else all shown. */
export function selectedEdges() {
  const all = model.shownEdges();
  if (state.path) {
    const path = new Set(model.path(...state.path)?.edges);
    return all.filter((edge) => path.has(edge.id));
  }
  if (!state.chosen) return all;
  const [what, id] = state.chosen;
  return what === "edge" ? [model.edge(id)] : all.filter((edge) => edge.from === id || edge.to === id);
}

/** Whether a text may be written between < and > (SPARQL 1.1, production IRIREF). @param {string | undefined} text */
const isIri = (text) => text !== undefined && /^[a-z][a-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*$/i.test(text);
/** @param {string | undefined} text */
const iri = (text) => (text ? `<${text}>` : "UNDEF");
/** @param {string} text */
const indented = (text) => text.replace(/^(?=.)/gm, "    ");
/** @param {Edge} edge */
const both = (edge) => model.ends(edge).map((node) => node.iri);

/** @param {Edge[]} chosen */
export function sparql(chosen = selectedEdges()) {
  const { prologue, body, ends } = page.query;
  const { edges } = model.scene;
  const whole = chosen.length === edges.length && !page.more && !edges.some((edge) => edge.count);
  const titles = page.titles.map((title) => `# ${title.replace(/[\r\n\u2028\u2029]+/g, " ")}\n`).join("");
  if (whole && body && ends === "edges") return `${titles}${prologue}${body}\n`;
  const told = chosen.filter((edge) => !edge.count);
  const usable = told.filter((edge) => [...both(edge), edgeKind(edge).iri].every(isIri) && (!edge.claim || isIri(edge.claim)));
  const left = told.length - usable.length;
  const head = titles + (left ? `# ${left} edges have an end, kind or claim that is no IRI, and are left out.\n` : "");
  /** @param {(edge: Edge) => (string | undefined)[]} read */
  const rows = (read) => [...new Set(usable.map((edge) => `    (${read(edge).map(iri).join(" ")})\n`))].join("");
  if (!body) {
    const values = rows((edge) => [both(edge)[0], edgeKind(edge).iri, both(edge)[1]]);
    return `${head}SELECT ?source ?kind ?target WHERE {\n  VALUES (?source ?kind ?target) {\n${values}  }\n  ?source ?kind ?target .\n}\n`;
  }
  const [selected] = body.split("{");
  if (ends === "shared") {
    // Rows of one kind join with each other: a row that names none is of the kind skos:related.
    const kinds = /\?kind\b/.test(selected) ? " ?relation" : "";
    const named = kinds && " (COALESCE(?kind, <http://www.w3.org/2004/02/skos/core#related>) AS ?relation)";
    /** @param {string} name */
    const half = (name) => `  { SELECT (?node AS ?${name}) ?via${named} WHERE { {\n${indented(body)}\n  } } }\n`;
    const values = rows((edge) => [...both(edge), ...(kinds ? [edgeKind(edge).iri] : [])]);
    return `${head}${prologue}SELECT DISTINCT ?source ?target ?via${kinds} WHERE {\n  VALUES (?source ?target${kinds}) {\n${values}  }\n${half("source")}${half("target")}}\n`;
  }
  const claims = /\?claim\b/.test(selected) && usable.some((edge) => edge.claim);
  const names = `?source ?target ?kind${claims ? " ?claim" : ""}`;
  const values = rows((edge) => [...both(edge), edgeKind(edge).iri, ...(claims ? [edge.claim] : [])]);
  return `${head}${prologue}SELECT * WHERE {\n  VALUES (${names}) {\n${values}  }\n  {\n${indented(body)}\n  }\n}\n`;
}

/* A SPARQL query that gives the shown edges, or those of the selection, again. */

/* The edges that a selection is about: those of the node, the edge, the path; else all shown. */
function selectedEdges() {
  const all = edges.filter((edge) => shown.edges.has(edge.id));
  if (state.path) {
    const path = new Set(shortestPath(...state.path)?.edges);
    return all.filter((edge) => path.has(edge.id));
  }
  if (!state.chosen) return all;
  const [what, id] = state.chosen;
  if (what === "edge") return [edgeById.get(id)];
  return all.filter((edge) => edge.from === id || edge.to === id);
}

/* Whether a text may stand between < and > (SPARQL 1.1, production IRIREF). */
const isIri = (text) => typeof text === "string" && /^[a-z][a-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*$/i.test(text);
const iri = (text) => (text ? `<${text}>` : "UNDEF");

function sparql(chosen = selectedEdges()) {
  const { prologue, body, ends } = page.query;
  const whole = chosen.length === edges.length && !page.more && !edges.some((edge) => edge.count);
  const titles = page.titles.map((title) => `# ${title.replace(/[\r\n\u2028\u2029]+/g, " ")}\n`).join("");
  if (whole && body && ends === "edges") return `${titles}${prologue}${body}\n`;
  const told = chosen.filter((edge) => !edge.count);
  const usable = told.filter((edge) => [...endsOf(edge).map((node) => node.iri), edgeKind(edge)[3]].every(isIri) && (!edge.claim || isIri(edge.claim)));
  const left = told.length - usable.length;
  const note = left ? `# ${left} edges have an end, kind or claim that is no IRI, and are left out.\n` : "";
  const rows = (read) => [...new Set(usable.map((edge) => `    (${read(edge).map(iri).join(" ")})\n`))].join("");
  const both = (edge) => endsOf(edge).map((node) => node.iri);
  const indented = (text) => text.replace(/^(?=.)/gm, "    ");
  if (!body) {
    return `${titles}${note}SELECT ?source ?kind ?target WHERE {\n  VALUES (?source ?kind ?target) {\n${rows((edge) => [both(edge)[0], edgeKind(edge)[3], both(edge)[1]])}  }\n  ?source ?kind ?target .\n}\n`;
  }
  if (ends === "shared") {
    // Rows of one kind join with each other: a row that names none is of the kind skos:related.
    const kinds = /\?kind\b/.test(body.split("{")[0]) ? " ?relation" : "";
    const named = kinds && " (COALESCE(?kind, <http://www.w3.org/2004/02/skos/core#related>) AS ?relation)";
    const half = (name) => `  { SELECT (?node AS ?${name}) ?via${named} WHERE { {\n${indented(body)}\n  } } }\n`;
    const values = rows((edge) => [...both(edge), ...(kinds ? [edgeKind(edge)[3]] : [])]);
    return `${titles}${note}${prologue}SELECT DISTINCT ?source ?target ?via${kinds} WHERE {\n  VALUES (?source ?target${kinds}) {\n${values}  }\n${half("source")}${half("target")}}\n`;
  }
  const claims = /\?claim\b/.test(body.split("{")[0]) && usable.some((edge) => edge.claim);
  const names = `?source ?target ?kind${claims ? " ?claim" : ""}`;
  const values = rows((edge) => [...both(edge), edgeKind(edge)[3], ...(claims ? [edge.claim] : [])]);
  return `${titles}${note}${prologue}SELECT * WHERE {\n  VALUES (${names}) {\n${values}  }\n  {\n${indented(body)}\n  }\n}\n`;
}

/* Copy the query, and show it: where a frame or browser blocks copying, it can be copied by hand. */
async function copySparql() {
  const chosen = selectedEdges(), text = sparql(chosen);
  const area = make("textarea", text, { readonly: true, rows: "14", spellcheck: "false", "aria-label": "SPARQL", wrap: "off" });
  const done = make("p", "", { class: "place", role: "status" });
  const copy = async () => {
    area.select();
    try {
      await navigator.clipboard.writeText(text);
      done.textContent = word("copied");
    } catch {
      done.textContent = document.execCommand("copy") ? word("copied") : word("copy-by-hand");
    }
  };
  showDialog(word("sparql-of", number(chosen.length)), [area, make("div", [button(word("copy"), copy, { id: "copy" }), done], { class: "actions" })]);
  await copy();
}

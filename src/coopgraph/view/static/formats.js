/* What is shown as GraphML, CSV and JSON: the same attributes, under the same names, as the
   command `coopgraph network` writes (coopgraph.network.model lists them). */

const LIST = " | ";

function* named(name, entry, withIri) {
  const [key, en, ko, address] = entry;
  yield [name, key];
  if (withIri) yield [`${name}_iri`, address];
  yield [`${name}_en`, en];
  yield [`${name}_ko`, ko];
}

function nodeAttributes(node) {
  const [curie, en, ko] = kindOf(node);
  const found = [["iri", node.iri], ["key", node.key], ["label", nameOf(node)], ["label_en", node.name[0]], ["label_ko", node.name[1]],
    ["class", curie], ["kind", curie.slice(curie.lastIndexOf(":") + 1)], ["kind_en", en], ["kind_ko", ko]];
  for (const name of ["subkind", "country"]) if (node[name] !== undefined) found.push(...named(name, page.values[node[name]], false));
  if (node.identifiers) found.push(["identifiers", node.identifiers]);
  return Object.fromEntries(found);
}

function edgeAttributes(edge) {
  const [curie, en, ko] = edgeKind(edge);
  const found = [["kind", curie], ["label", edgeKindName(edge)], ["label_en", en], ["label_ko", ko], ["weight", edge.weight]];
  if (edge.claim) found.push(["claim", edge.claim]);
  for (const [index, value] of Object.entries(edge.facts ?? {})) {
    const [name] = page.attributes[index];
    found.push(...(Array.isArray(value) ? named(name, page.values[value[0]], true) : [[name, value]]));
  }
  const via = (edge.via ?? []).map((index) => page.values[index]);
  if (via.length) found.push(["via", via.map((each) => each[3])], ["via_en", via.map((each) => each[1])], ["via_ko", via.map((each) => each[2])]);
  const entries = (edge.evidence ?? []).map((index) => page.evidence[index]);
  if (entries.length) {
    ["sources", "sources_en", "sources_ko"].forEach((name, i) => found.push([name, entries.map((each) => page.sources[each[0]][i])]));
    ["locators_en", "locators_ko"].forEach((name, i) => found.push([name, entries.map((each) => each[1 + i])]));
  }
  return Object.fromEntries(found);
}

const shownNodes = () => nodes.filter((node) => shown.nodes.has(node.id) && node.iri);
const shownEdges = () => edges.filter((edge) => shown.edges.has(edge.id) && !edge.count && endsOf(edge).every((node) => node.iri));

function asJson() {
  const told = {
    directed: page.directed, multigraph: true,
    graph: { name: page.titles[state.lang], notes: page.notes.map((note) => note[state.lang]) },
    nodes: shownNodes().map((node) => ({ ...nodeAttributes(node), id: node.iri })),
    edges: shownEdges().map((edge) => ({ ...edgeAttributes(edge), source: endsOf(edge)[0].iri, target: endsOf(edge)[1].iri, key: edge.id })),
  };
  return `${JSON.stringify(told, null, 1)}\n`;
}

const flat = (value) => (Array.isArray(value) ? value.join(LIST) : value === null || value === undefined ? "" : String(value));
const cell = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/* One line for each edge. A byte order mark tells spreadsheets that it is UTF-8. */
function asCsv() {
  const rows = shownEdges().map((edge) => ({ edge, more: edgeAttributes(edge) }));
  const taken = new Set(["kind", "weight", "label", "label_en", "label_ko"]);
  const skipped = state.lang ? "_en" : "_ko";
  const further = [...new Set(rows.flatMap(({ more }) => Object.keys(more)))].filter((name) => !taken.has(name) && !name.endsWith(skipped)).sort();
  const lines = rows.map(({ edge, more }) => {
    const [from, to] = endsOf(edge);
    return [nameOf(from), nameOf(to), edgeKindName(edge), edge.weight, ...further.map((name) => more[name]), from.iri, to.iri, edgeKind(edge)[3]];
  });
  const head = ["source", "target", "kind", "weight", ...further, "source_iri", "target_iri", "kind_iri"];
  return `\ufeff${[head, ...lines].map((line) => `${line.map((value) => cell(flat(value))).join(",")}\n`).join("")}`;
}

const xml = (value) => flat(value)
  .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
  .replace(/[&<>"\r\n\t]/g, (mark) => `&#${mark.charCodeAt(0)};`);

/* The GraphML type that holds all values of an attribute. */
function xmlType(values) {
  const every = (test) => values.every(test);
  if (every((value) => typeof value === "boolean")) return "boolean";
  if (every((value) => typeof value === "number")) return every(Number.isSafeInteger) ? "long" : "double";
  return "string";
}

function asGraphml() {
  const keys = [];
  const declared = (target, items) => {
    const values = new Map();
    for (const item of items) for (const [name, value] of Object.entries(item)) values.set(name, [...(values.get(name) ?? []), value]);
    return new Map([...values].map(([name, all]) => {
      const id = `d${keys.length}`;
      keys.push(`<key id="${id}" for="${target}" attr.name="${xml(name)}" attr.type="${name === "weight" ? "double" : xmlType(all)}"/>`);
      return [name, id];
    }));
  };
  const [ofNodes, ofEdges] = [shownNodes().map(nodeAttributes), shownEdges().map(edgeAttributes)];
  const [nodeKeys, edgeKeys] = [declared("node", ofNodes), declared("edge", ofEdges)];
  const cells = (item, ids) => Object.entries(item).filter(([, value]) => value !== null).map(([name, value]) => `<data key="${ids.get(name)}">${xml(value)}</data>`).join("");
  const nodeLines = ofNodes.map((item) => `<node id="${xml(item.iri)}">${cells(item, nodeKeys)}</node>`);
  const edgeLines = shownEdges().map((edge, i) => `<edge source="${xml(endsOf(edge)[0].iri)}" target="${xml(endsOf(edge)[1].iri)}" id="${xml(edge.id)}">${cells(ofEdges[i], edgeKeys)}</edge>`);
  keys.push('<key id="name" for="graph" attr.name="name" attr.type="string"/>');
  return ['<?xml version="1.0" encoding="utf-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">', ...keys,
    `<graph edgedefault="${page.directed ? "directed" : "undirected"}"><data key="name">${xml(page.titles[state.lang])}</data>`,
    ...nodeLines, ...edgeLines, "</graph>", "</graphml>", ""].join("\n");
}

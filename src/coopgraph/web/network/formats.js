/* What is shown as GraphML, CSV and JSON: the same attributes, under the same names, as the
   command `coopgraph network` writes (coopgraph.network.model lists them). */

import { model } from "./model.js";
import { edgeKind, edgeKindName, inLanguage, kindOf, nameOf, page } from "./page.js";
import { state } from "./state.js";

/** @import { Edge, Node, Text } from "../types.d.ts" */
/** @typedef {[name: string, value: unknown]} Pair */
/** @typedef {Record<string, unknown>} Item */

const LIST = " | ";

/** The languages that data have labels in: the page may speak more. @returns {{ code: string, lang: number }[]} */
const languages = () => page.languages.map((code, lang) => ({ code, lang })).filter(({ code }) => (page.labelled ?? page.languages).includes(code));
/** A text in each language: label_en and so on. @param {string} name @param {Text} texts @returns {Pair[]} */
const inEach = (name, texts) => languages().map(({ code, lang }) => [`${name}_${code}`, inLanguage(texts, lang)]);
/** Several texts in each language. @param {string} name @param {Text[]} all @returns {Pair[]} */
const listsIn = (name, all) => languages().map(({ code, lang }) => [`${name}_${code}`, all.map((texts) => inLanguage(texts, lang))]);

/** @param {Node} node @returns {Item} */
function nodeAttributes(node) {
  const { key, name } = kindOf(node);
  const found = [["iri", node.iri], ["key", node.key], ["label", nameOf(node)], ...inEach("label", node.name),
    ["class", key], ["kind", key.slice(key.lastIndexOf(":") + 1)], ...inEach("kind", name)];
  for (const each of /** @type {const} */ (["subkind", "country"])) {
    const value = page.values[node[each] ?? -1];
    if (value) found.push([each, value.key], ...inEach(each, value.name));
  }
  if (node.identifiers) found.push(["identifiers", node.identifiers]);
  return Object.fromEntries(found);
}

/** @param {Edge} edge @returns {Item} */
function edgeAttributes(edge) {
  const { key, name } = edgeKind(edge);
  /** @type {Pair[]} */
  const found = [["kind", key], ["label", edgeKindName(edge)], ...inEach("label", name), ["weight", edge.weight]];
  if (edge.claim) found.push(["claim", edge.claim]);
  for (const [index, value] of Object.entries(edge.facts ?? {})) {
    const attribute = page.attributes[Number(index)].key;
    const entity = Array.isArray(value) ? page.values[value[0]] : null;
    found.push(...(entity ? /** @type {Pair[]} */ ([[attribute, entity.key], [`${attribute}_iri`, entity.iri], ...inEach(attribute, entity.name)]) : [/** @type {Pair} */ ([attribute, value])]));
  }
  const via = (edge.via ?? []).map((index) => page.values[index]);
  if (via.length) found.push(["via", via.map((each) => each.iri)], ...listsIn("via", via.map((each) => each.name)));
  const entries = (edge.evidence ?? []).map((index) => page.evidence[index]), sources = entries.map((each) => page.sources[each.source]);
  if (entries.length) {
    found.push(["sources", sources.map((each) => each.key)], ...listsIn("sources", sources.map((each) => each.name)),
      ...listsIn("locators", entries.map((each) => each.locator)));
  }
  return Object.fromEntries(found);
}

const savedNodes = () => model.shownNodes().filter((node) => node.iri);
export const savedEdges = () => model.shownEdges().filter((edge) => !edge.count && model.ends(edge).every((node) => node.iri));

export function asJson() {
  const told = {
    directed: page.directed, multigraph: true,
    graph: { name: inLanguage(page.titles), notes: page.notes.map((text) => inLanguage(text)) },
    nodes: savedNodes().map((node) => ({ ...nodeAttributes(node), id: node.iri })),
    edges: savedEdges().map((edge) => {
      const [source, target] = model.ends(edge);
      return { ...edgeAttributes(edge), source: source.iri, target: target.iri, key: edge.id };
    }),
  };
  return `${JSON.stringify(told, null, 1)}\n`;
}

/** @param {unknown} value */
const flat = (value) => (Array.isArray(value) ? value.join(LIST) : value === null || value === undefined ? "" : String(value));
/* What a spreadsheet would take for a formula, and numbers and dates that are none: as coopgraph.formats.csv. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const HARMLESS = /^(?:[-－]|[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:e[+-]?\d+)?%?|[+-]?\.\d+%?|-\d{4,}-\d\d(?:-\d\d)?)$/i;
/** A cell of CSV that no spreadsheet runs. @param {string} text */
export function cell(text) {
  const shown = FORMULA.test(text) && !HARMLESS.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

/* One line for each edge. Spreadsheets know UTF-8 by its byte order mark. */
export function asCsv() {
  const rows = savedEdges().map((edge) => ({ edge, more: edgeAttributes(edge) }));
  const taken = new Set(["kind", "weight", "label", ...languages().map(({ code }) => `label_${code}`)]);
  const shown = languages().find(({ lang }) => lang === state.lang) ?? languages()[0];
  const skipped = languages().filter(({ lang }) => lang !== shown.lang).map(({ code }) => `_${code}`);
  const further = [...new Set(rows.flatMap(({ more }) => Object.keys(more)))]
    .filter((name) => !taken.has(name) && !skipped.some((ending) => name.endsWith(ending))).sort();
  const lines = rows.map(({ edge, more }) => {
    const [from, to] = model.ends(edge);
    return [nameOf(from), nameOf(to), edgeKindName(edge), edge.weight, ...further.map((name) => more[name]), from.iri, to.iri, edgeKind(edge).iri];
  });
  const head = ["source", "target", "kind", "weight", ...further, "source_iri", "target_iri", "kind_iri"];
  return `\ufeff${[head, ...lines].map((line) => `${line.map((value) => cell(flat(value))).join(",")}\n`).join("")}`;
}

/** Throws a RangeError with the text that XML cannot hold. @param {unknown} value */
function xml(value) {
  const text = flat(value);
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text)) throw new RangeError(JSON.stringify(text).slice(1, -1));
  return text.replace(/[&<>"\r\n\t]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** The GraphML type that holds all values of an attribute. @param {unknown[]} values */
function xmlType(values) {
  if (values.every((value) => typeof value === "boolean")) return "boolean";
  if (values.every((value) => typeof value === "number")) return values.every(Number.isSafeInteger) ? "long" : "double";
  return "string";
}

export function asGraphml() {
  /** @type {string[]} */
  const keys = [];
  /** The id of the key of each attribute of some items. @param {string} target @param {Item[]} items @returns {Map<string, string>} */
  const declared = (target, items) => {
    /** @type {Map<string, unknown[]>} */
    const values = new Map();
    for (const item of items) for (const [name, value] of Object.entries(item)) values.set(name, [...(values.get(name) ?? []), value]);
    return new Map([...values].map(([name, all]) => {
      const id = `d${keys.length}`;
      keys.push(`<key id="${id}" for="${target}" attr.name="${xml(name)}" attr.type="${name === "weight" ? "double" : xmlType(all)}"/>`);
      return [name, id];
    }));
  };
  const [ofNodes, ofEdges] = [savedNodes().map(nodeAttributes), savedEdges().map(edgeAttributes)];
  const [nodeKeys, edgeKeys] = [declared("node", ofNodes), declared("edge", ofEdges)];
  /** @param {Item} item @param {Map<string, string>} ids */
  const cells = (item, ids) => Object.entries(item).filter(([, value]) => value !== null).map(([name, value]) => `<data key="${ids.get(name)}">${xml(value)}</data>`).join("");
  const nodeLines = ofNodes.map((item) => `<node id="${xml(item.iri)}">${cells(item, nodeKeys)}</node>`);
  const edgeLines = savedEdges().map((edge, i) => {
    const [source, target] = model.ends(edge).map((node) => xml(node.iri));
    return `<edge source="${source}" target="${target}" id="${xml(edge.id)}">${cells(ofEdges[i], edgeKeys)}</edge>`;
  });
  keys.push('<key id="name" for="graph" attr.name="name" attr.type="string"/>');
  return ['<?xml version="1.0" encoding="utf-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">', ...keys,
    `<graph edgedefault="${page.directed ? "directed" : "undirected"}"><data key="name">${xml(inLanguage(page.titles))}</data>`,
    ...nodeLines, ...edgeLines, "</graph>", "</graphml>", ""].join("\n");
}

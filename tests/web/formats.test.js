import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { asCsv, asGraphml, asJson, cell } from "../../src/coopgraph/web/network/formats.js";
import { page } from "../../src/coopgraph/web/network/page.js";
import { sha256 } from "../../src/coopgraph/web/network/sha256.js";
import { sparql } from "../../src/coopgraph/web/network/sparql.js";
import { state } from "../../src/coopgraph/web/network/state.js";
import { fill } from "../../src/coopgraph/web/site/results.js";
import { opened } from "./network.js";

test("JSON has labels in each language, and entities by IRI", () => {
  opened("la");
  const { graph, nodes, edges } = JSON.parse(asJson());
  assert.equal(graph.name, "Facta");
  assert.deepEqual(nodes[2], {
    id: "https://x.example/id/organisation/eth", iri: "https://x.example/id/organisation/eth", key: "eth", label: "ETHum", label_en: "ETH", label_la: "ETHum",
    class: "coop:Organisation", kind: "Organisation", kind_en: "organisation", kind_la: "corpus", country: "ch", country_en: "Switzerland", country_la: "Helvetia",
  });
  assert.deepEqual(edges[1].via_la, ["America"]);
  assert.deepEqual([edges[0].year, edges[0].sources, edges[0].locators_la], [2023, ["https://x.example/s"], ["linea 1"]]);
});

test("a language that only the page speaks is no attribute", () => {
  opened();
  page.labelled = [...page.languages];
  page.languages.push("ja");
  page.classes.forEach(({ name }) => name.push(""));
  state.lang = 2;
  assert.ok(!asJson().includes("_ja"));
  const [head, first] = asCsv().split("\n");
  assert.ok(head.includes("locators_en") && !head.includes("locators_la"));
  assert.ok(first.startsWith("Quantum [en],ETH [en],planned partner [en],1,"));
});

test("CSV has the attributes in the language of the page, quoted where they must be", () => {
  const model = opened();
  model.node(2).name[0] = 'E"T,H';
  const [head, first] = asCsv().split("\n");
  assert.equal(head.charCodeAt(0), 0xfeff);
  assert.ok(head.includes("locators_en") && !head.includes("_la"));
  assert.ok(first.startsWith('Quantum,"E""T,H",planned partner,1,'));
});

test("GraphML escapes what is markup, and types what it holds", () => {
  const model = opened();
  model.node(2).name[0] = "<&\r>";
  const text = asGraphml();
  assert.ok(text.includes("&#60;&#38;&#13;&#62;"));
  assert.match(text, /attr\.name="year" attr\.type="long"/);
  assert.equal(text.match(/<edge /g)?.length, 5);
});

test("GraphML names a text that XML cannot hold", () => {
  const model = opened();
  for (const mark of ["\u0000", "\u001b", "\ufffe", "\ud800"]) {
    model.node(2).name[0] = `<&${mark}>`;
    assert.throws(asGraphml, { name: "RangeError", message: JSON.stringify(`<&${mark}>`).slice(1, -1) });
  }
});

test("no cell of CSV is a formula", () => {
  for (const begin of ["=", "+", "-", "@", "\t", "＝", "'=", "''@"]) assert.equal(cell(`${begin}a`), `'${begin}a`);
  assert.equal(cell('=a"\r'), '"\'=a""\r"');
  for (const same of ["-16.7", "−16.7", "+5", "-1.5e-9", "-3%", "-", "-0044-03-15", "2024-03-15", "'s", "’24", ""]) assert.equal(cell(same), same);
});

test("SPARQL gives the chosen edges, and leaves out what is no IRI", () => {
  const model = opened();
  state.chosen = ["edge", 3];
  assert.match(sparql(), /VALUES \(\?source \?target \?kind\) \{\n {4}\(<https:\/\/x\.example\/id\/technology\/nuclear> <[^>]+mit> <[^>]+pays>\)\n {2}\}/);
  model.node(3).iri = "no iri>";
  assert.match(sparql(), /# 1 edges have an end, kind or claim that is no IRI/);
});

test("SHA-256 is that of the standard", () => {
  for (const text of ["", "abc", "x".repeat(1000), "한국"]) {
    const bytes = new TextEncoder().encode(text);
    assert.equal(sha256(bytes), createHash("sha256").update(bytes).digest("hex"));
  }
});

test("texts of the server's pages are filled by order or by number", () => {
  assert.equal(fill("{} of {}", 1, 2), "1 of 2");
  assert.equal(fill("{1} before {0}", "a", "b"), "b before a");
});

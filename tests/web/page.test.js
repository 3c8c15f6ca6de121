import assert from "node:assert/strict";
import { test } from "node:test";
import { attribute, hasAmount, inLanguage, kindOf, money, number as figure, page, setPage, unitOf, word } from "../../src/coopgraph/web/network/page.js";
import { state } from "../../src/coopgraph/web/network/state.js";
import { endsText, factsOf, modalityText, placesOf } from "../../src/coopgraph/web/network/values.js";
import { opened, tables } from "./network.js";

test("each table has one column of labels for each language, whatever languages there are", () => {
  const model = opened("la");
  assert.deepEqual(page.classes[1], { key: "coop:Organisation", name: ["organisation", "corpus"], form: "square", tone: 2, radius: 30 });
  assert.deepEqual(page.evidence[0].locator, ["row 1", "linea 1"]);
  assert.deepEqual(page.pictures.wide.headings, [{ x: 1, y: 2, name: ["head", "caput"], column: true }]);
  assert.equal(unitOf(model.edge(3)), "nummi");
  const three = tables();
  Object.assign(three, { languages: ["en", "ja", "la"], titles: ["Made", "", "Facta"], kinds: [], values: [["ch", "Switzerland", "", "Helvetia", "urn:ch"]], evidence: [], classes: [] });
  setPage(three, "ja");
  assert.deepEqual(page.values[0], { key: "ch", name: ["Switzerland", "", "Helvetia"], iri: "urn:ch" });
  assert.equal(inLanguage(page.values[0].name), "Switzerland [en]");
  assert.equal(inLanguage(["", "", ""]), "");
  state.lang = 2;
  assert.equal(inLanguage(page.values[0].name), "Helvetia");
});

test("a page opens in the language that it is told, else in its first", () => {
  for (const [lang, number] of /** @type {const} */ ([["la", 1], ["en", 0], ["fr", 0]])) {
    setPage(tables(), lang);
    assert.equal(state.lang, number);
  }
});

test("words are filled in; one that is not there says its own name", () => {
  opened();
  page.words.made = ["{} of {}", "{} ex {}"];
  assert.equal(word("made", 3, "$&"), "3 of $&");
  state.lang = 1;
  assert.equal(word("made", 3, 4), "3 ex 4");
  assert.equal(word("not-there"), "not-there");
});

test("amounts are written as the language has it", () => {
  opened();
  assert.equal(figure(1234567.5), "1,234,567.5");
  assert.equal(money(25_900_000_000_000, "KRW"), "KRW 25.9 trillion (25,900,000,000,000)");
  assert.equal(money(-2_500_000_000, "EUR"), "EUR -2.5 billion (-2,500,000,000)");
  assert.equal(money(999, "KRW"), "KRW 999");
  for (const [value, told] of /** @type {[number, string][]} */ ([[0, "0"], [-1000, "-1,000"], [999, "999"], [0.1234567, "0.123457"], [1e6, "1,000,000"], [1e-9, "0"], [NaN, "NaN"]])) assert.equal(figure(value), told);
  state.lang = 1;
  assert.equal(figure(1234567.5), "1.234.567,5");
  assert.equal(money(25_900_000_000_000, "KRW").replaceAll(/[.,\s]/g, " "), "25T 9 000E W (25 900 000 000 000W)");
  assert.equal(money(9999, "KRW").replaceAll(/[.,\s]/g, ""), "9999W");
});

test("what an edge says: its attributes, what is shared, and the weight where it says more", () => {
  const model = opened();
  assert.deepEqual(factsOf(model.edge(0)), [["year", "2023"], ["weight", "1"]]);
  assert.deepEqual(factsOf(model.edge(1)), [["via", "USA"], ["weight", "5"]]);
  assert.deepEqual(factsOf(model.edge(3)), [["amount", "KRW 25.9 trillion (25,900,000,000,000)"]]);
  assert.deepEqual([hasAmount(), hasAmount(model.edge(0))], [true, false]);
  assert.equal(endsText(model.edge(0)), "\u2068Quantum\u2069 → \u2068ETH\u2069");
  assert.deepEqual(placesOf(model.edge(0)).map(({ source, locator }) => [source.name[0], locator]), [["Plan", "row 1"]]);
  assert.equal(modalityText(model.edge(0)), "");
  assert.equal(attribute(model.edge(0), "year"), 2023);
  assert.equal(kindOf({ ...model.node(0), kind: -1 }).form, "dot");
});

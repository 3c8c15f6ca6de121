import assert from "node:assert/strict";
import { test } from "node:test";
import { setHidden, state } from "../../src/coopgraph/web/network/state.js";
import { opened, tables } from "./network.js";

test("neighbours come by weight, each with the edges between", () => {
  const model = opened();
  assert.deepEqual(model.neighbours(0), [[3, [1]], [2, [0]]]);
  assert.deepEqual(model.neighbours(1), [[3, [3, 4]], [2, [2]]]);
  assert.deepEqual(model.neighbours(4), []);
});

test("the shortest path takes the heavier way; none leads to what is alone", () => {
  const model = opened();
  assert.deepEqual(model.path(0, 1), { nodes: [0, 3, 1], edges: [1, 3] });
  assert.deepEqual(model.path(2, 2), { nodes: [2], edges: [] });
  assert.equal(model.path(0, 4), null);
});

test("a filter hides edges, and nodes of which no edge is left", () => {
  const model = opened();
  setHidden("country", new Set(["us"]));
  model.update();
  assert.deepEqual([...model.shown.edges], [0, 2]);
  assert.deepEqual([...model.shown.nodes], [0, 1, 2, 4]);
  assert.equal(model.shown.hides.get("country"), 3);
  setHidden("kind", new Set(["coop:Technology"]));
  model.update();
  assert.deepEqual([[...model.shown.nodes], model.shown.edges.size], [[2, 4], 0]);
  assert.equal(model.path(0, 2), null);
});

test("facets count values; those with one value are not offered, the kinds of edges are", () => {
  const model = opened();
  assert.deepEqual(model.facets().map(({ name, values }) => [name, values.map(({ key, count }) => `${key} ${count}`)]), [
    ["kind", ["coop:Organisation 3", "coop:Technology 2"]],
    ["technology", ["technology/nuclear 3", "technology/quantum 2"]], ["country", ["us 3", "ch 2"]],
    ["year", ["2024 1", "2023 1", " 3"]], ["source", ["https://x.example/s 1", " 4"]], ["layer", ["declared 1", " 4"]],
    ["edge", ["coop:intendedPartner 4", "coop:pays 1"]],
  ]);
  assert.equal(model.facet("kind")?.values[0].row?.name[1], "corpus");
});

test("what is open are nodes with so many of their neighbours", () => {
  const model = opened();
  state.open.set(0, 1);
  model.update();
  assert.deepEqual([[...model.shown.nodes], [...model.shown.edges]], [[0, 3], [1]]);
  assert.equal(model.openable(0), 2);
});

test("search ranks the beginning of a name before its middle, and finds unfinished syllables", () => {
  const model = opened();
  assert.deepEqual(model.hits("u").map((node) => node.key), ["quantum", "nuclear", "eth", "mit", "alone"]);
  assert.deepEqual(model.hits("alon").map((node) => node.key), ["alone"]);
  assert.deepEqual(model.search("um", 1), { list: [model.node(0)], total: 5 });
  assert.deepEqual(model.hits(" "), []);
  model.node(4).name[1] = "한국";
  model.folded = null;
  assert.deepEqual(model.hits("하").map((node) => node.key), ["alone"]);
});

test("the address names nodes by IRI, edges by their ends and rank", () => {
  const model = opened();
  assert.equal(model.edgeRef(model.edge(4)), "technology/nuclear organisation/mit 1");
  assert.deepEqual(model.found("technology/nuclear organisation/mit 1"), ["edge", 4]);
  assert.deepEqual(model.found("organisation/eth"), ["node", 2]);
  for (const ref of ["", "organisation/none", "technology/nuclear organisation/mit 9", "a b c"]) assert.equal(model.found(ref), null);
});

test("what is chosen lights its neighbours; a search lights what it finds", () => {
  const model = opened();
  assert.equal(model.lit(), null);
  state.chosen = ["node", 2];
  assert.deepEqual(model.lit(), { nodes: [2, 1, 0], edges: [2, 0] });
  state.chosen = ["edge", 3];
  assert.deepEqual(model.lit(), { nodes: [1, 3], edges: [3] });
  state.chosen = null;
  state.query = "mit";
  assert.deepEqual(model.lit(), { nodes: [3], edges: [] });
});

test("a part that is loaded later brings what is new, once", () => {
  const model = opened();
  const part = {
    page: { ...tables(), classes: [["coop:Organisation", "organisation", "corpus", "square", 2, 30], ["coop:Person", "person", "homo", "dot", 1, 6]], values: [["us", "USA", "America", "https://x.example/id/country/us"]] },
    nodes: [
      { id: 0, iri: "https://x.example/id/organisation/mit", name: ["MIT", "MITum"], kind: 0, tone: 2, degree: 1 },
      { id: 1, iri: "https://x.example/id/person/ada", name: ["Ada", "Ada"], kind: 1, tone: 1, degree: 1, country: 0 },
    ],
    edges: [{ id: 0, from: 1, to: 0, kind: 0, weight: 1, tone: 0, width: 1, via: [0], evidence: [0] }],
  };
  for (let time = 0; time < 2; time += 1) {
    model.merge(structuredClone(part), 3);
    assert.deepEqual([model.scene.nodes.length, model.scene.edges.length], [6, 6]);
  }
  const { id, kind, country, near } = model.node(5);
  assert.deepEqual([id, kind, country, near], [5, 2, 1, 3]);
  assert.deepEqual([model.edge(5).from, model.edge(5).to, model.edge(5).via], [5, 3, [1]]);
  assert.equal(model.node(3).degree, 4);
});

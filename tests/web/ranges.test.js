import assert from "node:assert/strict";
import { test } from "node:test";
import { measured, measures } from "../../src/coopgraph/web/network/measures.js";
import { state } from "../../src/coopgraph/web/network/state.js";
import { opened } from "./network.js";

test("weights of several units are percents of the largest of each; what has none stays", () => {
  const model = opened(), ranges = model.ranges();
  assert.deepEqual(ranges.units, [""]);
  assert.deepEqual(ranges.choices, ["", "links", "alike"]);
  assert.deepEqual(ranges.steps(), [1, 5]);
  state.least = 5;
  model.update();
  assert.deepEqual([...model.shown.edges], [1, 3], "the amount is alone in its currency: nothing compares with it");
  assert.deepEqual(ranges.hides(), { weak: 3, outside: 0 });
  assert.deepEqual([...model.shown.nodes], [0, 1, 3, 4], "what has no edge left is not shown, what never had one is");
  state.least = 0;
  state.counts = "links";
  assert.deepEqual(ranges.steps(), [1, 2]);
  state.least = 2;
  model.update();
  assert.deepEqual([...model.shown.edges], [3, 4]);
});

test("years leave out what is of others, and keep what has none", () => {
  const model = opened(), ranges = model.ranges();
  assert.deepEqual([ranges.years, ranges.undated], [[2023, 2024], 3]);
  state.years = [2024, 2024];
  model.update();
  assert.deepEqual([...model.shown.edges], [1, 2, 3, 4]);
  assert.deepEqual(ranges.hides(), { weak: 0, outside: 1 });
});

test("betweenness counts shortest ways, degree the edges that are shown", () => {
  const model = opened();
  model.update();
  assert.deepEqual(measures(), ["degree", "strength", "betweenness"]);
  assert.deepEqual([...measured("degree")], [[0, 2], [1, 3], [2, 2], [3, 3], [4, 0]]);
  assert.deepEqual([...measured("betweenness")], [[0, 0.5], [1, 0.5], [2, 0.5], [3, 0.5], [4, 0]]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { numbersOf, read, written } from "../../src/coopgraph/web/network/address.js";
import { state } from "../../src/coopgraph/web/network/state.js";
import { opened } from "./network.js";

const LAYOUTS = ["wide", "force"];
/** What a page writes after it has read an address. @param {string} text */
function again(text) {
  const model = opened();
  const view = read(text, LAYOUTS);
  model.update();
  return decodeURIComponent(written({ layouts: LAYOUTS, view }));
}

test("what the reader has set comes back from the address", () => {
  for (const text of [
    "lang=la", "lang=en&theme=dark&layout=force", "lang=en&node=organisation/eth", "lang=en&edge=technology/nuclear+organisation/mit+1",
    "lang=en&path=technology/quantum&path=technology/nuclear", "lang=en&hide-country=us", "lang=en&only-technology=technology/quantum", "lang=en&open=12+technology/quantum",
    "lang=en&q=eth", "lang=en&at=1+-2+organisation/mit", "lang=en&view=10+20+0.5000",
  ]) assert.equal(again(text), text.replace("only-technology=technology/quantum", "hide-technology=technology/nuclear"));
});

test("a facet of which little is left is told by what is left", () => {
  assert.equal(again("only-year=2023"), "lang=en&only-year=2023");
  assert.equal(again("only-country=+"), "lang=en&only-country=+");
});

test("what does not fit is passed over", () => {
  for (const text of [
    "", "nonsense", "lang=xx", "theme=pink", "layout=none", "node=none", "edge=a+b+c", "path=technology/quantum", "path=a&path=b", "hide-country=mars", "open=x+technology/quantum",
    "open=-1+technology/quantum", "at=1+x+organisation/mit", "at=1+2+none", "at=99999999+1+organisation/mit", "view=1+2", "view=1+2+99", "view=a+b+c", "view=1e9+2+1", "%E0%A4%A",
  ]) assert.equal(again(text), "lang=en", text);
  assert.equal(state.open.size, 0);
});

test("numbers stand before the rest", () => {
  assert.deepEqual(numbersOf("1 -2.5 a b", 2), [[1, -2.5], "a b"]);
  for (const text of ["", "1", "1  a", "x 1", "NaN 1", "Infinity 1"]) assert.equal(numbersOf(text, 2), null);
});

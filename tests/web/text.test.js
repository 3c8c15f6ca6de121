import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { differences, floats, lines, numbers, signed, texts } from "../../src/coopgraph/web/network/columns.js";
import { firstLines, fold, ranked, short, wrapped } from "../../src/coopgraph/web/network/text.js";

/** @param {Uint8Array | number[] | string} bytes */
const packed = (bytes) => gzipSync(Buffer.from(/** @type {any} */ (bytes))).toString("base64");

test("texts are shortened by characters, not by halves of them", () => {
  assert.equal(short("abcdef", 4), "abc…");
  assert.equal(short("abcd", 4), "abcd");
  assert.equal([...short("😀".repeat(10), 5)].length, 5);
  assert.equal(wrapped("one two three four five", 2, 8), "one two\nthree…");
  assert.equal(wrapped("x".repeat(60), 3, 10), `${"x".repeat(20)}…`);
  assert.equal(firstLines(["a", "b", "c"], 3), "a\nb\nc");
});

test("what is compared is folded", () => {
  assert.equal(fold("Straße ＡＢ"), "strasse ab");
  assert.deepEqual(ranked(["\nabc", "\nxab\nab", "\nzab"], (index) => index, "ab"), [1, 0, 2]);
  assert.deepEqual(ranked(["\nabc"], () => 0, ""), []);
});

test("columns are unpacked as they were packed", async () => {
  assert.deepEqual([...await numbers(packed([0, 127, 128, 1, 255, 255, 3]))], [0, 127, 128, 65535]);
  assert.deepEqual([...await signed(packed([0, 1, 2, 3]))], [0, -1, 1, -2]);
  assert.deepEqual([...await differences(packed([2, 2, 1]))], [1, 2, 1]);
  assert.deepEqual([...await floats(packed(new Uint8Array(new Float64Array([0.5, -2]).buffer)))], [0.5, -2]);
  assert.deepEqual([...await numbers("")], []);
  assert.deepEqual((await lines(packed("a\nb"), 2))(), ["a", "b"]);
  assert.deepEqual((await lines("", 0))(), []);
  const named = await texts([packed("a\nb"), packed("\nc")], 2);
  assert.deepEqual([named(0), named(1)], [["a", "a"], ["b", "c"]]);
});

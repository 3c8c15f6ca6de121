/* Passages: the words of a source, where the reader has its text. The text is read in the page
   and sent nowhere. It must be the recorded one (SHA-256 of the whole in UTF-8), and the passage
   must be the recorded one (SHA-256 without white space). Positions are code points. */

import { button, byId, make, tell } from "../dom.js";
import { nameOf, page, word } from "./page.js";
import { sha256 } from "./sha256.js";
import { emit } from "./state.js";

/** @import { Place } from "../types.d.ts" */

/** SHA-256 of a text that the reader has given -> its code points. @type {Map<string, string[]>} */
const texts = new Map();
/** Numbers of entries of page.evidence that are shown with passage. @type {Set<number>} */
export const passagesOpen = new Set();
let asked = 0; // the source whose text the reader is choosing

/* What Python's str.split() takes for white space. */
const WHITE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/** @param {string} text */
const encoded = (text) => new TextEncoder().encode(text);

/** The passage of a place, or [] where its text is not here. @param {Place} place */
function passageOf({ source, start = 0, end = 0, digest }) {
  const text = texts.get(page.sources[source].digest);
  if (!text) return [];
  const words = text.slice(start, end).join("");
  if (sha256(encoded(words.replace(WHITE, ""))) !== digest) return [make("p", word("other-passage"), { class: "warning" })];
  return [
    make("blockquote", [
      make("span", text.slice(Math.max(0, start - 60), start).join(""), { class: "place" }),
      make("mark", words),
      make("span", text.slice(end, end + 60).join(""), { class: "place" }),
    ], { dir: "auto" }),
    make("p", word("passage-checked"), { class: "place" }),
  ];
}

/** The passage, or the button that asks for the text; nothing where no position is recorded. @param {number} index in page.evidence */
export function passagePart(index) {
  const place = page.evidence[index];
  if (!place.digest) return [];
  const passage = passagesOpen.has(index) ? passageOf(place) : [];
  if (passage.length) return passage;
  const open = () => {
    passagesOpen.add(index);
    if (texts.has(page.sources[place.source].digest)) return emit("passage");
    asked = place.source;
    return byId("text-file").click();
  };
  return [button(word("passage"), open, { class: "small", title: word("passage-why") })];
}

/** Take the text that the reader has chosen, if it is the one that was asked for. @param {File} file */
async function takeText(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const bare = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  const unix = encoded(new TextDecoder().decode(bare).replaceAll("\r\n", "\n"));
  const source = page.sources[asked];
  const same = [bytes, bare, unix].find((each) => sha256(each) === source.digest);
  if (!same) {
    tell(word("other-text", nameOf(source)));
    return;
  }
  texts.set(source.digest, [...new TextDecoder("utf-8", { ignoreBOM: true }).decode(same)]);
  tell(word("passage-checked"));
  emit("passage");
}

export function startPassages() {
  const input = byId("text-file", HTMLInputElement);
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    input.value = "";
    if (file) takeText(file);
  });
}

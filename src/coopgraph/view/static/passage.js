/* Passages: the words of a source, where the reader has its text. The text is read in the page
   and sent nowhere. It must be the recorded one (SHA-256 of the whole in UTF-8), and the passage
   must be the recorded one (SHA-256 without white space). Positions are code points. */

const texts = new Map(); // SHA-256 of a text that the reader has given -> its code points
const passagesOpen = new Set(); // numbers of entries of page.evidence that are shown with passage
let asked = null; // the entry whose text the reader is choosing

/* What Python's str.split() takes for white space. */
const WHITE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/* SHA-256 (FIPS 180-4) in hexadecimal; of our own, since pages in frames may lack crypto.subtle. */
function sha256(bytes) {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  const bits = (root) => (root - Math.floor(root)) * 2 ** 32 | 0;
  const keys = primes.map((p) => bits(Math.cbrt(p)));
  const hash = primes.slice(0, 8).map((p) => bits(Math.sqrt(p)));
  const padded = new Uint8Array(((bytes.length + 8 >> 6) + 1) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const turn = (x, n) => x >>> n | x << 32 - n;
  const w = new Int32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i += 1) w[i] = view.getInt32(at + 4 * i);
    for (let i = 16; i < 64; i += 1) {
      const [a, b] = [w[i - 15], w[i - 2]];
      w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >>> 3) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ b >>> 10);
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i += 1) {
      const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & g) + keys[i] + w[i];
      const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c);
      [h, g, f, e, d, c, b, a] = [g, f, e, d + one | 0, c, b, a, one + two | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { hash[i] = hash[i] + value | 0; });
  }
  return hash.map((value) => (value >>> 0).toString(16).padStart(8, "0")).join("");
}

const encoded = (text) => new TextEncoder().encode(text);

/* The passage of an entry of page.evidence: an element, or null where its text is not here. */
function passageOf(index) {
  const [source, , , start, end, span] = page.evidence[index];
  const text = texts.get(page.sources[source][4]);
  if (!text) return null;
  const words = text.slice(start, end).join("");
  if (sha256(encoded(words.replace(WHITE, ""))) !== span) return make("p", word("other-passage"), { class: "warning" });
  return [
    make("blockquote", [
      make("span", text.slice(Math.max(0, start - 60), start).join(""), { class: "place" }),
      make("mark", words),
      make("span", text.slice(end, end + 60).join(""), { class: "place" }),
    ], { dir: "auto" }),
    make("p", word("passage-checked"), { class: "place" }),
  ];
}

/* The passage, or the button that asks for the text; nothing where no position is recorded. */
function passagePart(index) {
  const entry = page.evidence[index];
  if (entry.length < 6) return [];
  if (passagesOpen.has(index)) {
    const passage = passageOf(index);
    if (passage) return [passage].flat();
  }
  const open = () => {
    passagesOpen.add(index);
    if (texts.has(page.sources[entry[0]][4])) return showDetails();
    asked = entry[0];
    return $("text-file").click();
  };
  return [button(word("passage"), open, { class: "small", title: word("passage-why") })];
}

/* Take the text that the reader has chosen, if it is the one that was asked for. */
async function takeText(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const bare = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  const unix = encoded(new TextDecoder().decode(bare).replaceAll("\r\n", "\n"));
  const wanted = page.sources[asked][4];
  const same = [bytes, bare, unix].find((each) => sha256(each) === wanted);
  if (!same) return tell(word("other-text", sourceName(page.sources[asked])));
  texts.set(wanted, [...new TextDecoder("utf-8", { ignoreBOM: true }).decode(same)]);
  tell(word("passage-checked"));
  return showDetails();
}

function startPassages() {
  const input = $("text-file");
  input.addEventListener("change", () => {
    const [file] = input.files;
    input.value = "";
    if (file) takeText(file);
  });
}

/* Text as it is shortened, kept apart and compared. */

/** Text that may run from right to left, isolated from the text around it. @param {string} text */
export const isolated = (text) => `\u2068${text}\u2069`;

/** At most so many characters of a text. @param {string} text */
export const short = (text, length = 80) => (text.length > length ? `${[...text].slice(0, length - 1).join("")}…` : text);

/** A text as it is compared in a search. @param {string} text */
export const fold = (text) => text.normalize("NFC").replace(/[\uff01-\uff5e]/g, (wide) => wide.normalize("NFKC")).toLowerCase().replaceAll("ß", "ss");

/** Whether all of these are numbers. @param {unknown[]} values */
export const finite = (...values) => values.every((value) => typeof value === "number" && Number.isFinite(value));

/** A label in at most so many lines. @param {string} text */
export function wrapped(text, most = 3, width = 22) {
  const all = [""];
  for (const word of text.split(" ")) {
    const last = all.length - 1;
    if (all[last] && [...`${all[last]} ${word}`].length > width) all.push(word);
    else all[last] = all[last] ? `${all[last]} ${word}` : word;
  }
  return firstLines(all.map((line) => short(line, 2 * width + 1)), most);
}

/** The first lines of many. @param {string[]} lines @param {number} most */
export const firstLines = (lines, most) => (
  lines.length > most ? [...lines.slice(0, most - 1), `${lines[most - 1]}…`] : lines
).join("\n");

/**
 * The numbers of the texts that hold what is wanted (both folded), best first: where a line begins
 * with it, then those of a higher degree. While a syllable is being typed, its beginning finds too.
 * @param {string[]} texts lines, each after a line break
 * @param {(index: number) => number} degree
 * @param {string} wanted
 */
export function ranked(texts, degree, wanted) {
  if (!wanted) return [];
  /** @param {(text: string) => string} form */
  const search = (form) => {
    const sought = form(wanted), found = /** @type {[number, number, number][]} */ ([]);
    texts.forEach((each, index) => {
      const text = form(each);
      if (text.includes(sought)) found.push([text.includes(`\n${sought}`) ? 0 : 1, -degree(index), index]);
    });
    return found.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]).map(([, , index]) => index);
  };
  const exact = search((text) => text);
  return exact.length ? exact : search((text) => text.normalize("NFD"));
}

/* What the editor completes: keywords, variables of the query, our prefixes, classes and
   properties (/terms.json), and entities by their names (/search.json). */

import { make } from "../dom.js";
import { nodeAt } from "./editor.js";
import { asked } from "./request.js";

/** @import { Completion, CompletionContext, CompletionSource } from "@codemirror/autocomplete" */
/** @typedef {{ curie: string, kind: "class" | "property", labels: Record<string, string>, definition: Record<string, string> }} Term */
/** @typedef {{ prefixes: Record<string, string>, terms: Term[] }} Terms */

const KEYWORDS = ("SELECT DISTINCT WHERE OPTIONAL UNION MINUS GRAPH FILTER BIND VALUES CONSTRUCT DESCRIBE ASK "
  + "GROUP BY ORDER BY HAVING LIMIT OFFSET PREFIX EXISTS NOT EXISTS AS ASC DESC COUNT SUM AVG MIN MAX SAMPLE "
  + "GROUP_CONCAT REGEX CONTAINS STRSTARTS STRENDS LANG LANGMATCHES DATATYPE BOUND COALESCE STR IRI").split(" ");
/** @type {Record<string, string>} */
const PHRASES = { GROUP: "GROUP BY", ORDER: "ORDER BY", NOT: "NOT EXISTS" };
const LIMIT_OF_IRIS = 20, LIMIT_OF_NAMES = 12;

/** The labels of a term of /terms.json, by language: those of its fields that say nothing else. @param {any} raw @returns {Term} */
const termOf = ({ curie, kind, definition, iri: _iri, ...labels }) => ({ curie, kind, definition, labels });

/** A text in a language, else in another. @param {Record<string, string>} texts @param {string} lang */
const textIn = (texts, lang) => texts[lang] || Object.values(texts).find(Boolean) || "";

/** @param {string} text */
async function entities(text, limit = LIMIT_OF_NAMES) {
  const { results } = await asked("/search.json", { q: text, limit }, { results: [] });
  return results.map((/** @type {import("./request.js").Hit} */ hit) => ({
    label: hit.matched === hit.label ? hit.label : `${hit.label} (${hit.matched})`, detail: hit.kind, apply: `<${hit.path}>`, type: "entity", boost: 1,
  }));
}

/** What an entry says beside the list: the labels, and the definition. @param {Term} term @param {string} lang */
const describe = ({ labels, definition }, lang) => make("div", [
  make("b", [...new Set([textIn(labels, lang), ...Object.values(labels)])].join(" · ")), make("div", textIn(definition, lang)),
]);

/** @param {Term} term */
const namesOf = ({ curie, labels }) => [curie.split(":")[1], ...Object.values(labels)].map((name) => name.toLowerCase());
/** @param {Term} term @param {string} text */
const holds = ({ curie, labels }, text) => [curie, ...Object.values(labels)].some((name) => name.toLowerCase().includes(text));

/** The nearest first: what is called so, what begins so, what holds it; short names before long. @param {Term} term @param {string} text */
function rank(term, text) {
  const hit = namesOf(term).filter((name) => name.includes(text));
  const near = hit.some((name) => name === text) ? 0 : hit.some((name) => name.startsWith(text)) ? 1 : 2;
  return near * 100 + Math.min(99, ...hit.map((name) => name.length));
}

/**
 * What completes a query in the language `lang`.
 * @param {{ words: Record<string, string>, lang: string }} page
 * @returns {CompletionSource}
 */
export function completions({ words, lang }) {
  /** @type {Promise<Terms> | null} */
  let known = null;
  const terms = () => {
    known ??= asked("/terms.json", {}, null).then((answer) => {
      if (!answer) known = null;
      return { prefixes: answer?.prefixes ?? {}, terms: (answer?.terms ?? []).map(termOf) };
    });
    return known;
  };
  /** @param {Term} term @returns {Completion} */
  const ofTerm = (term) => ({
    label: term.curie, displayLabel: term.curie, detail: `${textIn(term.labels, lang)} · ${words[term.kind]}`, info: () => describe(term, lang),
    type: term.kind, boost: term.curie.startsWith("coop:") ? 2 : 1,
  });

  /** The variables that a query has. @param {string} query @param {string} before the one that is being written */
  const variables = (query, before) => [...new Set(query.match(/[?$][\p{L}\p{N}_]+/gu) || [])].filter((name) => name !== before)
    .map((name) => ({ label: name, detail: words.variable, type: "variable" }));

  /** Keywords, prefixes and terms that begin with a text, or are called so. @param {string} text */
  const vocabulary = async (text) => {
    const { prefixes, terms: all } = await terms();
    const lower = text.toLowerCase();
    const prefix = /^([a-z][a-z0-9]*):/.exec(text);
    const local = prefix ? lower.slice(prefix[0].length) : lower;
    const ours = all.filter((term) => (!prefix || term.curie.startsWith(prefix[0])) && holds(term, local))
      .sort((a, b) => rank(a, local) - rank(b, local)).map(ofTerm);
    if (prefix) return ours;
    if (!text) return all.filter((term) => term.curie.startsWith("coop:")).map(ofTerm);
    return [
      ...KEYWORDS.filter((name) => name.toLowerCase().startsWith(lower))
        .map((name) => ({ label: PHRASES[name] || name, detail: words.keyword, type: "keyword", boost: 3 })),
      ...Object.keys(prefixes).filter((name) => name.startsWith(lower))
        .map((name) => ({ label: `${name}:`, detail: `${words.prefix} · ${prefixes[name]}`, type: "prefix", boost: 2 })),
      ...ours, ...([...text].length >= (/[^\x00-\x7f]/.test(text) ? 1 : 3) ? await entities(text) : []),
    ];
  };

  return async (/** @type {CompletionContext} */ context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const where = nodeAt(context.state, context.pos);
    if (where === "Comment" || (where === "String" && !context.explicit)) return null;

    const inIri = /<([^<>"{}|^`\\\s]*)$/u.exec(before);
    if (inIri) {
      const last = inIri[1].split("/").pop();
      if (!last) return null;
      const after = line.text[context.pos - line.from] === ">" ? 1 : 0;
      return { from: context.pos - inIri[0].length, to: context.pos + after, options: await entities(last, LIMIT_OF_IRIS), filter: false };
    }
    const variable = /[?$][\p{L}\p{N}_]*$/u.exec(before)?.[0];
    if (variable) return { from: context.pos - variable.length, options: variables(context.state.doc.toString(), variable) };
    const word = /[\p{L}_][\p{L}\p{N}\p{M}_:.-]*$/u.exec(before)?.[0] ?? "";
    if (!word && !context.explicit) return null;
    const options = await vocabulary(word);
    if (context.aborted || !options.length) return null;
    options.sort((a, b) => (b.boost || 0) - (a.boost || 0));
    const names = options.map((option) => `${option.label}${option.detail}`);
    return { from: context.pos - word.length, options: options.filter((_, at) => names.indexOf(names[at]) === at), filter: false };
  };
}

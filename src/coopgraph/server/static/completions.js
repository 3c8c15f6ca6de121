// What the editor completes: keywords, variables of the query, our prefixes, classes and
// properties (/terms.json), and entities by Korean or English name (/search.json).
"use strict";

const coopgraphCompletions = ({ words, lang }) => {
  const KEYWORDS = ("SELECT DISTINCT WHERE OPTIONAL UNION MINUS GRAPH FILTER BIND VALUES CONSTRUCT DESCRIBE ASK "
    + "GROUP BY ORDER BY HAVING LIMIT OFFSET PREFIX EXISTS NOT EXISTS AS ASC DESC COUNT SUM AVG MIN MAX SAMPLE "
    + "GROUP_CONCAT REGEX CONTAINS STRSTARTS STRENDS LANG LANGMATCHES DATATYPE BOUND COALESCE STR IRI").split(" ");
  const PHRASES = { GROUP: "GROUP BY", ORDER: "ORDER BY", NOT: "NOT EXISTS" };
  let known = null;

  const terms = () => {
    known ??= fetch("/terms.json", { headers: { Accept: "application/json" } })
      .then((response) => { if (!response.ok) throw new Error(response.status); return response.json(); })
      .catch(() => { known = null; return { prefixes: {}, terms: [] }; });
    return known;
  };
  const kinds = { class: words.class, property: words.property };
  const other = lang === "ko" ? "en" : "ko";

  const ofTerm = (term) => ({
    label: term.curie,
    displayLabel: term.curie,
    detail: `${term[lang]} · ${kinds[term.kind]}`,
    info: () => {
      const box = document.createElement("div");
      const both = document.createElement("b");
      both.textContent = `${term[lang]} · ${term[other]}`;
      const said = document.createElement("div");
      said.textContent = term.definition[lang] || term.definition[other] || "";
      box.append(both, said);
      return box;
    },
    type: term.kind,
    boost: term.curie.startsWith("coop:") ? 2 : 1,
  });
  // The nearest first: what is called so, what begins so, what holds it; short names before long.
  const rank = (term, text) => {
    const names = [term.curie.split(":")[1], term.en, term.ko].map((name) => name.toLowerCase());
    const hit = names.filter((name) => name.includes(text));
    const near = hit.some((name) => name === text) ? 0 : hit.some((name) => name.startsWith(text)) ? 1 : 2;
    return near * 100 + Math.min(99, ...hit.map((name) => name.length));
  };
  const holds = (term, text) => [term.curie, term.en, term.ko].some((name) => name.toLowerCase().includes(text));

  const entities = async (text, limit) => {
    try {
      const asked = new URLSearchParams({ q: text, limit, lang });
      const response = await fetch(`/search.json?${asked}`, { headers: { Accept: "application/json" } });
      if (!response.ok) return [];
      return (await response.json()).results.map((hit) => ({
        label: hit.matched === hit.label ? hit.label : `${hit.label} (${hit.matched})`,
        detail: hit.kind,
        apply: `<${hit.path}>`,
        type: "entity",
        boost: 1,
      }));
    } catch { return []; }
  };
  const variables = (text, before) => {
    const found = new Set(text.match(/[?$][\p{L}\p{N}_]+/gu) || []);
    return [...found].filter((name) => name !== before)
      .map((name) => ({ label: name, detail: words.variable, type: "variable" }));
  };

  /** A CompletionSource of @codemirror/autocomplete. */
  return async (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const where = coopgraphEditor.nodeAt(context.state, context.pos);
    if (where === "Comment") return null;
    if (where === "String" && !context.explicit) return null;

    const inIri = /<([^<>"{}|^`\\\s]*)$/u.exec(before);
    if (inIri) {
      const text = inIri[1].split("/").pop();
      if (!text) return null;
      const found = await entities(text, 20);
      const after = line.text[context.pos - line.from] === ">" ? 1 : 0;
      return { from: context.pos - inIri[0].length, to: context.pos + after, options: found, filter: false };
    }
    const variable = /[?$][\p{L}\p{N}_]*$/u.exec(before);
    if (variable) {
      return { from: context.pos - variable[0].length, options: variables(context.state.doc.toString(), variable[0]) };
    }
    const word = /[\p{L}_][\p{L}\p{N}\p{M}_:.-]*$/u.exec(before);
    if (!word && !context.explicit) return null;
    const text = word ? word[0] : "";
    const { prefixes, terms: all } = await terms();
    const lower = text.toLowerCase();
    const prefix = /^([a-z][a-z0-9]*):/.exec(text);
    const local = prefix ? lower.slice(prefix[0].length) : lower;
    const ours = all.filter((term) => (!prefix || term.curie.startsWith(prefix[0])) && holds(term, local))
      .map((term) => [rank(term, local), term])
      .sort(([a], [b]) => a - b)
      .map(([, term]) => ofTerm(term));
    const options = prefix ? ours : [
      ...KEYWORDS.filter((name) => text && name.toLowerCase().startsWith(lower))
        .map((name) => ({ label: PHRASES[name] || name, detail: words.keyword, type: "keyword", boost: 3 })),
      ...Object.keys(prefixes).filter((name) => text && name.startsWith(lower))
        .map((name) => ({ label: `${name}:`, detail: `${words.prefix} · ${prefixes[name]}`, type: "prefix", boost: 2 })),
      ...(text ? ours : all.filter((term) => term.curie.startsWith("coop:")).map(ofTerm)),
    ];
    if ([...text].length >= (/[^\x00-\x7f]/.test(text) ? 1 : 3) && !prefix) options.push(...await entities(text, 12));
    if (context.aborted || !options.length) return null;
    options.sort((a, b) => (b.boost || 0) - (a.boost || 0));
    const seen = new Set();
    return {
      from: context.pos - text.length,
      options: options.filter((option) => !seen.has(option.label + option.detail) && seen.add(option.label + option.detail)),
      filter: false,
    };
  };
};

// The query page: the editor, running a query, its address, and what went wrong at its place.
"use strict";

(() => {
  const by = (id) => document.getElementById(id);
  const words = by("words").dataset;
  const { lang } = document.body.dataset;
  const SIZE = 100;
  const EMPTY = "SELECT ?technology ?partner WHERE {\n  ?technology coop:plannedPartner ?partner .\n}\n";
  const field = by("query");

  const state = { text: "", offset: 0, column: "", descending: false };
  const fragment = () => {
    const pairs = new URLSearchParams({ query: state.text });
    if (state.offset) pairs.set("offset", state.offset);
    if (state.column) pairs.set("sort", state.column);
    if (state.descending) pairs.set("order", "desc");
    return `#${pairs}`;
  };
  const address = () => location.origin + location.pathname + (("chosen" in document.body.dataset) ? `?lang=${lang}` : "") + fragment();
  const switches = () => document.querySelectorAll(".switch a").forEach((a) => {
    a.hash = editor.text().trim() ? `#${new URLSearchParams({ query: editor.text() })}` : "";
  });

  const editor = coopgraphEditor.create({
    parent: by("editor"),
    text: field.value,
    nonce: document.querySelector('meta[name="editor-nonce"]').content,
    label: words.label,
    hint: words.hint,
    phrases: { Completions: words.completions },
    complete: coopgraphCompletions({ words, lang }),
    run: () => run(),
    changed: (text) => { field.value = text; switches(); },
  });
  field.hidden = true;

  const results = coopgraphResults({
    words,
    sorted(column) {
      state.descending = state.column === column && !state.descending;
      state.column = column;
      ask({ ...state, offset: 0 });
    },
  });

  const say = (text) => { by("status").textContent = text; };
  const fail = (text, retry) => {
    by("error").textContent = text;
    by("error").hidden = false;
    by("result").hidden = true;
    say(retry || "");
  };

  let running = null;
  const ask = async (next) => {
    running?.abort();
    const mine = running = new AbortController();
    Object.assign(state, next);
    editor.clear();
    by("error").hidden = true;
    by("result").classList.add("is-old");
    by("stop").hidden = false;
    say(words.running);
    const form = new URLSearchParams({ query: state.text, lang, offset: state.offset, limit: SIZE });
    if (state.column) form.set("sort", state.column);
    if (state.descending) form.set("order", "desc");
    let response;
    let answer;
    try {
      response = await fetch("/query/rows", {
        method: "POST", body: form, signal: mine.signal, headers: { Accept: "application/json" },
      });
      answer = await response.json();
    } catch (error) {
      if (mine === running) {
        by("stop").hidden = true;
        fail(error.name === "AbortError" ? words.stopped : words.unreachable);
      }
      return;
    }
    if (mine !== running) return;
    by("stop").hidden = true;
    if (response.ok) {
      history.replaceState(null, "", fragment());
      say("");
      const said = results.show(answer, { sort: state, size: SIZE, query: state.text });
      if (!answer.total) say(said);
    } else if (answer.line) {
      const text = [answer.fact, answer.remedy].filter(Boolean).join("; ");
      fail(results.fill(words.line, answer.line, answer.column, text));
      editor.mark(answer.line, answer.column, text);
      editor.focus();
    } else {
      fail(answer.detail || answer.title, response.status === 503 ? words.noAnswer : "");
    }
  };
  const run = () => {
    if (editor.text().trim()) ask({ text: editor.text(), offset: 0, column: "", descending: false });
    else editor.focus();
  };

  by("run").addEventListener("click", run);
  by("stop").addEventListener("click", () => running?.abort());
  by("previous").addEventListener("click", () => ask({ ...state, offset: Math.max(0, state.offset - SIZE) }));
  by("next").addEventListener("click", () => ask({ ...state, offset: state.offset + SIZE }));
  by("example").addEventListener("change", async (event) => {
    const name = event.target.value;
    if (!name) return;
    try {
      const response = await fetch(`/questions/${encodeURIComponent(name)}.rq?lang=${lang}`);
      if (!response.ok) throw new Error(response.status);
      editor.replace(await response.text());
      run();
    } catch { fail(words.unreachable); }
  });

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      say(words.copied);
    } catch { say(words.notCopied); }
  };
  by("link").addEventListener("click", () => {
    state.text = editor.text();
    copy(address());
  });
  // Other tools do not declare our prefixes and base: those that the query uses are written out.
  by("portable").addEventListener("click", async () => {
    const text = editor.text();
    let prefixes = {};
    try { ({ prefixes } = await (await fetch("/terms.json")).json()); } catch { /* copied without */ }
    const declared = new Set([...text.matchAll(/\bprefix\s+([\w-]*):/gi)].map((match) => match[1]));
    const used = Object.keys(prefixes).filter((name) => new RegExp(`(^|[^\\w:])${name}:`).test(text) && !declared.has(name));
    const base = /<(?![a-z][a-z0-9+.-]*:)[^<>\s]+>/i.test(text) && !/\bbase\s+</i.test(text);
    copy([...(base ? [`BASE <${prefixes.id}>`] : []), ...used.map((name) => `PREFIX ${name}: <${prefixes[name]}>`), text].join("\n"));
  });

  const given = new URLSearchParams(location.hash.slice(1));
  const asked = given.get("query") || field.value;
  editor.replace(asked || EMPTY);
  switches();
  if (asked) {
    ask({
      text: asked,
      offset: Math.max(0, Math.floor(Number(given.get("offset")) / SIZE) * SIZE || 0),
      column: given.get("sort") || "",
      descending: given.get("order") === "desc",
    });
  }
  window.addEventListener("hashchange", () => {
    const next = new URLSearchParams(location.hash.slice(1)).get("query");
    if (next && next !== state.text) { editor.replace(next); run(); }
  });
})();

/* The query page: the editor, running a query, its address, and what went wrong at its place. */

import { byId } from "../dom.js";
import { completions } from "./completions.js";
import { editorIn } from "./editor.js";
import { asked } from "./request.js";
import { fill, resultsOf } from "./results.js";

/** @typedef {{ text: string, offset: number, column: string, descending: boolean }} Query what is asked, from which row, in which order */

const SIZE = 100;
const EMPTY = "SELECT ?technology ?partner WHERE {\n  ?priority coop:technology ?technology ; coop:intendedPartner ?partner .\n}\n";
const words = /** @type {Record<string, string>} */ ({ ...byId("words").dataset });
const lang = document.body.dataset.lang ?? "";
const field = byId("query", HTMLTextAreaElement);

/** @type {Query} */
let state = { text: "", offset: 0, column: "", descending: false };
const fragment = () => {
  const pairs = new URLSearchParams({ query: state.text });
  if (state.offset) pairs.set("offset", String(state.offset));
  if (state.column) pairs.set("sort", state.column);
  if (state.descending) pairs.set("order", "desc");
  return `#${pairs}`;
};
const address = () => location.origin + location.pathname + (("chosen" in document.body.dataset) ? `?lang=${lang}` : "") + fragment();
/* The page in another language takes the query along. */
const switches = () => /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".switch a")).forEach((a) => {
  a.hash = editor.text().trim() ? `#${new URLSearchParams({ query: editor.text() })}` : "";
});

const editor = editorIn({
  parent: byId("editor"),
  text: field.value,
  nonce: document.querySelector('meta[name="editor-nonce"]')?.getAttribute("content") ?? "",
  label: words.label,
  hint: words.hint,
  phrases: { Completions: words.completions },
  complete: completions({ words, lang }),
  run: () => run(),
  changed: (text) => { field.value = text; switches(); },
});
field.hidden = true;

const results = resultsOf({
  words,
  sorted: (column) => ask({ ...state, offset: 0, column, descending: state.column === column && !state.descending }),
});

/** @param {string} text */
const say = (text) => { byId("status").textContent = text; };
/** @param {string} text @param {string} [retry] */
const fail = (text, retry = "") => {
  byId("error").textContent = text;
  byId("error").hidden = false;
  byId("result").hidden = true;
  say(retry);
};

/** @type {AbortController | null} */
let running = null;
/** @param {Query} next */
async function ask(next) {
  running?.abort();
  const mine = running = new AbortController();
  state = next;
  editor.clear();
  byId("error").hidden = true;
  byId("result").classList.add("is-old");
  byId("stop").hidden = false;
  say(words.running);
  const body = new URLSearchParams({ query: state.text, lang, offset: String(state.offset), limit: String(SIZE) });
  if (state.column) body.set("sort", state.column);
  if (state.descending) body.set("order", "desc");
  let response, answer;
  try {
    response = await fetch("/query/rows", { method: "POST", body, signal: mine.signal, headers: { Accept: "application/json" } });
    answer = await response.json();
  } catch (error) {
    if (mine !== running) return;
    byId("stop").hidden = true;
    fail(error instanceof Error && error.name === "AbortError" ? words.stopped : words.unreachable);
    return;
  }
  if (mine !== running) return;
  byId("stop").hidden = true;
  if (response.ok) {
    history.replaceState(null, "", fragment());
    say("");
    const told = results.show(answer, { sort: state, size: SIZE, query: state.text });
    if (!answer.total) say(told);
  } else if (answer.line) {
    fail(fill(words.line, answer.line, answer.column, answer.message));
    editor.mark(answer.line, answer.column, answer.message);
    editor.focus();
  } else {
    fail(answer.message || answer.title, response.status === 503 ? words.noAnswer : "");
  }
}
function run() {
  if (editor.text().trim()) ask({ text: editor.text(), offset: 0, column: "", descending: false });
  else editor.focus();
}

/** @param {string} id @param {() => unknown} action */
const click = (id, action) => byId(id).addEventListener("click", action);
click("run", run);
click("stop", () => running?.abort());
click("previous", () => ask({ ...state, offset: Math.max(0, state.offset - SIZE) }));
click("next", () => ask({ ...state, offset: state.offset + SIZE }));
const example = byId("example", HTMLSelectElement);
example.addEventListener("change", async () => {
  if (!example.value) return;
  try {
    const response = await fetch(`/questions/${encodeURIComponent(example.value)}.rq?lang=${lang}`);
    if (!response.ok) throw new Error(String(response.status));
    editor.replace(await response.text());
    run();
  } catch { fail(words.unreachable); }
});

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(words.copied);
  } catch { say(words.notCopied); }
}
click("link", () => {
  state.text = editor.text();
  copy(address());
});
// Other tools do not declare our prefixes and base: those that the query uses are written out.
click("portable", async () => {
  const text = editor.text();
  const { prefixes } = await asked("/terms.json", {}, { prefixes: {} });
  const declared = new Set([...text.matchAll(/\bprefix\s+([\w-]*):/gi)].map((match) => match[1]));
  const used = Object.keys(prefixes).filter((name) => new RegExp(`(^|[^\\w:])${name}:`).test(text) && !declared.has(name));
  const base = /<(?![a-z][a-z0-9+.-]*:)[^<>\s]+>/i.test(text) && !/\bbase\s+</i.test(text);
  copy([...(base ? [`BASE <${prefixes.id}>`] : []), ...used.map((name) => `PREFIX ${name}: <${prefixes[name]}>`), text].join("\n"));
});

const given = new URLSearchParams(location.hash.slice(1));
const first = given.get("query") || field.value;
editor.replace(first || EMPTY);
switches();
if (first) {
  ask({
    text: first,
    offset: Math.max(0, Math.floor(Number(given.get("offset")) / SIZE) * SIZE || 0),
    column: given.get("sort") || "",
    descending: given.get("order") === "desc",
  });
}
window.addEventListener("hashchange", () => {
  const next = new URLSearchParams(location.hash.slice(1)).get("query");
  if (next && next !== state.text) {
    editor.replace(next);
    run();
  }
});

/* The rows of a query. */

import { button, byId, make } from "../dom.js";

/** @typedef {{ text: string, iri?: string, href?: string, literal?: string, type?: string, lang?: string }} Cell */
/** @typedef {{ form: string, columns: string[], numeric: string[], entities: string[], rows: (Cell | null)[][], offset: number, total: number, is_total_exact: boolean, notes: string[] }} Answer of /query/rows */
/** @typedef {{ column: string, descending: boolean }} Sort */

/** A text with each {} or {0} filled in. @param {string} text @param {...(string | number)} values */
export function fill(text, ...values) {
  let next = 0;
  return text.replace(/\{(\d*)\}/g, (_, place) => String(values[place === "" ? next++ : Number(place)]));
}

/** @param {number} value */
const number = (value) => value.toLocaleString(document.documentElement.lang);
/** @param {string} href */
const isFollowed = (href) => href.startsWith("/") || /^https?:\/\//.test(href);

/**
 * Shows pages of rows; `sorted` is called with the column that is clicked.
 * @param {{ words: Record<string, string>, sorted: (column: string) => unknown }} page
 */
export function resultsOf({ words, sorted }) {
  const table = byId("table", HTMLTableElement);

  /** @param {Cell | null} cell @param {boolean} numeric @param {string} form */
  const cellOf = (cell, numeric, form) => {
    const td = make("td", [], numeric ? { class: "number" } : {});
    if (!cell) return td;
    const text = form === "ask" ? (cell.text === "true" ? words.true : words.false) : cell.text;
    if (cell.iri && cell.href && isFollowed(cell.href)) {
      td.append(make("a", text, { href: cell.href, title: cell.iri, ...(cell.href.startsWith("/") ? {} : { rel: "noopener noreferrer" }) }));
      return td;
    }
    td.append(text);
    const more = cell.literal ? `${cell.literal} (${cell.type})` : cell.iri || cell.type;
    if (more) td.title = more;
    if (!cell.lang) return td;
    td.lang = cell.lang;
    td.append(" ", make("span", cell.lang, { class: "tag" }));
    return td;
  };

  /** @param {Answer} answer @param {Sort} sort */
  const head = ({ columns, numeric }, sort) => make("tr", columns.map((name) => make(
    "th", button(name, () => sorted(name), { title: fill(words.sort, name) }),
    { scope: "col", ...(numeric.includes(name) ? { class: "number" } : {}), "aria-sort": sort.column !== name ? "none" : sort.descending ? "descending" : "ascending" },
  )));

  /** The form that shows rows with two entities as a network. @param {Answer} answer @param {string} query */
  const offerNetwork = ({ form: kindOfQuery, entities }, query) => {
    const form = byId("as-network", HTMLFormElement);
    form.hidden = kindOfQuery !== "select" || entities.length < 2;
    if (form.hidden) return;
    /** @param {string} name */
    const field = (name) => /** @type {HTMLSelectElement} */ (form.elements.namedItem(name));
    /** @param {string} name @param {string} usual */
    const kept = (name, usual) => (entities.includes(field(name).value) ? field(name).value : usual);
    const from = kept("source", entities.find((name) => name === "source") || entities[0]);
    const to = kept("target", entities.find((name) => name === "target") || entities[1]);
    const chosen = { source: from, target: to === from ? entities.find((name) => name !== from) ?? "" : to, kind: kept("kind", entities.includes("kind") ? "kind" : "") };
    for (const [name, value] of Object.entries(chosen)) {
      const options = entities.map((each) => new Option(each, each));
      field(name).replaceChildren(...(name === "kind" ? [new Option(words.plain, ""), ...options] : options));
      field(name).value = value;
    }
    field("query").value = query;
  };

  /** Show a page of rows; `size` is the number of rows that a page may hold. @param {Answer} answer @param {{ sort: Sort, size: number, query: string }} asked */
  const show = (answer, { sort, size, query }) => {
    const { offset, total, is_total_exact: isExact, rows, columns, numeric } = answer;
    table.tHead?.replaceChildren(head(answer, sort));
    table.tBodies[0].replaceChildren(...rows.map((row) => make("tr", row.map((cell, i) => cellOf(cell, numeric.includes(columns[i]), answer.form)))));
    byId("notes").replaceChildren(...answer.notes.map((note) => make("p", note)));
    byId("notes").hidden = !answer.notes.length;
    const last = offset + rows.length, span = [number(offset + 1), number(last), number(total)];
    const told = !isExact ? fill(words.many, ...span) : rows.length < total ? fill(words.part, ...span) : total === 1 ? words.row : fill(words.rows, number(total));
    byId("count").textContent = total ? told : words.none;
    const [previous, next] = [byId("previous", HTMLButtonElement), byId("next", HTMLButtonElement)];
    previous.disabled = offset === 0;
    next.disabled = isExact && last >= total;
    if (previous.parentElement) previous.parentElement.hidden = previous.disabled && next.disabled;
    byId("page").textContent = `${Math.floor(offset / size) + 1}${isExact ? ` / ${Math.max(1, Math.ceil(total / size))}` : ""}`;
    if (table.parentElement) table.parentElement.hidden = !total;
    offerNetwork(answer, query);
    byId("result").hidden = false;
    byId("result").classList.remove("is-old");
    return byId("count").textContent ?? "";
  };
  return { show };
}

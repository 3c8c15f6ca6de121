// Shows the rows of a query. All text goes into text nodes: nothing of the data is markup.
"use strict";

const coopgraphResults = ({ words, sorted }) => {
  const by = (id) => document.getElementById(id);
  const fill = (text, ...values) => text.replace(/\{(\d*)\}/g, (() => {
    let next = 0;
    return (_, place) => String(values[place === "" ? next++ : Number(place)]);
  })());
  const number = (value) => value.toLocaleString("en");
  const isFollowed = (href) => href.startsWith("/") || /^https?:\/\//.test(href);

  const cellOf = (cell, numeric, form) => {
    const td = document.createElement("td");
    if (numeric) td.className = "number";
    if (!cell) return td;
    const text = form === "ask" ? (cell.text === "true" ? words.true : words.false) : cell.text;
    if (cell.iri && cell.href && isFollowed(cell.href)) {
      const a = document.createElement("a");
      a.href = cell.href;
      a.textContent = text;
      a.title = cell.iri;
      if (!cell.href.startsWith("/")) a.rel = "noopener noreferrer";
      td.append(a);
      return td;
    }
    td.append(text);
    const more = cell.iri || cell.literal || cell.type;
    if (more) td.title = cell.literal ? `${cell.literal} (${cell.type})` : more;
    if (cell.lang) {
      td.lang = cell.lang;
      const tag = document.createElement("span");
      tag.className = "tag";
      tag.textContent = cell.lang;
      td.append(" ", tag);
    }
    return td;
  };

  const head = (answer, sort) => {
    const row = document.createElement("tr");
    for (const name of answer.columns) {
      const th = document.createElement("th");
      th.scope = "col";
      if (answer.numeric.includes(name)) th.className = "number";
      th.setAttribute("aria-sort", sort.column !== name ? "none" : sort.descending ? "descending" : "ascending");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.title = fill(words.sort, name);
      button.addEventListener("click", () => sorted(name));
      th.append(button);
      row.append(th);
    }
    return row;
  };

  const edges = (answer, query) => {
    const form = by("as-network");
    form.hidden = answer.form === "ask" || answer.entities.length < 2;
    if (form.hidden) return;
    const option = (value, text) => new Option(text, value);
    const columns = answer.entities.map((name) => option(name, name));
    const keep = (select, fallback) => {
      const was = select.value;
      return answer.entities.includes(was) ? was : fallback;
    };
    const { source, target, kind } = form.elements;
    const [from, to] = [keep(source, answer.entities.find((n) => n === "source") || answer.entities[0]),
      keep(target, answer.entities.find((n) => n === "target") || answer.entities[1])];
    const relation = keep(kind, answer.entities.includes("kind") ? "kind" : "");
    source.replaceChildren(...columns.map((o) => o.cloneNode(true)));
    target.replaceChildren(...columns.map((o) => o.cloneNode(true)));
    kind.replaceChildren(option("", words.plain), ...columns);
    [source.value, target.value, kind.value] = [from, to === from ? answer.entities.find((n) => n !== from) : to, relation];
    form.elements.query.value = query;
    form.hidden = answer.form !== "select";
  };

  /** Shows a page of rows; `size` is the number of rows that a page may hold. */
  const show = (answer, { sort, size, query }) => {
    const body = answer.rows.map((row) => {
      const tr = document.createElement("tr");
      tr.append(...row.map((cell, i) => cellOf(cell, answer.numeric.includes(answer.columns[i]), answer.form)));
      return tr;
    });
    by("table").tHead.replaceChildren(head(answer, sort));
    by("table").tBodies[0].replaceChildren(...body);
    const { offset, total } = answer;
    const last = offset + answer.rows.length;
    const said = !answer.is_total_exact ? fill(words.many, number(offset + 1), number(last), number(total))
      : answer.rows.length < total ? fill(words.part, number(offset + 1), number(last), number(total))
        : total === 1 ? words.row : fill(words.rows, number(total));
    by("count").textContent = total ? said : words.none;
    by("previous").disabled = offset === 0;
    by("next").disabled = answer.is_total_exact && last >= total;
    by("previous").parentElement.hidden = by("previous").disabled && by("next").disabled;
    by("page").textContent = `${Math.floor(offset / size) + 1}${answer.is_total_exact ? ` / ${Math.max(1, Math.ceil(total / size))}` : ""}`;
    by("table").parentElement.hidden = !total;
    edges(answer, query);
    by("result").hidden = false;
    by("result").classList.remove("is-old");
    return by("count").textContent;
  };
  return { show, fill };
};

// Suggestions under a field, from /search.json: `data-complete="go"` opens what is chosen,
// "fill" writes it into the field. The ARIA pattern is that of a combobox with a list box.
"use strict";

(() => {
  const page = document.body.dataset;
  const address = (path, fields) => {
    const all = new URLSearchParams(fields);
    all.set("lang", page.lang);
    return `${path}?${all}`;
  };

  const attach = (input, number) => {
    const list = document.createElement("ul");
    list.className = "options";
    list.id = `options-${number}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.getAttribute("aria-label") || input.labels?.[0]?.textContent.trim() || "");
    list.hidden = true;
    input.after(list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
    })) input.setAttribute(name, value);

    let found = [];
    let at = -1;
    let asked = 0;
    let wait = 0;

    const close = () => {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const mark = (next) => {
      at = next;
      [...list.children].forEach((option, i) => {
        option.setAttribute("aria-selected", String(i === at));
        if (i === at) option.scrollIntoView({ block: "nearest" });
      });
      if (at < 0) input.removeAttribute("aria-activedescendant");
      else input.setAttribute("aria-activedescendant", list.children[at].id);
    };
    const choose = (hit) => {
      close();
      if (input.dataset.complete === "go") location.assign(hit.href);
      else input.value = hit.value;
    };
    const show = () => {
      list.replaceChildren(...found.map((hit, i) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${i}`;
        option.setAttribute("role", "option");
        const label = document.createElement("span");
        label.textContent = hit.matched === hit.label ? hit.label : `${hit.label} (${hit.matched})`;
        const kind = document.createElement("span");
        kind.className = "kind";
        kind.textContent = hit.kind;
        option.append(label, kind);
        option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(hit); });
        return option;
      }));
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      mark(-1);
    };
    const look = async () => {
      const text = input.value.trim();
      const mine = ++asked;
      if (!text) { found = []; show(); return; }
      const fields = { q: text, limit: 12 };
      if (input.dataset.kind) fields.kind = input.dataset.kind;
      let answer = { results: [] };
      try {
        const response = await fetch(address("/search.json", fields), { headers: { Accept: "application/json" } });
        if (response.ok) answer = await response.json();
      } catch { /* without suggestions the field still works */ }
      if (mine !== asked || document.activeElement !== input) return;
      found = answer.results;
      show();
    };

    input.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(look, 120); });
    input.addEventListener("blur", () => { asked += 1; clearTimeout(wait); close(); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape" && !list.hidden) { close(); event.preventDefault(); return; }
      if (list.hidden) { if (event.key === "ArrowDown") look(); return; }
      if (event.key === "ArrowDown") mark((at + 1) % found.length);
      else if (event.key === "ArrowUp") mark((at <= 0 ? found.length : at) - 1);
      else if (event.key === "Enter" && at >= 0) choose(found[at]);
      else return;
      event.preventDefault();
    });
  };

  document.querySelectorAll("input[data-complete]").forEach(attach);
})();

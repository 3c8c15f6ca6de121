/* The legend, which counts, explains and filters; and the filters. */

const unfolded = new Set(); // what the reader has unfolded: names of facets, titles of groups

/* Outlines of the marks in a square of 20 by 20, for the legend on the page and on paper. */
const FORMS = {
  dot: "M3 10a7 7 0 1 0 14 0a7 7 0 1 0-14 0z", square: "M3.5 3.5h13v13h-13z", diamond: "M10 2l8 8-8 8-8-8z",
  triangle: "M10 3l8 14H2z", triangleDown: "M2 3h16l-8 14z", hexagon: "M6 3h8l4 7-4 7H6l-4-7z",
  star: "M10 1.5l2.5 5.6 6 .6-4.5 4.1 1.3 6L10 14.7l-5.3 3.1 1.3-6L1.5 7.7l6-.6z",
  box: "M2 4h16v12H2z", card: "M4 4h12a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3z",
  pill: "M7.5 4h5a6 6 0 0 1 0 12h-5a6 6 0 0 1 0-12z",
};

/* The outline of a kind of node in the present layout, and whether it is filled. */
function formOf([curie, , , form, , radius]) {
  if (!picture?.cards) return [form, true];
  return radius > 20 ? ["pill", false] : radius > 5 ? ["card", false] : ["box", curie !== ""];
}

function swatch(form, filled, tone) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ class: `swatch${filled ? "" : " hollow"}`, viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" })) svg.setAttribute(name, value);
  svg.style.setProperty("--tone", tone);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", FORMS[form] ?? FORMS.dot);
  svg.append(path);
  return svg;
}

const line = (className = "", tone = "") => make("span", "", { class: `line ${className}`, style: tone && `border-color: ${tone}`, "aria-hidden": "true" });

/* What the legend says: groups of entries {facet, key, name, count, form, filled, tone, line} and rules. */
function legendGroups() {
  const tones = colours.tones.map((tone) => tone[0]);
  const kinds = facetNamed("kind").values.map((value) => {
    const entry = page.classes.find((each, index) => each[0] === value.key || (large && index === value.index)) ?? ["", "", "", "dot", page.neutral, 6];
    const [form, filled] = formOf(entry);
    return { facet: "kind", ...value, form, filled, tone: tones[entry[4]] };
  });
  const toneOf = (key) => page.kinds.find((each, index) => each[0] === key || (large && String(index) === key))?.[4] ?? page.neutral;
  const ties = facetNamed("edge").values.map((value) => ({ facet: "edge", ...value, line: "", stroke: toneOf(value.key) === page.neutral ? "" : tones[toneOf(value.key)] }));
  const dashed = edges.filter((edge) => edge.dashes).length;
  const widths = new Set(edges.map((edge) => edge.width)).size > 1;
  const rules = [
    dashed ? { line: "dashed", text: word("dashed"), count: dashed } : null,
    widths ? { line: "thick", text: word(attributeIndex("amount_krw") >= 0 ? "amount" : new Set(edges.map(unitOf)).size > 1 ? "width-apart" : "width") } : null,
    page.directed && !picture.cards ? { line: "arrow", text: word("arrow") } : null,
  ].filter(Boolean);
  const groups = [
    { title: word("nodes"), count: totals().nodes, entries: kinds, rules: picture.cards ? [] : [{ line: "sizes", text: word("node-size") }] },
    { title: word("edges"), count: totals().edges, entries: ties, rules },
  ];
  if (page.stances && facetNamed("stance")) {
    const order = nodes.filter((node) => kindOf(node)[0] === "coop:Stance").sort((a, b) => placeOf(a).y - placeOf(b).y);
    const entries = order.map((node) => ({ facet: "stance", key: refOf(node), name: node.name, form: "box", filled: true, tone: tones[node.tone],
      count: [...new Set(tiedTo.get(node.id).map((id) => edgeById.get(id).from))].filter((id) => kindOf(nodeById.get(id))[0] === "coop:Technology").length }));
    groups.push({ title: word("stances"), entries, rules: picture.cards ? [{ line: "frame", text: word("thick-border") }] : [] });
  }
  return groups;
}

/* "12" where all are shown, else "5 of 12". */
const share = ([now, all]) => (now === all || (large && now === 0) ? number(all) : `${number(now)} / ${number(all)}`);

function legendEntry(entry) {
  const off = isHidden(entry.facet, entry.key);
  const name = entry.name[state.lang];
  const toggle = button([
    entry.form ? swatch(entry.form, entry.filled, entry.tone) : line("", entry.stroke), make("span", said(name), { class: "name" }), make("b", number(entry.count)),
  ], () => { toggleValue(entry.facet, entry.key); changed(); }, { class: "entry", "aria-pressed": String(!off), "data-facet": entry.facet, "data-key": entry.key, title: word("legend-hint") });
  return make("li", [toggle, onlyButton(entry.facet, entry.key, name)]);
}

function onlyButton(facet, key, name) {
  return button(word("only"), () => { onlyValue(facet, key); changed(); }, { class: "small only", "aria-label": word("only-this", name), "data-only": facet, "data-key": key });
}

const rule = (each) => make("li", [each.line === "frame" ? make("span", "", { class: "frame", "aria-hidden": "true" }) : line(each.line), make("span", each.text), each.count ? make("b", number(each.count)) : null], { class: "rule" });

function showLegend() {
  const groups = legendGroups().map(({ title, count, entries, rules }) => make("div", [
    make("h2", [title, " ", count ? make("b", share(count)) : ""]),
    bounded(entries, legendEntry, {}, unfolded.has(title) || entries.length <= STEP + 2 ? entries.length : STEP, () => unfolded.add(title)),
    make("ul", rules.map(rule)),
  ], { class: "group" }));
  const notes = page.notes.map((note) => make("p", note[state.lang], { class: "note" }));
  // A page by itself has no other page to point to: it names the command that makes the chart.
  for (const [name, ...titles] of page.charts ?? []) {
    const chart = page.more ? make("a", titles[state.lang], { href: `/chart/${name}` }) : make("span", [titles[state.lang], " (", make("code", `coopgraph chart ${name}`), ")"]);
    notes.push(make("p", [word("chart"), chart], { class: "note no-print" }));
  }
  keepFocus($("legend"), [...groups, make("p", word("legend-hint"), { class: "note no-print" }), ...notes]);
}

/* Put new children in place, and the focus on the control that stands where the focused one was. */
function keepFocus(holderOfAll, children) {
  const focused = holderOfAll.contains(document.activeElement) ? document.activeElement : null;
  const same = focused && ["data-facet", "data-only", "data-key", "id"].filter((name) => focused.hasAttribute(name))
    .map((name) => `[${name}="${CSS.escape(focused.getAttribute(name))}"]`).join("");
  holderOfAll.replaceChildren(...children);
  if (same) holderOfAll.querySelector(same)?.focus();
}

// --- filters ---------------------------------------------------------------------------------

const inLegend = (facet) => facet.name === "kind" || facet.name === "edge" || (facet.name === "stance" && page.stances > 0);

function facetPart(facet) {
  const hidden = state.hidden.get(facet.name)?.size ?? 0;
  const count = shown.hides.get(facet.name) ?? 0;
  const value = (each) => {
    const id = `f-${facet.name}-${facet.values.indexOf(each)}`;
    const box = make("input", [], { type: "checkbox", id, "data-facet": facet.name, "data-key": each.key, change: () => { toggleValue(facet.name, each.key); changed(); } });
    box.checked = !isHidden(facet.name, each.key);
    const name = each.name[state.lang];
    return make("li", [box, make("label", [make("span", said(name), { class: "name" }), make("b", number(each.count))], { for: id }), onlyButton(facet.name, each.key, name)]);
  };
  const part = make("details", [
    make("summary", [facet.label[state.lang], " ", hidden ? make("span", word("hides", number(count)), { class: "hides" }) : make("b", number(facet.values.length))], { id: `facet-${facet.name}` }),
    hidden ? button(word("show-all"), () => { setHidden(facet.name, new Set()); changed(); }, { class: "small", id: `all-${facet.name}` }) : null,
    bounded(facet.values, value, {}, unfolded.has(`${facet.name} all`) ? facet.values.length : STEP, () => unfolded.add(`${facet.name} all`)),
  ].filter(Boolean), { class: "facet", toggle: () => { unfolded[part.open ? "add" : "delete"](facet.name); } });
  part.open = unfolded.has(facet.name);
  return part;
}

function showFilters() {
  const offered = facets().filter((facet) => !inLegend(facet));
  $("filters").hidden = offered.length === 0;
  keepFocus($("filters"), [make("h2", word("filters")), ...offered.map(facetPart)]);
}

/* How much is shown, and the way back to all of it. */
function showCounts() {
  const opened = state.open.size ? ` · ${word("opened", number(state.open.size))}` : "";
  const counts = [...totals().nodes, ...totals().edges].map(number);
  if (large && !state.open.size && inScene.counts) $("shown").textContent = `${totals().nodes[0] ? `${word("shown", ...counts)}. ` : ""}${largeCounts()}`;
  else $("shown").textContent = (shown.nodes.size || !nodes.length ? word("shown", ...counts) : word("all-hidden")) + opened;
  $("show-all").hidden = !filtered() && !state.open.size;
}

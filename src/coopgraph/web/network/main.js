/* The page of a network: what ties the parts together, and what happens after a change. */

import { byId, make, tell } from "../dom.js";
import { read, startAddress } from "./address.js";
import { isDark, readColours, systemDark } from "./colours.js";
import { showControls } from "./controls.js";
import { arrange, fit, hideTip, layoutName, layouts, look, setPhysics, startPicture, zoom } from "./frame.js";
import { startKeys } from "./keys.js";
import { LargeModel } from "./large.js";
import { showCounts, showFilters, showLegend } from "./legend.js";
import { showMatrix, startMatrix } from "./matrix.js";
import { Model, model, setModel, STEP } from "./model.js";
import { inLanguage, page, setPage, word } from "./page.js";
import { showDetails, startPanel } from "./panel.js";
import { startPassages } from "./passage.js";
import { markChosen, redraw, updatePicture } from "./picture.js";
import { drawing, holder, stage } from "./places.js";
import { openCommunity, startRings } from "./rings.js";
import { startSaving } from "./saving.js";
import { showQuery, startSearch } from "./search.js";
import { changed, emit, on, showAll, state } from "./state.js";
import { showTable, startTable } from "./table.js";

/** @import { Id, Text } from "../types.d.ts" */

/** @param {string} attribute @returns {[HTMLElement, string][]} */
const marked = (attribute) => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`[${attribute}]`))]
  .map((element) => [element, element.getAttribute(attribute) ?? ""]);

/* Everything in the language of the page. */
function speak() {
  const code = page.languages[state.lang], title = inLanguage(page.titles);
  document.documentElement.lang = code;
  document.title = title;
  marked("data-word").forEach(([element, name]) => { element.textContent = word(name); });
  marked("data-hint").forEach(([element, name]) => element.setAttribute("placeholder", word(name)));
  marked("data-label").forEach(([element, name]) => {
    element.setAttribute("aria-label", word(name));
    if (element.hasAttribute("title")) element.title = word(name);
  });
  marked("data-lang").forEach(([element, lang]) => element.setAttribute("aria-pressed", String(lang === code)));
  document.querySelectorAll("h1").forEach((element) => { element.textContent = title; });
  hideTip();
}

function paint() {
  if (state.theme) document.documentElement.dataset.theme = state.theme;
  else delete document.documentElement.dataset.theme;
  readColours();
}

function showLayouts() {
  const names = layouts(), select = byId("layout", HTMLSelectElement);
  byId("layouts").hidden = names.length < 2;
  select.replaceChildren(...names.map((name) => make("option", layoutName(name), { value: name })));
  select.value = names.includes(state.layout) ? state.layout : names[0];
  byId("reset-places").hidden = state.moved.size === 0;
}

/* What says beside the picture what is shown. */
const BESIDE = [showCounts, showDetails, showLegend, showControls, showFilters, showTable, showMatrix, showQuery];

/* Make anew what says what is shown. The picture comes first. */
function refresh() {
  model.update();
  updatePicture();
  for (const show of BESIDE) show();
  byId("reset-places").hidden = state.moved.size === 0;
}

/* When the page is idle, one after the other; the page is "ready" when all has been made. */
function makeBeside([show, ...rest] = BESIDE) {
  show();
  if (rest.length) whenIdle(() => makeBeside(rest));
  else document.documentElement.dataset.ready = "true";
}
/** @param {() => unknown} task */
const whenIdle = (task) => ("requestIdleCallback" in window ? requestIdleCallback(task, { timeout: 100 }) : setTimeout(task));

/* After a change that alters every label or colour: all of it. */
function renew() {
  speak();
  paint();
  if (!holder) return;
  arrange();
  showLayouts();
  redraw();
  refresh();
}

/** @param {string} name */
function setLayout(name) {
  state.layout = name;
  state.moved.clear();
  if (state.physics) setPhysics(false);
  arrange();
  redraw();
  fit();
  changed();
}

/** @type {Set<Id>} */
const loaded = new Set();
/** More of the network around a node, where the page has a server that knows it. @param {Id} id */
async function loadMore(id) {
  const { iri } = model.node(id);
  if (!page.more || !iri || loaded.has(id) || model.communities) return;
  loaded.add(id);
  tell(word("loading"));
  try {
    const answer = await fetch(`${page.more}?node=${encodeURIComponent(iri)}`);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const part = await answer.json();
    model.merge(part, id);
    arrange();
    redraw();
    tell(part.page.notes.map((/** @type {Text} */ text) => inLanguage(text)).join(" "));
  } catch (error) {
    loaded.delete(id);
    tell(word("not-loaded", error instanceof Error ? error.message : String(error)));
  }
}

/** Open so many (more) of the neighbours of a node, and show only what is open. @param {Id} id */
async function openNode(id) {
  const node = model.node(id);
  if (node.community !== undefined) {
    openCommunity(node);
    return;
  }
  await loadMore(id);
  state.open.set(id, (state.open.get(id) ?? 0) + STEP);
  changed();
  fit();
}

function startControls() {
  /** @param {string} id @param {() => unknown} action */
  const click = (id, action) => byId(id).addEventListener("click", action);
  click("zoom-in", () => zoom(1.3));
  click("zoom-out", () => zoom(1 / 1.3));
  click("fit", fit);
  click("show-all", () => {
    showAll();
    changed();
    if (drawing.framed) fit();
    holder.focus();
  });
  click("physics", () => { setPhysics(!state.physics); changed({ step: false }); });
  click("reset-places", () => { state.moved.clear(); redraw(); changed(); });
  const select = byId("layout", HTMLSelectElement);
  select.addEventListener("change", () => setLayout(select.value));
  on("openNode", openNode);
  on("fit", () => { if (model.scene.nodes.length) fit(); });
}

/* What is set beside the picture: language and theme. */
function startSettings() {
  const set = () => { renew(); emit("changed", true); };
  marked("data-lang").forEach(([element, lang]) => element.addEventListener("click", () => { state.lang = page.languages.indexOf(lang); set(); }));
  byId("theme").addEventListener("click", () => { state.theme = isDark() ? "light" : "dark"; set(); });
  systemDark.addEventListener("change", renew);
}

/** @param {import("./address.js").View} view */
const showView = ([x, y, scale]) => look({ x, y }, scale);

/* What the address says of the picture. */
function frame() {
  const { network, framed } = drawing;
  const { x, y } = framed ? { x: 0, y: 0 } : network.getViewPosition();
  return { layouts: layouts(), view: framed ? null : /** @type {[number, number, number]} */ ([x, y, network.getScale()]) };
}

/** @param {any} data what the page holds */
async function startPage(data) {
  setModel(data.overview ? await LargeModel.load(data.overview) : new Model(data.nodes, data.edges));
  if (data.overview) model.update();
  const view = location.hash.length > 1 ? read(location.hash.slice(1), layouts()) : null;
  if (page.languages[state.lang] !== document.documentElement.lang) speak();
  paint();
  startSettings();
  if (!holder) return;
  model.update();
  startPicture();
  if (view) showView(view);
  for (const start of [startPanel, startPassages, startRings, startSearch, startTable, startMatrix, startSaving, startKeys, startControls]) start();
  showLayouts();
  markChosen();
  startAddress(frame);
  on("change", () => refresh());
  on("restored", (restored) => { renew(); if (restored) showView(restored); else fit(); });
  // The picture first: what is beside it is made once the picture is there.
  drawing.network.once("afterDrawing", () => {
    document.documentElement.dataset.drawn = "true";
    requestAnimationFrame(() => requestAnimationFrame(() => whenIdle(() => makeBeside())));
  });
}

const data = JSON.parse(byId("data").textContent);
setPage(data.page, document.documentElement.lang);
startPage(data).catch((error) => {
  stage.replaceChildren(make("p", word("broken", error.message), { class: "empty", role: "alert" }));
  throw error;
});

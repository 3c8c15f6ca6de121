/* What ties the parts together: languages, themes, and what happens after a change. */

/* Everything in the language of the page. */
function speak() {
  const code = state.lang ? "ko" : "en";
  document.documentElement.lang = code;
  document.title = page.titles[state.lang];
  document.querySelector("h1").textContent = page.titles[state.lang];
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of document.querySelectorAll("[data-hint]")) element.setAttribute("placeholder", word(element.dataset.hint));
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", word(element.dataset.label));
    if (element.hasAttribute("title")) element.title = word(element.dataset.label);
  }
  for (const each of document.querySelectorAll("[data-lang]")) each.setAttribute("aria-pressed", String(each.dataset.lang === code));
  hideTip();
}

function paint() {
  if (state.theme) document.documentElement.dataset.theme = state.theme;
  else delete document.documentElement.dataset.theme;
  readColours();
}

function showLayouts() {
  const names = layouts();
  $("layouts").hidden = names.length < 2;
  $("layout").replaceChildren(...names.map((name) => make("option", layoutName(name), { value: name })));
  $("layout").value = names.includes(state.layout) ? state.layout : names[0];
  $("reset-places").hidden = state.moved.size === 0;
}

/* Make anew what says what is shown. The picture comes first. */
function refresh({ filters = true } = {}) {
  findShown();
  updatePicture();
  showDetails();
  showLegend();
  if (filters) showFilters();
  showCounts();
  showTable();
  showQuery();
  $("reset-places").hidden = state.moved.size === 0;
}

/* After a change that alters every label or colour: all of it. */
function renew() {
  speak();
  paint();
  if (holder) {
    arrange();
    showLayouts();
    redraw();
    refresh();
  }
}

function setLayout(name) {
  state.layout = name;
  state.moved.clear();
  if (state.physics) setPhysics(false);
  arrange();
  redraw();
  fit();
  changed();
}

/* More of the network around a node, where the page has a server that knows it. */
async function loadMore(id) {
  const node = nodeById.get(id);
  if (!page.more || !node?.iri || loadMore.done.has(id)) return;
  loadMore.done.add(id);
  tell(word("loading"));
  try {
    const answer = await fetch(`${page.more}?node=${encodeURIComponent(node.iri)}`);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    merge(await answer.json(), id);
    tell("");
  } catch (error) {
    loadMore.done.delete(id);
    tell(word("not-loaded", error.message));
  }
}
loadMore.done = new Set();

function startControls() {
  $("zoom-in").addEventListener("click", () => zoom(1.3));
  $("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
  $("fit").addEventListener("click", fit);
  $("show-all").addEventListener("click", () => { state.hidden.clear(); state.open.clear(); changed(); if (framed) fit(); holder.focus(); });
  $("layout").addEventListener("change", (event) => setLayout(event.target.value));
  $("physics").addEventListener("click", () => { setPhysics(!state.physics); changed({ step: false }); });
  $("reset-places").addEventListener("click", () => { state.moved.clear(); redraw(); changed(); });
  on("openNode", async (id) => {
    if (getNode(id)?.community !== undefined) return openCommunity(getNode(id));
    await loadMore(id);
    openNode(id);
    fit();
  });
}

async function startPage() {
  if (data.overview) await startLarge();
  else setScene(data.nodes, data.edges);
  if (large) findShown();
  const view = location.hash.length > 1 ? read(location.hash.slice(1)) : null;
  speak();
  paint();
  for (const each of document.querySelectorAll("[data-lang]")) {
    each.addEventListener("click", () => { state.lang = each.dataset.lang === "ko" ? 1 : 0; renew(); emit("changed", true); });
  }
  $("theme").addEventListener("click", () => { state.theme = isDark() ? "light" : "dark"; renew(); emit("changed", true); });
  systemDark.addEventListener("change", renew);
  if (!holder) return;
  findShown();
  startPicture();
  if (view) showView(view);
  for (const start of [startPassages, startSearch, startTable, startSaving, startKeys, startControls]) start();
  showLayouts();
  mark();
  startAddress();
  on("change", () => refresh());
  on("restored", (restored) => { renew(); if (restored) showView(restored); else fit(); });
  // The picture first: what stands beside it is made once the picture is there.
  network.once("afterDrawing", () => setTimeout(() => {
    refresh({ filters: false });
    setTimeout(showFilters); // they count every value of every edge
    if (framed) fit(); // vis-network has moved the view when it drew first
    document.documentElement.dataset.ready = "true";
  }));
}

function showView([x, y, scale]) {
  framed = false;
  network.moveTo({ position: { x, y }, scale, animation: false });
}

startPage().catch((error) => {
  stage.replaceChildren(make("p", word("broken", error.message), { class: "empty", role: "alert" }));
  throw error;
});

/* Search as you type: a combobox (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). */

const LISTED = 50;
const input = $("search"), hits = $("hits");
let current = -1; // the option that Enter takes

const options = () => [...hits.querySelectorAll('[role="option"]')];

/* The name with what was found in it marked. */
function markedName(node) {
  const wanted = fold(state.query.trim());
  const name = [nameOf(node), node.name[1 - state.lang]].find((each) => fold(each).includes(wanted)) ?? nameOf(node);
  const text = name.normalize("NFC");
  const at = fold(text).indexOf(wanted);
  const parts = at < 0 || fold(text).length !== text.length ? [text]
    : [text.slice(0, at), make("mark", text.slice(at, at + wanted.length)), text.slice(at + wanted.length)];
  return make("bdi", parts, { dir: "auto", class: "name" });
}

function option(node, index) {
  const about = [aboutNode(node), large || shown.nodes.has(node.id) ? "" : word("hidden-node")].filter(Boolean).join(" · ");
  return make("li", [markedName(node), make("span", about, { class: "place" })], {
    role: "option", id: `hit-${index}`, "aria-selected": "false", "data-ref": refOf(node),
    mousedown: (event) => event.preventDefault(), click: () => take(node),
  });
}

function showHits() {
  const { list: found, total } = searched(state.query, LISTED);
  current = -1;
  input.removeAttribute("aria-activedescendant");
  const empty = state.query.trim() === "";
  hits.hidden = empty;
  input.setAttribute("aria-expanded", String(!empty));
  if (empty) return hits.replaceChildren();
  const count = total === 0 ? word("nothing-found", state.query.trim())
    : total > found.length ? word("found-some", number(total), found.length) : word("found", number(total));
  announce(count);
  return hits.replaceChildren(
    make("li", count, { class: "count", role: "presentation" }), ...found.map(option),
  );
}

function point(to) {
  const all = options();
  if (!all.length) return;
  all[current]?.setAttribute("aria-selected", "false");
  current = (to + all.length) % all.length;
  all[current].setAttribute("aria-selected", "true");
  all[current].scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", all[current].id);
}

const closeHits = () => { hits.hidden = true; input.setAttribute("aria-expanded", "false"); };

/* Go to the node that was found; the picture has the keyboard from here. */
function take(node) {
  closeHits();
  choose(["node", node.id], { jump: true });
  holder.focus({ preventScroll: true });
}

function startSearch() {
  input.addEventListener("input", () => {
    state.query = input.value;
    if (state.chosen || (state.path && state.pathFrom === null)) { state.chosen = null; state.path = null; }
    changed({ step: false });
    showHits();
  });
  input.addEventListener("focus", () => { if (state.query.trim()) showHits(); });
  input.addEventListener("blur", closeHits);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // Enter and arrows belong to the syllable that is being typed
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (hits.hidden) showHits();
      point(event.key === "ArrowDown" ? current + 1 : current < 0 ? -1 : current - 1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const ref = options()[Math.max(current, 0)]?.dataset.ref;
      if (ref !== undefined && !hits.hidden) take(getNode(found(ref)[1]));
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (!hits.hidden && state.query) closeHits();
      else { input.value = ""; state.query = ""; changed({ step: false }); showHits(); holder.focus(); }
    }
  });
}

/* The field says what the state says (after going back, or a change of language). */
function showQuery() {
  if (input.value !== state.query) input.value = state.query;
}

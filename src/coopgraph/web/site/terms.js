/* What a term means, beside it while it is pointed at or has the focus: the text that describes it,
   which the page has at its end. Escape puts it away. */

import { byId, make } from "../dom.js";

const GAP = 6;
const meaning = make("div", [], { class: "meaning", role: "tooltip", hidden: true });
byId("main").append(meaning);

/** @type {Element | null} */
let term = null;

const close = () => {
  term = null;
  meaning.hidden = true;
};

function place() {
  if (!term) return;
  const { left, top, bottom } = term.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = meaning;
  const isBelow = bottom + GAP + offsetHeight < window.innerHeight;
  meaning.style.left = `${Math.max(GAP, Math.min(left, document.documentElement.clientWidth - offsetWidth - GAP))}px`;
  meaning.style.top = `${isBelow ? bottom + GAP : top - GAP - offsetHeight}px`;
}

/** @param {Event} event */
function look({ target }) {
  if (!(target instanceof Element) || meaning.contains(target)) return;
  term = target.closest("[aria-describedby^=term-]");
  if (!term) {
    close();
    return;
  }
  meaning.textContent = byId(term.getAttribute("aria-describedby") ?? "").textContent;
  meaning.hidden = false;
  place();
}

document.addEventListener("pointerover", look);
document.addEventListener("focusin", look);
document.addEventListener("scroll", place, true);
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") close();
});

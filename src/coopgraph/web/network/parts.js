/* Parts of which the page beside the picture is made. */

import { button, byId, make, said } from "../dom.js";
import { number, word } from "./page.js";
import { STEP } from "./model.js";

/** @import { Attributes, Child } from "../dom.js" */

/** A path that knows its text, as a picture in SVG needs it (svg.js). @param {string} d */
export const outline = (d) => Object.assign(new Path2D(d), { d });

/** Names with what is said of each. @param {[string, string | Child[] | HTMLElement][]} rows */
export const list = (rows) => make("dl", rows.flatMap(([name, value]) => [make("dt", name), make("dd", typeof value === "string" ? said(value) : value)]));

/**
 * A list of at most `most` items, with a button for the rest; `opened` is called when it is used.
 * @template T
 * @param {T[]} items @param {(item: T) => HTMLElement} draw
 * @param {Attributes} [attributes] @param {number} [most] @param {(() => unknown) | null} [opened]
 */
export function bounded(items, draw, attributes = {}, most = STEP, opened = null) {
  const element = make("ul", [], attributes);
  /** @param {number} count */
  const fill = (count) => {
    element.replaceChildren(...items.slice(0, count).map(draw));
    const rest = items.length - count;
    if (rest <= 0) return;
    const more = button(word("more", number(rest)), () => {
      opened?.();
      fill(opened ? items.length : count + most * 4);
      /** @type {HTMLElement | null | undefined} */ (element.children[count]?.querySelector("button, a, input"))?.focus();
    }, { class: "small" });
    element.append(make("li", more, { class: "more" }));
  };
  fill(most);
  return element;
}

/** Put new children in place, and the focus on the control in the place of the focused one. @param {HTMLElement} holder @param {HTMLElement[]} children */
export function keepFocus(holder, children) {
  const focused = holder.contains(document.activeElement) ? document.activeElement : null;
  const same = focused && ["data-facet", "data-only", "data-key", "id"].filter((name) => focused.hasAttribute(name))
    .map((name) => `[${name}="${CSS.escape(focused.getAttribute(name) ?? "")}"]`).join("");
  holder.replaceChildren(...children);
  if (same) /** @type {HTMLElement | null} */ (holder.querySelector(same))?.focus();
}

/** @param {string} title @param {HTMLElement[]} content */
export function showDialog(title, content) {
  const dialog = byId("dialog", HTMLDialogElement);
  dialog.replaceChildren(
    make("div", [make("h2", title, { id: "dialog-title" }), button("×", () => dialog.close(), { class: "sign", "aria-label": word("close") })], { class: "head" }),
    ...content,
  );
  if (!dialog.open) dialog.showModal();
}

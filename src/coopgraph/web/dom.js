/* Elements. All text of data reaches a page as a DOM text node: nothing of it is markup. */

/* The element with this id, of this type. It is there: the template of the page has it. */
/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @param {new () => T} [_type]
 */
export const byId = (id, _type) => /** @type {T} */ (document.getElementById(id));

/** @typedef {string | Node | null} Child */
/** @typedef {Record<string, string | number | boolean | null | ((event: any) => unknown)>} Attributes */

/**
 * A new element with children: elements, or text. A function among the attributes listens.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Child | (Child | Child[])[]} [children]
 * @param {Attributes} [attributes]
 */
export function make(tag, children = [], attributes = {}) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : String(value));
  }
  const all = [children].flat(2).filter((child) => child !== null && child !== "");
  element.append(.../** @type {(string | Node)[]} */ (all));
  return element;
}

/** Text of data: isolated, and in its own direction. @param {string} text @param {Attributes} [attributes] */
export const said = (text, attributes = {}) => make("bdi", text, { dir: "auto", ...attributes });

/** @param {Child | (Child | Child[])[]} children @param {(event: Event) => unknown} click @param {Attributes} [attributes] */
export const button = (children, click, attributes = {}) => make("button", children, { type: "button", click, ...attributes });

/** A link where the address is one of the web, else its text. @param {string} address @param {string} [text] */
export function link(address, text = address) {
  if (!/^https?:\/\/[^\s]+$/i.test(address)) return said(text);
  return make("a", said(text), { href: address, target: "_blank", rel: "noopener noreferrer" });
}

/** Say something to those who listen only. @param {string} text */
export function announce(text) {
  const status = byId("status");
  status.classList.remove("seen");
  status.textContent = text;
}

let fading = 0;
/** Say to those who listen, and to those who look, what has just happened. @param {string} text */
export function tell(text) {
  announce(text);
  byId("status").classList.toggle("seen", text !== "");
  clearTimeout(fading);
  fading = window.setTimeout(() => byId("status").classList.remove("seen"), 9000);
}

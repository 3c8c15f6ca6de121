/* The page's tables and words, and what they say of nodes and edges. */

import { state } from "./state.js";

/** @import { Page, Row, Text, Node, Edge, Named, NodeClass, EdgeKind } from "../types.d.ts" */

/** @type {Page} */
export let page;

/**
 * The tables of the page, or of a part that is loaded later, with a name for each column. In the
 * data each table has one column of labels for each language.
 * @param {any} raw
 * @returns {Page}
 */
export function unpackedPage(raw) {
  const many = raw.titles.length;
  /** @param {Row[]} rows @param {string[]} names @returns {any[]} */
  const table = (rows, names) => (rows ?? []).map(([key, ...rest]) => ({
    key, name: rest.slice(0, many), ...Object.fromEntries(names.map((name, i) => [name, rest[many + i]])),
  }));
  /** @param {Row[]} rows */
  const headings = (rows) => (rows ?? []).map(([x, y, ...rest]) => ({ x, y, name: rest.slice(0, many), column: rest[many] }));
  return {
    ...raw,
    classes: table(raw.classes, ["form", "tone", "radius"]),
    kinds: raw.kinds.map((/** @type {Row} */ row) => ({ ...table([row], ["iri", "tone"])[0], unit: row.slice(3 + many) })),
    values: table(raw.values, ["iri"]),
    attributes: table(raw.attributes, ["unseen"]),
    sources: table(raw.sources, ["address", "digest"]),
    evidence: raw.evidence.map((/** @type {Row} */ [source, ...rest]) => ({
      source, locator: rest.slice(0, many), start: rest[many], end: rest[many + 1], digest: rest[many + 2],
    })),
    charts: table(raw.charts, []),
    groups: (raw.groups ?? []).map((/** @type {Row} */ [key, ...rest]) => ({ key: String(key), name: rest.slice(0, many), about: rest.slice(many) })),
    pictures: Object.fromEntries(Object.entries(raw.pictures).map(([name, each]) => [name, { name, ...each, headings: headings(each.headings) }])),
  };
}

/** @param {any} raw @param {string} lang the language that the page opens in */
export function setPage(raw, lang) {
  page = unpackedPage(raw);
  state.lang = Math.max(page.languages.indexOf(lang), 0);
  state.least = page.least ?? 0;
}

// --- words ---------------------------------------------------------------------------------

/** A text in a language; where it has none, the first that it has, with its tag. @param {Text} texts */
export const inLanguage = (texts, lang = state.lang) => {
  const at = texts[lang] ? lang : texts.findIndex(Boolean);
  return at < 0 ? "" : texts[at] + (at === lang ? "" : ` [${page.languages[at]}]`);
};

/** The word called `name`, each {} filled with the next of `values`. @param {string} name @param {(string | number)[]} values */
export function word(name, ...values) {
  let text = page.words[name] ? inLanguage(page.words[name]) : name;
  for (const value of values) text = text.replace("{}", () => String(value));
  return text;
}

/** A number as its language writes it, with at most six digits after the point. (`Intl` would take a tenth of the time in which a page opens.) @param {number} value */
export function number(value, lang = state.lang) {
  const { group, decimal } = page.numbers[lang] ?? page.numbers[0];
  const [whole, part] = (Number.isFinite(value) ? String(Number(value.toFixed(6))) : String(value)).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, () => group) + (part ? decimal + part : "");
}

/**
 * A large amount in words, and in digits: KRW 25.9 trillion (25,900,000,000,000).
 * @param {number} amount @param {string} currency
 */
export function money(amount, currency) {
  const { units, join, amount: shape, plain, currencies } = page.money[state.lang] ?? page.money[0];
  const reached = units.filter(([power]) => Math.abs(amount) >= 10 ** power);
  /** @param {string} text */
  const named = (text) => (/\d$/.test(text) ? plain : shape).replace("{currency}", currencies[currency] ?? currency).replace("{number}", () => text);
  const whole = number(amount);
  if (!reached.length || (join !== undefined && !Number.isInteger(amount))) return named(whole);
  if (join === undefined) {
    const [power, text] = reached[0];
    return `${named(text.replace("{}", number(Number((amount / 10 ** power).toPrecision(6)))))} (${whole})`;
  }
  let rest = Math.abs(amount);
  const parts = reached.flatMap(([power, text]) => {
    const count = Math.floor(rest / 10 ** power);
    rest -= count * 10 ** power;
    return count ? [text.replace("{}", number(count))] : [];
  });
  if (rest) parts.push(number(rest));
  return `${amount < 0 ? "-" : ""}${named(parts.join(join))} (${named(whole)})`;
}

// --- what the tables say of nodes and edges ------------------------------------------------

/** @type {NodeClass} */
const NO_CLASS = { key: "", name: [], form: "dot", tone: 0, radius: 6 };

/** @param {Node} node @returns {NodeClass} */
export const kindOf = (node) => page.classes[node.kind] ?? { ...NO_CLASS, tone: page.neutral };
/** @param {Node} node */
export const kindName = (node) => (node.community === undefined ? inLanguage(kindOf(node).name) : word("community"));
/** @param {Edge} edge @returns {EdgeKind} */
export const edgeKind = (edge) => page.kinds[edge.kind] ?? { key: "", name: page.words.bundled, iri: "", unit: [] };
/** @param {Edge} edge */
export const edgeKindName = (edge) => inLanguage(edgeKind(edge).name);
/** The attributes of an amount of money and of its currency (ISO 4217). */
export const AMOUNT = "amount", CURRENCY = "currency";
/** Whether edges have an amount of money. @param {Edge} [edge] */
export const hasAmount = (edge) => page.attributes.some(({ key }) => key === AMOUNT && (!edge || attribute(edge, key) !== undefined));
/** What the weight of an edge counts; "" where the projection does not say. @param {Edge} edge */
export const unitOf = (edge) => inLanguage(edgeKind(edge).unit);
/** @param {number | undefined} index in page.values */
export const valueName = (index) => (index !== undefined && page.values[index] ? inLanguage(page.values[index].name) : "");
/** @param {Named | Node} named */
export const nameOf = (named) => inLanguage(named.name);

/** What the address calls a node: the last parts of its IRI, which stay the same in any page. @param {Node} node */
export function refOf(node) {
  if (!node.iri) return String(node.id);
  return node.iri.startsWith(page.base) ? node.iri.slice(page.base.length) : node.iri;
}

/** @param {string} name */
export const attributeIndex = (name) => page.attributes.findIndex(({ key }) => key === name);

/**
 * The value of an attribute of an edge: text, a number, a boolean, or an entry of page.values;
 * undefined where it has none.
 * @param {Edge} edge @param {string} name
 */
export function attribute(edge, name) {
  const value = edge.facts?.[attributeIndex(name)];
  return Array.isArray(value) ? page.values[value[0]] : value;
}

/* What edges say, as text in the language of the page. */

import { model } from "./model.js";
import { AMOUNT, attribute, attributeIndex, CURRENCY, hasAmount, inLanguage, kindName, money, nameOf, number, page, unitOf, valueName, word } from "./page.js";
import { isolated } from "./text.js";

/** @import { Edge, Node } from "../types.d.ts" */

export const arrow = () => (page.directed ? " → " : " – ");
/** Both ends as one line of text. @param {Edge} edge */
export const endsText = (edge) => model.ends(edge).map((node) => isolated(nameOf(node))).join(arrow());

/** @param {Node} node */
export const aboutNode = (node) => (
  [...new Set([kindName(node), valueName(node.subkind), valueName(node.country)].filter(Boolean))].join(" · "));

const AMOUNTS = [AMOUNT, "corrected"];

/**
 * A value of an attribute as text; of an amount with the currency of the edge.
 * @param {string} name @param {unknown} value @param {Edge} [edge]
 */
function valueText(name, value, edge) {
  if (value === null || value === undefined) return word("none");
  if (Array.isArray(value)) return valueName(value[0]);
  if (name === "layer") return `layer-${value}` in page.words ? word(`layer-${value}`) : String(value);
  if (typeof value === "boolean") return word(value ? "yes" : "no");
  if (typeof value !== "number") return String(value);
  const currency = AMOUNTS.includes(name) && edge && attribute(edge, CURRENCY);
  return currency ? money(value, String(currency)) : /(^|_)year$/.test(name) ? String(value) : number(value);
}

/**
 * Name and text of each further fact of an edge; `brief`: where the text has to do without the
 * name, a yes is shown as the name, and a no and the weight are not shown.
 * @param {Edge} edge
 * @returns {[string, string][]}
 */
export function factsOf(edge, { brief = false } = {}) {
  /** @type {[string, string][]} */
  const rows = Object.entries(edge.facts ?? {}).flatMap(([index, value]) => {
    const { key, name, unseen } = page.attributes[Number(index)];
    if (unseen || (brief && value === false) || (key === CURRENCY && hasAmount(edge))) return [];
    return [[inLanguage(name), brief && value === true ? inLanguage(name) : valueText(key, value, edge)]];
  });
  if (edge.via) rows.push([word("via"), edge.via.map(valueName).join(", ")]);
  if (edge.count) rows.push([word("edges"), number(edge.count)]);
  if (!hasAmount(edge) && !brief && edge.weight !== null && (page.weighted || unitOf(edge))) rows.push([unitOf(edge) || word("weight"), number(edge.weight)]);
  return rows;
}

/** Each place that says so: its source, and its locator in the language of the page. @param {Edge} edge */
export const placesOf = (edge) => (edge.evidence ?? []).map((index) => {
  const { source, locator } = page.evidence[index];
  return { source: page.sources[source], locator: inLanguage(locator), index };
});

/** How a statement is meant: planned, reported, draft; "" where it is not said. @param {Edge} edge */
export function modalityText(edge) {
  const name = ["modality", "status"].find((each) => attribute(edge, each) !== undefined);
  return name ? valueText(name, edge.facts?.[attributeIndex(name)]) : "";
}

/* Strength and years of edges: what counts, and what a threshold and a span of years leave.

   Weights of different units (projects, papers, won) are not compared: with several units strength
   is percent of the largest of its unit, or that of the one unit the reader chooses; what has no
   such strength, and what has no year, stays. */

import { attribute, hasAmount, inLanguage, number, page, word } from "./page.js";
import { state } from "./state.js";

/** @import { Edge } from "../types.d.ts" */
/** @typedef {[from: number, to: number]} Span */
/**
 * How the strengths and years of edges are read, be they objects or numbers.
 * @template T
 * @typedef {{ items: () => Iterable<T>, unit: (item: T) => string, weight: (item: T) => number | null, pair: ((item: T) => string) | null, years: (item: T) => Span | null }} Reader
 */

export const LINKS = "links", ALIKE = "alike";
const STEPS = 60; // of the slider; more cannot be told apart
const SAMPLE = 20_000;

/** @param {unknown} value */
const yearIn = (value) => Number(/^\d{4}(?!\d)/.exec(String(value ?? ""))?.[0] ?? NaN);

/** The years that attributes tell of; null where they tell of none. @param {(name: string) => unknown} read @returns {Span | null} */
export function spanOf(read) {
  /** @param {string[]} names */
  const first = (...names) => names.map((name) => yearIn(read(name))).find(Number.isFinite);
  const from = first("year", "date", "first_year", "period_from"), to = first("year", "date", "last_year", "period_to");
  return from === undefined && to === undefined ? null : [from ?? to ?? 0, to ?? from ?? 0];
}

/** What an edge's weight counts: its unit, or the currency of its amount; "" where that is not said. @param {Edge} edge */
const unitKey = (edge) => (hasAmount(edge) ? String(attribute(edge, "currency") ?? "") : page.kinds[edge.kind]?.unit[0] ?? "");

/** @param {Edge[]} edges @returns {Reader<Edge>} */
const readerOf = (edges) => ({
  items: () => edges.filter((edge) => !edge.count), unit: unitKey, weight: (edge) => edge.weight,
  pair: ({ from, to }) => (from < to ? `${from} ${to}` : `${to} ${from}`), years: (edge) => (edge.facts ? spanOf((name) => attribute(edge, name)) : null),
});

/** @template T */
export class Ranges {
  /** @param {Reader<T>} reader */
  constructor(reader) {
    this.reader = reader;
    /** The largest weight of each unit. @type {Map<string, number>} */
    this.largest = new Map();
    /** @type {Map<string, number>} */
    const least = new Map();
    /** How many edges there are between two nodes. @type {Map<string, number>} */
    this.between = new Map();
    this.undated = 0;
    let [first, last] = [Infinity, -Infinity];
    for (const item of reader.items()) {
      const unit = reader.unit(item), weight = this.weight(item);
      this.largest.set(unit, Math.max(this.largest.get(unit) ?? 0, weight));
      least.set(unit, Math.min(least.get(unit) ?? Infinity, weight));
      const pair = reader.pair?.(item);
      if (pair !== undefined) this.between.set(pair, (this.between.get(pair) ?? 0) + 1);
      const span = reader.years(item);
      if (span) [first, last] = [Math.min(first, span[0]), Math.max(last, span[1])];
      else this.undated += 1;
    }
    /** The units of which weights differ. */
    this.units = [...this.largest.keys()].filter((unit) => (this.largest.get(unit) ?? 0) > (least.get(unit) ?? 0));
    const parallel = [...this.between.values()].some((count) => count > 1);
    const all = [...(this.units.length > 1 ? this.units : []), ...(parallel ? [LINKS] : [])];
    /** What can be chosen to count; "" is each on its own scale. */
    this.choices = this.units.length || all.length ? ["", ...all, ALIKE] : [];
    /** The first and the last year; null where there is nothing to choose. @type {Span | null} */
    this.years = first < last ? [first, last] : null;
    /** @type {Map<string, number[]>} */
    this.made = new Map();
  }

  /** @param {T} item */
  weight(item) {
    const weight = Math.abs(this.reader.weight(item) ?? 0);
    return Number.isFinite(weight) ? weight : 0;
  }

  /** What the reader has chosen, where it is there. */
  counts() {
    return this.choices.includes(state.counts) ? state.counts : "";
  }

  /** Whether strengths are parts of the largest of their unit, in percent. */
  isPercent() {
    return this.counts() === "" && this.units.length > 1;
  }

  /** How strong an edge is; Infinity where what counts does not apply to it. @param {T} item */
  strength(item) {
    const counts = this.counts(), { unit, pair } = this.reader;
    if (counts === ALIKE) return Infinity;
    if (counts === LINKS && pair) return this.between.get(pair(item)) ?? 1;
    const own = unit(item);
    if (!this.units.includes(own) || (counts && counts !== own)) return Infinity;
    return this.isPercent() ? (100 * this.weight(item)) / (this.largest.get(own) ?? 1) : this.weight(item);
  }

  /** The strengths that a threshold can be set at, rising; those of a sample where there are very many edges. */
  steps() {
    const counts = this.counts(), known = this.made.get(counts);
    if (known) return known;
    const found = new Set(/** @type {number[]} */ ([]));
    let at = 0;
    for (const item of this.reader.items()) if ((at += 1) <= SAMPLE || at % 50 === 0) found.add(this.strength(item));
    const all = [...found].filter((value) => value > 0 && Number.isFinite(value)).sort((a, b) => a - b);
    const steps = all.length <= STEPS ? all : Array.from({ length: STEPS }, (_, i) => all[Math.floor((i * (all.length - 1)) / (STEPS - 1))]);
    this.made.set(counts, steps);
    return steps;
  }

  /** Whether an edge is at least as strong as the reader wants. @param {T} item */
  isStrong(item) {
    return state.least <= 0 || this.strength(item) >= state.least;
  }

  /** Whether an edge is of the years that the reader wants, or of none. @param {T} item */
  isWithin(item) {
    const span = state.years && this.reader.years(item);
    return !state.years || !span || (span[1] >= state.years[0] && span[0] <= state.years[1]);
  }

  /** How many edges the threshold hides, and how many the years. */
  hides() {
    let [weak, outside] = [0, 0];
    if (state.least <= 0 && !state.years) return { weak, outside };
    for (const item of this.reader.items()) {
      if (!this.isStrong(item)) weak += 1;
      if (!this.isWithin(item)) outside += 1;
    }
    return { weak, outside };
  }
}

/** @type {WeakMap<Edge[], Ranges<Edge>>} */
const known = new WeakMap();
/** The ranges of some edges. @param {Edge[]} edges */
export function rangesOf(edges) {
  const found = known.get(edges) ?? new Ranges(readerOf(edges));
  known.set(edges, found);
  return found;
}

/** What a choice of what counts is called. @template T @param {string} choice @param {Ranges<T>} ranges */
export function countsName(choice, ranges) {
  if (choice === LINKS) return word("counts-links");
  if (choice === ALIKE) return word("counts-alike");
  if (choice === "" && ranges.units.length > 1) return word("counts-apart");
  const unit = choice || ranges.units[0];
  if (!unit) return word(ranges.units.length ? "weight" : "counts-alike");
  const kind = page.kinds.find(({ unit: [first] }) => first === unit);
  return kind ? inLanguage(kind.unit) : word("counts-amount", unit);
}

/** A strength as text. @template T @param {number} value @param {Ranges<T>} ranges */
export const strengthText = (value, ranges) => `${number(Number(value.toPrecision(ranges.isPercent() ? 2 : 12)))}${ranges.isPercent() ? " %" : ""}`;

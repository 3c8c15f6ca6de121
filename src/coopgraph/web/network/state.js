/* What the reader has set; all of it is in the address of the page (address.js). And the
   events by which the parts of the page hear of each other. */

/** @import { Id, What } from "../types.d.ts" */

export const state = {
  lang: 0, // number of the language in page.languages
  theme: "", // "" as the system has it, "light", "dark"
  chosen: /** @type {What | null} */ (null),
  path: /** @type {[Id, Id] | null} */ (null), // of nodes
  pathFrom: /** @type {Id | null} */ (null), // the one end of a path that is being chosen
  hidden: /** @type {Map<string, Set<string>>} */ (new Map()), // facet -> keys of values
  open: /** @type {Map<Id, number>} */ (new Map()), // node id -> how many of its neighbours are open; empty: all is shown
  least: 0, // the strength that an edge needs to be shown
  counts: "", // what counts as strength (ranges.js)
  years: /** @type {[number, number] | null} */ (null), // the first and the last that are shown
  size: "", colour: "", // what they say of a node (measures.js)
  show: "", // "" the picture, "matrix"
  order: "", // of the matrix: "" by community, "name", "degree"
  query: "",
  layout: "",
  moved: /** @type {Map<Id, [number, number]>} */ (new Map()), // node id -> [x, y], per layout
  physics: false,
};

// --- filters -------------------------------------------------------------------------------

/** @param {string} facet @param {string} key */
export const isHidden = (facet, key) => state.hidden.get(facet)?.has(key) ?? false;
export const filtered = () => state.least > 0 || state.years !== null || [...state.hidden.values()].some((keys) => keys.size > 0);
/* Leave out nothing. */
export function showAll() {
  state.hidden.clear();
  state.open.clear();
  Object.assign(state, { least: 0, years: null });
}

/** @param {string} facet @param {Set<string>} keys */
export function setHidden(facet, keys) {
  if (keys.size) state.hidden.set(facet, keys);
  else state.hidden.delete(facet);
}

/** Hide these values; where all of them are hidden, show them. @param {string} facet @param {string[]} values */
export function toggleValues(facet, ...values) {
  const keys = new Set(state.hidden.get(facet)), hidden = values.every((key) => keys.has(key));
  for (const key of values) keys[hidden ? "delete" : "add"](key);
  setHidden(facet, keys);
}

// --- events --------------------------------------------------------------------------------

/** @type {Map<string, ((...values: any[]) => unknown)[]>} */
const listeners = new Map();
/** @param {string} event @param {(...values: any[]) => unknown} listener */
export const on = (event, listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]);
/** @param {string} event @param {...any} values */
export const emit = (event, ...values) => { for (const listener of listeners.get(event) ?? []) listener(...values); };

/* Something that the reader set has changed: everything that shows it is made anew. `step` is
   true where the reader would expect "back" to undo it. */
export function changed({ step = true } = {}) {
  emit("change");
  emit("changed", step);
}

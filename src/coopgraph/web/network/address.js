/* The address: all that the reader has set is behind the # and is restored from there, on
   load and on the way back and forward. Whatever does not fit what there is is passed over. */

import { model } from "./model.js";
import { page, refOf } from "./page.js";
import { emit, on, setHidden, state } from "./state.js";
import { finite } from "./text.js";

/** @import { Id } from "../types.d.ts" */
/** @typedef {[x: number, y: number, scale: number]} View */
/** @typedef {{ layouts: string[], view: View | null }} Frame the layouts there are, the first the usual one; what is in view, null for the whole */

/** What terms were called when an address was saved. @type {Record<string, string>} */
const RENAMED = { plannedPartner: "intendedPartner", hasStance: "takesStance" };
/** What can be chosen; "" is as the page opens. @type {Record<string, string[]>} */
const CHOICES = { size: ["strength", "betweenness", "alike"], colour: ["group", "degree", "strength", "betweenness"], show: ["matrix"], order: ["name", "degree"] };
const MOVED = 100; // positions that the address holds; more make it too long to be sent

/** The state as text: only what differs from how the page opens. @param {Frame} frame */
export function written({ layouts, view }) {
  const parts = new URLSearchParams();
  parts.set("lang", page.languages[state.lang]);
  if (state.theme) parts.set("theme", state.theme);
  if (state.layout && state.layout !== layouts[0]) parts.set("layout", state.layout);
  /** @param {Id} id */
  const node = (id) => (model.has(["node", id]) ? refOf(model.node(id)) : "");
  if (state.chosen) parts.set(state.chosen[0], state.chosen[0] === "edge" ? model.edgeRef(model.edge(state.chosen[1])) : node(state.chosen[1]));
  if (model.written()) parts.set("communities", model.written());
  for (const id of state.path ?? []) parts.append("path", node(id));
  for (const name of /** @type {const} */ (["counts", "size", "colour", "show", "order"])) if (state[name]) parts.set(name, state[name]);
  if (state.least !== (page.least ?? 0)) parts.set("least", String(state.least));
  if (state.years) parts.set("years", state.years.join(" "));
  for (const [facet, keys] of state.hidden) {
    const all = model.facets().find((each) => each.name === facet)?.values.map((value) => value.key) ?? [];
    const kept = all.filter((key) => !keys.has(key));
    if (kept.length < keys.size) for (const key of kept.length ? kept : [" "]) parts.append(`only-${facet}`, key);
    else for (const key of keys) parts.append(`hide-${facet}`, key);
  }
  for (const [id, count] of state.open) parts.append("open", `${count} ${node(id)}`);
  if (state.query) parts.set("q", state.query);
  if (state.moved.size <= MOVED) for (const [id, [x, y]] of state.moved) parts.append("at", `${x} ${y} ${node(id)}`);
  if (view) parts.set("view", [view[0].toFixed(0), view[1].toFixed(0), view[2].toPrecision(4)].join(" "));
  return parts.toString();
}

/** Numbers at the beginning of a text, and the rest; null where they are none. @param {string} text @param {number} count @returns {[number[], string] | null} */
export function numbersOf(text, count) {
  const parts = text.split(" "), first = parts.slice(0, count);
  const values = first.map(Number);
  return values.length === count && first.every((part) => part !== "") && finite(...values) ? [values, parts.slice(count).join(" ")] : null;
}

/** @param {URLSearchParams} parts */
function readHidden(parts) {
  state.hidden.clear();
  if (![...parts.keys()].some((key) => /^(hide|only)-/.test(key))) return;
  for (const { name, values } of model.facets()) {
    const all = values.map((value) => value.key);
    const [hide, only] = [new Set(parts.getAll(`hide-${name}`)), new Set(parts.getAll(`only-${name}`))];
    const isOnly = only.size > 0 && (only.has(" ") || all.some((key) => only.has(key)));
    setHidden(name, new Set(all.filter((key) => (isOnly ? !only.has(key) : hide.has(key)))));
  }
}

/** The node that the address calls so. @param {string | null | undefined} ref @returns {Id | undefined} */
function nodeCalled(ref) {
  const [what, id] = (ref && model.found(ref)) || [];
  return what === "node" ? id : undefined;
}

/** Set the state as a text says; the view that it names. @param {string} text @param {string[]} layouts @returns {View | null} */
export function read(text, layouts) {
  const parts = new URLSearchParams(text.replace(/\b(plannedPartner|hasStance)\b/g, (old) => RENAMED[old] ?? old));
  /** @param {string} name */
  const part = (name) => parts.get(name) ?? "";
  model.restore(part("communities"));
  if (page.languages.includes(part("lang"))) state.lang = page.languages.indexOf(part("lang"));
  state.theme = ["light", "dark"].includes(part("theme")) ? part("theme") : "";
  state.layout = layouts.includes(part("layout")) ? part("layout") : "";
  const chosen = nodeCalled(parts.get("node")), tie = parts.has("edge") ? model.found(part("edge")) : null;
  state.chosen = chosen !== undefined ? ["node", chosen] : tie?.[0] === "edge" ? tie : null;
  const [start, end, ...more] = parts.getAll("path").map(nodeCalled).filter((id) => id !== undefined);
  state.path = end !== undefined && !more.length ? [start, end] : null;
  state.pathFrom = null;
  if (state.path) state.chosen = null;
  model.reveal(state.path ?? (state.chosen?.[0] === "node" ? [state.chosen[1]] : []));
  for (const [name, allowed] of Object.entries(CHOICES)) state[/** @type {"size"} */ (name)] = allowed.includes(part(name)) ? part(name) : "";
  state.counts = part("counts").slice(0, 200);
  const [[least] = [page.least ?? 0]] = numbersOf(part("least"), 1) ?? [], [years] = numbersOf(part("years"), 2) ?? [];
  state.least = least > 0 ? least : 0;
  state.years = years && years[0] <= years[1] ? [years[0], years[1]] : null;
  readHidden(parts);
  state.open = new Map(parts.getAll("open").flatMap((each) => {
    const [[count] = [0], ref] = numbersOf(each, 1) ?? [];
    const id = nodeCalled(ref);
    return count > 0 && id !== undefined ? [[id, Math.min(Math.ceil(count), 1e6)]] : [];
  }));
  state.query = part("q").slice(0, 200);
  state.moved = new Map(parts.getAll("at").slice(0, MOVED).flatMap((each) => {
    const [[x, y] = [Infinity, 0], ref] = numbersOf(each, 2) ?? [];
    const id = nodeCalled(ref);
    return id !== undefined && Math.max(Math.abs(x), Math.abs(y)) < 1e7 ? [[id, [x, y]]] : [];
  }));
  const [[x, y, scale] = [Infinity, 0, 1]] = numbersOf(part("view"), 3) ?? [];
  return scale > 0.0005 && scale < 50 && Math.max(Math.abs(x), Math.abs(y)) < 1e7 ? [x, y, scale] : null;
}

/**
 * Keep the address and the state alike. A page in a frame has no address of its own.
 * @param {() => Frame} frame
 */
export function startAddress(frame) {
  const first = `#${written(frame())}`;
  /** `step` makes it an address that "back" comes to. @param {boolean} step */
  const write = (step) => {
    const text = `#${written(frame())}`;
    if (text === location.hash || (!location.hash && !step && text === first)) return;
    try {
      history[step ? "pushState" : "replaceState"](null, "", text);
    } catch { /* a frame without an address */ }
  };
  let waiting = 0;
  on("changed", write);
  on("framed", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => write(false), 200);
  });
  window.addEventListener("popstate", () => emit("restored", read(location.hash.slice(1), frame().layouts)));
}

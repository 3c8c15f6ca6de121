/* Kinds of edges are told apart without colour: the most frequent is a plain line, each other has a
   sign of its own in the middle of the line; where signs run out, again on dotted lines. (A
   dashed line says that a thing is planned.) */

import { model } from "./model.js";
import { page } from "./page.js";

/** What vis-network calls a sign -> its outline in the middle of a square of 20 by 20. @type {Record<string, string>} */
export const SIGNS = {
  "": "", circle: "M6 10a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", bar: "M9 3h2.4v14H9z", diamond: "M10 5l5 5-5 5-5-5z", box: "M6.5 6.5h7v7h-7z",
  vee: "M6 4.5l9 5.5-9 5.5 3-5.5z", inv_triangle: "M14 5v10l-8-5z", crow: "M14.5 4.5L5.5 10l9 5.5-4-5.5z",
};
const ORDER = Object.keys(SIGNS);
/** Over an edge that is lost; vis-network has no such sign, picture.js draws it. */
export const CROSS = "cross";
SIGNS[CROSS] = "M5 7l2-2 3 3 3-3 2 2-3 3 3 3-2 2-3-3-3 3-2-2 3-3z";
/** The kinds, the most frequent first as the page opened. @type {number[]} */
const ranks = [];

/** How the line of a kind is broken: its name in the legend, as it is, and where a thing is planned. @type {[string, number[], number[]][]} */
const BREAKS = [["plain", [], [7, 5]], ["dotted", [1.5, 4], [7, 4, 1.5, 4]], ["dash-dot", [12, 4, 2, 4], [7, 3, 1.5, 3, 1.5, 3]]];

/** What becomes of an edge from one network to another (a scenario), as the key of its kind says. @type {Record<string, { sign: string, line: string, breaks: number[] }>} */
const STATES = {
  lost: { sign: CROSS, line: "dotted", breaks: [2, 4] }, added: { sign: "", line: "heavy", breaks: [] },
  changed: { sign: "diamond", line: "plain", breaks: [] }, same: { sign: "", line: "thin", breaks: [] },
};
/** @param {number} kind */
const stateOf = (kind) => STATES[/\bedge-state\/(\w+)$/.exec(page.kinds[kind]?.key ?? "")?.[1] ?? ""];
/** Whether edges say by their line what becomes of them, not what they weigh. */
export const areStates = () => page.kinds.some((_, kind) => stateOf(kind));

/** The sign of a kind of edges, and how its line is broken. @param {number} kind */
export function markOf(kind) {
  if (kind < 0) return { sign: "", line: "plain", breaks: /** @type {number[]} */ ([]), planned: [7, 5] };
  const state = stateOf(kind);
  if (state) return { ...state, planned: state.breaks };
  let rank = ranks.indexOf(kind);
  if (rank < 0) {
    const many = model.kindCounts();
    for (const each of [...many.keys(), kind].sort((a, b) => (many.get(b) ?? 0) - (many.get(a) ?? 0) || a - b)) if (each >= 0 && !ranks.includes(each)) ranks.push(each);
    rank = ranks.indexOf(kind);
  }
  const [line, breaks, planned] = BREAKS[Math.floor(rank / ORDER.length) % BREAKS.length];
  return { sign: ORDER[rank % ORDER.length], line, breaks, planned };
}

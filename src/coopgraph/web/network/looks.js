/* The colours of nodes: of their kind or stance, of their community, or of a measure. */

import { colours, mix } from "./colours.js";
import { colourMeasure, largestOf, measured } from "./measures.js";
import { page } from "./page.js";

/** @import { Node } from "../types.d.ts" */

const SHADES = [0.22, 0.42, 0.62, 0.82, 1]; // of the colour of a measure, from small to large

/** The step of a value, of so many to the largest; evenly by root, as sizes. @param {number} value @param {number} most */
const stepOf = (value, most) => Math.min(Math.floor(SHADES.length * Math.sqrt(value / (most || 1))), SHADES.length - 1);
/** @param {number} step */
const shade = (step) => [mix(colours.tones[0][0], colours.surface, SHADES[step]), step > 2 ? colours.tones[0][1] : colours.text];

/** Fill and text of a node. @param {Node} node */
export function inksOf(node) {
  const name = colourMeasure();
  if (!name || (name === "group" && node.community !== undefined)) return colours.tones[node.tone];
  if (name === "group") return colours.tones[Math.min(node.group ?? page.neutral, page.neutral)];
  return shade(stepOf(measured(name).get(node.id) ?? 0, largestOf(name)));
}

/** The steps of the colour of a measure: colour, least and largest value that is there, how many nodes. @param {string} name */
export function shades(name) {
  const most = largestOf(name), values = [...measured(name).values()];
  return SHADES.map((_, step) => {
    const own = values.filter((value) => stepOf(value, most) === step);
    return { tone: shade(step)[0], least: Math.min(...own), most: Math.max(...own), count: own.length };
  }).filter(({ count }) => count);
}

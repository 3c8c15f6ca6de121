/* The colours of the theme. */

import { page } from "./page.js";
import { state } from "./state.js";

export const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
/** Whether the reader has asked for reduced motion. */
export const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
export const isDark = () => (state.theme ? state.theme === "dark" : systemDark.matches);

/** @typedef {{ surface: string, text: string, soft: string, tones: string[][], face: string }} Colours */
/** @type {Colours} */
export let colours;

/* Take the colours of the theme; `light` whatever the theme is, for paper. */
export function readColours({ light = false } = {}) {
  const style = getComputedStyle(document.documentElement);
  /** @param {string} name */
  const read = (name) => style.getPropertyValue(`--${light ? "light-" : ""}${name}`).trim();
  colours = {
    surface: read("surface"), text: read("text"), soft: read("soft"),
    tones: page.tones.map((tone) => tone.slice(!light && isDark() ? 2 : 0)),
    face: getComputedStyle(document.body).fontFamily,
  };
}

/** `share` of one colour in another, both #rrggbb. @param {string} colour @param {string} other @param {number} share */
export function mix(colour, other, share) {
  /** @param {string} hex */
  const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const [a, b] = [parts(colour), parts(other)];
  return `#${a.map((value, i) => Math.round(value * share + b[i] * (1 - share)).toString(16).padStart(2, "0")).join("")}`;
}
/** A colour as it is where something else is highlighted. @param {string} colour @param {boolean} dim */
export const faded = (colour, dim, share = 0.22) => (dim ? mix(colour, colours.surface, share) : colour);

/* The picture to keep: title, picture, legend and how much is shown, at twice the size of the screen. */

import { byId, make } from "../dom.js";
import { SIGNS } from "./kinds.js";
import { FORMS, legendGroups } from "./marks.js";
import { inLanguage, number, page } from "./page.js";
import { outline } from "./parts.js";
import { isHidden, state } from "./state.js";
import { SvgContext } from "./svg.js";
import { short } from "./text.js";

/** @import { Colours } from "./colours.js" */
/** @import { Entry, Rule } from "./marks.js" */
/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {Partial<Entry> & Partial<Rule> & { text: string }} Part */

/** Words of a text in lines that are no wider than `width`. @param {Context} context @param {string} text @param {number} width */
function linesOf(context, text, width) {
  const made = [""];
  for (const piece of text.split(/(?<=\s)/)) {
    const last = made[made.length - 1];
    if (last && context.measureText(last + piece).width > width) made.push(piece);
    else made[made.length - 1] += piece;
  }
  return made;
}

/** The legend as boxes to be drawn in rows; returns the height that it takes. @param {Context} context @param {Colours} inks @param {number} left @param {number} top @param {number} width */
function paintLegend(context, inks, left, top, width) {
  let y = top;
  /** @param {string} text @param {number} x @param {number} weight */
  const write = (text, x, weight) => {
    context.font = `${weight} 13px ${inks.face}`;
    context.fillStyle = inks.text;
    context.fillText(text, x, y + 14);
    return context.measureText(text).width;
  };
  for (const { title, entries, rules } of legendGroups()) {
    let x = left + write(title, left, 600) + 18;
    const seen = entries.filter((entry) => (entry.keys ?? [entry.key]).some((key) => !isHidden(entry.facet, key)));
    /** @type {Part[]} */
    const parts = [...seen.map((entry) => ({ ...entry, text: `${short(inLanguage(entry.name), 50)} ${number(entry.count)}` })), ...rules];
    for (const part of parts) {
      context.font = `400 13px ${inks.face}`;
      const wide = 28 + context.measureText(part.text).width + 18;
      if (x + wide > left + width) { x = left + 18; y += 22; }
      paintMark(context, inks, part, x, y);
      write(part.text, x + 28, 400);
      x += wide;
    }
    y += 26;
  }
  return y - top;
}

/** @param {Context} context @param {Colours} inks @param {Part} part @param {number} x @param {number} y */
function paintMark(context, inks, part, x, y) {
  context.save();
  context.translate(x, y);
  context.strokeStyle = part.stroke || inks.soft;
  context.fillStyle = part.tone || inks.soft;
  context.lineWidth = { thick: 6, heavy: 4.5, frame: 3, thin: 1 }[part.line ?? ""] ?? 1.6;
  if (part.line === "dashed") context.setLineDash([5, 4]);
  if (part.line === "dotted") context.setLineDash([1.5, 3]);
  if (part.line === "dash-dot") context.setLineDash([6, 2, 1, 2]);
  if (part.form) {
    const path = outline(FORMS[part.form]);
    if (part.tone) context.strokeStyle = part.tone;
    if (part.filled) context.fill(path); else context.stroke(path);
  } else if (part.line === "frame") context.stroke(outline(FORMS.pill));
  else if (part.line === "sizes") context.fill(outline("M1 11a3 3 0 1 0 6 0a3 3 0 1 0-6 0zM9 10a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0z"));
  else if (part.line !== "none") {
    context.stroke(outline("M0 10H20"));
    context.fillStyle = context.strokeStyle;
    if (part.sign) context.fill(outline(SIGNS[part.sign]));
    if (part.line === "arrow") context.fill(outline("M20 10l-8-4v8z"));
  }
  context.restore();
}

/**
 * Title, picture and legend into a context that `begin` makes for so many pixels, `paint` painting
 * the picture at a height.
 * @template T
 * @param {{ inks: Colours, width: number, height: number }} picture
 * @param {(width: number, height: number) => Context & T} begin
 * @param {(context: Context & T, top: number) => unknown} paint
 */
function composed({ inks, width, height }, begin, paint) {
  const measuring = /** @type {Context} */ (make("canvas").getContext("2d"));
  measuring.font = `650 19px ${inks.face}`;
  const title = linesOf(measuring, inLanguage(page.titles), width - 40);
  const head = 24 + title.length * 26;
  const foot = paintLegend(measuring, inks, 20, 0, width - 40) + 44;
  const context = begin(width, head + height + foot);
  context.fillStyle = inks.surface;
  context.fillRect(0, 0, width, head + height + foot);
  context.fillStyle = inks.text;
  context.font = `650 19px ${inks.face}`;
  title.forEach((text, i) => context.fillText(text, 20, 34 + i * 26));
  paint(context, head);
  const end = head + height + 10;
  const tall = paintLegend(context, inks, 20, end, width - 40);
  context.font = `400 12px ${inks.face}`;
  context.fillStyle = inks.soft;
  context.fillText(`coopgraph · ${byId("shown").textContent}`, 20, end + tall + 16);
  return context;
}

/** @param {{ painted: HTMLCanvasElement, inks: Colours, width: number, height: number }} picture */
export function poster(picture) {
  const scale = 2, canvas = make("canvas");
  composed(picture, (width, height) => {
    Object.assign(canvas, { width: width * scale, height: height * scale });
    const context = /** @type {Context} */ (canvas.getContext("2d"));
    context.scale(scale, scale);
    return context;
  }, (context, top) => context.drawImage(picture.painted, 0, top, picture.width, picture.height));
  return canvas;
}

/** The same as an SVG file. @param {{ painted: SvgContext, ratio: number, inks: Colours, width: number, height: number }} picture */
export function vectors({ painted, ratio, ...picture }) {
  let [wide, tall] = [0, 0];
  const made = composed(picture, (width, height) => {
    [wide, tall] = [width, height];
    return /** @type {Context & SvgContext} */ (/** @type {unknown} */ (new SvgContext()));
  }, (context, top) => context.place(painted, 0, top, picture.width, picture.height, ratio));
  return made.file(wide, tall, inLanguage(page.titles), page.languages[state.lang]);
}

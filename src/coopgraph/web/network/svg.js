/* A drawing context that writes SVG: what is painted on a canvas, painted into it, is the same
   picture in vectors. It knows what vis-network and this page use, and no more. */

import { make } from "../dom.js";

const NS = "http://www.w3.org/2000/svg";
/** @param {unknown} value */
const text = (value) => String(value).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "").replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
/** @param {number} value */
const short = (value) => String(Math.round(value * 100) / 100);

/** Colour and opacity, each as an attribute of its own: not every program reads rgba. @param {string} name @param {unknown} colour */
function ink(name, colour) {
  const [r, g, b, alpha] = /^rgba\(([^)]+)\)/.exec(String(colour))?.[1].split(",").map(Number) ?? [];
  return alpha === undefined ? `${name}="${text(colour)}"` : `${name}="rgb(${r},${g},${b})" ${name}-opacity="${alpha}"`;
}

export class SvgContext {
  fillStyle = "#000"; strokeStyle = "#000"; lineWidth = 1; font = "10px sans-serif"; textAlign = "start"; textBaseline = "alphabetic";
  lineJoin = "miter"; lineCap = "butt"; globalAlpha = 1;
  /** @type {string[]} */
  made = [];
  path = "";
  /** @type {number[]} */
  dash = [];
  /** @type {Record<string, unknown>[]} */
  kept = [];
  matrix = new DOMMatrix();
  pen = /** @type {CanvasRenderingContext2D} */ (make("canvas").getContext("2d")); // measures texts

  // --- where ----------------------------------------------------------------------------------

  save() {
    const { fillStyle, strokeStyle, lineWidth, font, textAlign, textBaseline, lineJoin, lineCap, globalAlpha, dash, matrix } = this;
    this.kept.push({ fillStyle, strokeStyle, lineWidth, font, textAlign, textBaseline, lineJoin, lineCap, globalAlpha, dash, matrix: DOMMatrix.fromMatrix(matrix) });
  }
  restore() { Object.assign(this, this.kept.pop()); }
  /** @param {number} x @param {number} y */
  translate(x, y) { this.matrix.translateSelf(x, y); }
  /** @param {number} x @param {number} y */
  scale(x, y) { this.matrix.scaleSelf(x, y); }
  /** @param {number} angle */
  rotate(angle) { this.matrix.rotateSelf((angle * 180) / Math.PI); }
  /** @param {number[]} parts */
  setTransform(...parts) { this.matrix = new DOMMatrix(parts); }
  getTransform() { return this.matrix; }
  get factor() { return Math.hypot(this.matrix.a, this.matrix.b); }
  /** @param {number} x @param {number} y */
  at(x, y) {
    const point = this.matrix.transformPoint({ x, y });
    return `${short(point.x)} ${short(point.y)}`;
  }

  // --- paths ----------------------------------------------------------------------------------

  beginPath() { this.path = ""; }
  closePath() { this.path += "Z"; }
  /** @param {number} x @param {number} y */
  moveTo(x, y) { this.path += `M${this.at(x, y)}`; }
  /** @param {number} x @param {number} y */
  lineTo(x, y) { this.path += `${this.path ? "L" : "M"}${this.at(x, y)}`; }
  /** @param {number} a @param {number} b @param {number} c @param {number} d @param {number} x @param {number} y */
  bezierCurveTo(a, b, c, d, x, y) { this.path += `C${this.at(a, b)} ${this.at(c, d)} ${this.at(x, y)}`; }
  /** @param {number} a @param {number} b @param {number} x @param {number} y */
  quadraticCurveTo(a, b, x, y) { this.path += `Q${this.at(a, b)} ${this.at(x, y)}`; }
  /** @param {number} x @param {number} y @param {number} wide @param {number} tall */
  rect(x, y, wide, tall) { this.path += `M${this.at(x, y)}L${this.at(x + wide, y)}L${this.at(x + wide, y + tall)}L${this.at(x, y + tall)}Z`; }
  /** @param {number} x @param {number} y @param {number} radius @param {number} from @param {number} to @param {boolean} [back] */
  arc(x, y, radius, from, to, back = false) {
    /** @param {number} angle */
    const point = (angle) => this.at(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    const whole = Math.abs(to - from) >= 2 * Math.PI - 1e-6, turn = 2 * Math.PI;
    const sweep = whole ? turn : back ? (((from - to) % turn) + turn) % turn : (((to - from) % turn) + turn) % turn;
    const size = short(radius * this.factor), sign = back ? -1 : 1;
    this.path += `${this.path ? "L" : "M"}${point(from)}`;
    for (const part of [0.5, 1]) this.path += `A${size} ${size} 0 0 ${back ? 0 : 1} ${point(from + sign * sweep * part)}`;
  }

  // --- ink ------------------------------------------------------------------------------------

  /** What is drawn of a path: the one that was begun, or one that knows its text. @param {Path2D & { d?: string } | string} [shape] */
  outline(shape) {
    if (typeof shape !== "object" || !shape.d) return this.path && `d="${this.path}"`;
    const { a, b, c, d, e, f } = this.matrix;
    return `d="${shape.d}" transform="matrix(${[a, b, c, d, e, f].map(short).join(" ")})"`;
  }
  /** @param {Path2D & { d?: string } | string} [shape] */
  fill(shape) {
    const drawn = this.outline(shape);
    if (drawn && this.fillStyle !== "transparent") this.made.push(`<path ${drawn} ${ink("fill", this.fillStyle)}/>`);
  }
  /** @param {Path2D & { d?: string } | string} [shape] */
  stroke(shape) {
    const drawn = this.outline(shape), factor = typeof shape === "object" ? 1 : this.factor;
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.map((each) => short(each * factor)).join(" ")}"` : "";
    if (drawn) this.made.push(`<path ${drawn} fill="none" ${ink("stroke", this.strokeStyle)} stroke-width="${short(this.lineWidth * factor)}"${dash}/>`);
  }
  /** @param {number[]} dash */
  setLineDash(dash) { this.dash = [...dash]; }
  getLineDash() { return this.dash; }
  clearRect() {}
  /** @param {number} x @param {number} y @param {number} wide @param {number} tall */
  fillRect(x, y, wide, tall) {
    const before = this.path;
    this.path = "";
    this.rect(x, y, wide, tall);
    this.fill();
    this.path = before;
  }

  // --- texts ----------------------------------------------------------------------------------

  /** @param {string} written */
  measureText(written) {
    this.pen.font = this.font;
    return this.pen.measureText(written);
  }
  /** @param {string} written @param {number} x @param {number} y @param {string} look */
  write(written, x, y, look) {
    const [, weight, size, face] = /^\s*(?:(\w+)\s+)?([\d.]+)px\s+(.*)$/.exec(this.font) ?? ["", "", "10", "sans-serif"];
    // The base line, which every program knows.
    const [line, base] = [this.textBaseline, "alphabetic"].map((each) => {
      this.pen.font = this.font;
      this.pen.textBaseline = /** @type {CanvasTextBaseline} */ (each);
      return this.pen.measureText(written).fontBoundingBoxAscent;
    });
    const [left, top] = this.at(x, y + base - line).split(" ");
    const anchor = { center: "middle", right: "end", end: "end" }[this.textAlign] ?? "start";
    this.made.push(`<text x="${left}" y="${top}" font-family="${text(face)}" font-size="${short(Number(size) * this.factor)}"${weight ? ` font-weight="${weight}"` : ""} text-anchor="${anchor}" ${look}>${text(written)}</text>`);
  }
  /** @param {string} written @param {number} x @param {number} y */
  fillText(written, x, y) { this.write(written, x, y, ink("fill", this.fillStyle)); }
  /** @param {string} written @param {number} x @param {number} y */
  strokeText(written, x, y) { this.write(written, x, y, `fill="none" stroke-linejoin="round" ${ink("stroke", this.strokeStyle)} stroke-width="${short(this.lineWidth * this.factor)}"`); }

  /** Another picture within this one. @param {SvgContext} other @param {number} x @param {number} y @param {number} wide @param {number} tall @param {number} scale */
  place(other, x, y, wide, tall, scale) {
    this.made.push(`<svg x="${x}" y="${y}" width="${wide}" height="${tall}" viewBox="0 0 ${wide * scale} ${tall * scale}">${other.made.join("\n")}</svg>`);
  }

  /** The file. @param {number} wide @param {number} tall @param {string} title @param {string} lang */
  file(wide, tall, title, lang) {
    return `<svg xmlns="${NS}" xml:lang="${text(lang)}" width="${wide}" height="${tall}" viewBox="0 0 ${wide} ${tall}" role="img"><title>${text(title)}</title>\n${this.made.join("\n")}\n</svg>\n`;
  }
}

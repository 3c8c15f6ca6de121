/* Saving what is shown: as a picture, in the formats of formats.js, as SPARQL, on paper. */

import { button, byId, make, said, tell } from "../dom.js";
import { colours, readColours } from "./colours.js";
import { asCsv, asGraphml, asJson, savedEdges } from "./formats.js";
import { showLegend } from "./legend.js";
import { drawNames } from "./names.js";
import { networkOptions } from "./options.js";
import { nameOf, number, page, inLanguage, word } from "./page.js";
import { showDialog } from "./parts.js";
import { drawCrosses, drawn, drawHeadings } from "./picture.js";
import { drawing, holder, stage } from "./places.js";
import { poster, vectors } from "./poster.js";
import { selectedEdges, sparql } from "./sparql.js";
import { SvgContext } from "./svg.js";
import { placesOf } from "./values.js";

/** @import { Source, VisNetwork } from "../types.d.ts" */

/** Hand a file to the browser to save. @param {string} extension @param {string} type @param {BlobPart | null} content */
function save(extension, type, content) {
  const file = content instanceof Blob ? content : new Blob([content ?? ""], { type: `${type};charset=utf-8` });
  // A file name that every system takes.
  const name = `${page.name.replace(/[^\p{L}\p{N}-]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "network"}.${extension}`;
  const address = URL.createObjectURL(file);
  const anchor = make("a", "", { href: address, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  tell([word("saved", name), window.top !== window.self ? word("framed") : ""].join(" ").trim());
}

/**
 * What is done with a copy of the picture, `scale` times as large; `light` as on paper.
 * @template T
 * @param {number} scale @param {boolean} light @param {(copy: VisNetwork, canvas: HTMLCanvasElement) => T} use
 */
function withCopy(scale, light, use) {
  const [width, height] = [holder.clientWidth, holder.clientHeight];
  const box = make("div", [], { style: `position:fixed;left:-99999px;top:0;width:${width * scale}px;height:${height * scale}px`, "aria-hidden": "true" });
  document.body.append(box);
  if (light) readColours({ light });
  const all = drawn(), { network } = drawing;
  const copy = new vis.Network(box, { nodes: new vis.DataSet(all.nodes), edges: new vis.DataSet(all.edges) }, { ...networkOptions(), interaction: { hover: false }, physics: { enabled: false } });
  copy.on("beforeDrawing", drawHeadings);
  copy.on("afterDrawing", (context) => { drawCrosses(context, copy); drawNames(context, copy); });
  copy.moveTo({ position: network.getViewPosition(), scale: network.getScale() * scale, animation: false });
  const made = use(copy, /** @type {HTMLCanvasElement} */ (box.querySelector("canvas"))), inks = colours;
  copy.destroy();
  box.remove();
  if (light) readColours();
  return { ...made, inks, width, height };
}

/** The picture in another canvas. @param {number} scale @param {boolean} light */
const paintedPicture = (scale, light) => withCopy(scale, light, (copy, canvas) => {
  copy.redraw();
  const painted = make("canvas", [], { width: holder.clientWidth * scale, height: holder.clientHeight * scale });
  painted.getContext("2d")?.drawImage(canvas, 0, 0, painted.width, painted.height);
  return { painted };
});

/* The picture in vectors: the copy paints into SVG as it would on its canvas. */
const drawnPicture = () => withCopy(1, false, (copy, canvas) => {
  const painted = new SvgContext();
  canvas.getContext = /** @type {HTMLCanvasElement["getContext"]} */ (/** @type {unknown} */ (() => painted));
  copy.redraw();
  return { painted, ratio: canvas.width / Math.max(holder.clientWidth, 1) };
});

/* For paper: the picture as an image, and the sources of what is shown, numbered. */
function preparePrint() {
  const image = /** @type {HTMLImageElement | null} */ (byId("printed")) ?? stage.appendChild(make("img", [], { id: "printed", alt: "" }));
  if (holder.clientWidth) image.src = paintedPicture(2, true).painted.toDataURL("image/png");
  image.alt = inLanguage(page.titles);
  readColours({ light: true });
  showLegend();
  /** @type {Map<string, { source: Source, locators: Set<string> }>} */
  const seen = new Map();
  for (const { source, locator } of savedEdges().flatMap(placesOf)) {
    const entry = seen.get(source.key) ?? { source, locators: new Set() };
    seen.set(source.key, entry);
    entry.locators.add(locator);
  }
  const items = [...seen.values()].map(({ source, locators }) => {
    const all = [...locators];
    const told = all.slice(0, 12).join("; ") + (all.length > 12 ? ` (${word("more", number(all.length - 12))})` : "");
    return make("li", [said(nameOf(source)), source.address ? make("span", ` (${source.address})`, { class: "iri" }) : null, make("div", said(told), { class: "place" })]);
  });
  byId("print-sources").replaceChildren(make("h2", word("numbered-sources")), make("p", byId("shown").textContent, { class: "place" }), make("ol", items));
}

/* XML holds no control character: a text that has one is named. */
function saveGraphml() {
  try {
    save("graphml", "application/graphml+xml", asGraphml());
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    tell(word("not-xml", error.message));
  }
}

/* Copy the query, and show it: where a frame or browser blocks copying, it can be copied by hand. */
async function copySparql() {
  const chosen = selectedEdges(), text = sparql(chosen);
  const area = make("textarea", text, { readonly: true, rows: "14", spellcheck: "false", "aria-label": "SPARQL", wrap: "off" });
  const done = make("p", "", { class: "place", role: "status" });
  const copy = async () => {
    area.select();
    try {
      await navigator.clipboard.writeText(text);
      done.textContent = word("copied");
    } catch {
      done.textContent = word(document.execCommand("copy") ? "copied" : "copy-by-hand");
    }
  };
  showDialog(word("sparql-of", number(chosen.length)), [area, make("div", [button(word("copy"), copy, { id: "copy" }), done], { class: "actions" })]);
  await copy();
}

export function startSaving() {
  const menu = byId("save", HTMLDetailsElement);
  /** @param {string} id @param {() => unknown} action */
  const click = (id, action) => byId(id).addEventListener("click", () => { menu.open = false; action(); });
  click("save-png", () => poster(paintedPicture(2, false)).toBlob((file) => save("png", "image/png", file), "image/png"));
  click("save-svg", () => save("svg", "image/svg+xml", vectors(drawnPicture())));
  click("save-graphml", saveGraphml);
  click("save-csv", () => save("csv", "text/csv", asCsv()));
  click("save-json", () => save("json", "application/json", asJson()));
  click("save-sparql", copySparql);
  click("save-print", () => window.print());
  window.addEventListener("beforeprint", preparePrint);
  window.addEventListener("afterprint", () => { readColours(); showLegend(); });
  document.addEventListener("click", (event) => { if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false; });
}

/* Saving what is shown: as a picture, in the formats of formats.js, on paper. */

const framedPage = () => window.top !== window.self;

function save(name, type, content) {
  const file = content instanceof Blob ? content : new Blob([content], { type: `${type};charset=utf-8` });
  const address = URL.createObjectURL(file);
  const anchor = make("a", "", { href: address, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  tell([word("saved", name), framedPage() ? word("framed") : ""].join(" ").trim());
}

/* A file name that every system takes. */
const fileName = (extension) => `${page.name.replace(/[^\p{L}\p{N}-]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "network"}.${extension}`;

/* The picture in another canvas, `scale` times as large; `light` as on paper. */
function paintedPicture(scale, light) {
  const [width, height] = [holder.clientWidth, holder.clientHeight];
  const box = make("div", [], { style: `position:fixed;left:-99999px;top:0;width:${width * scale}px;height:${height * scale}px`, "aria-hidden": "true" });
  document.body.append(box);
  if (light) readColours({ light });
  const all = drawn();
  const copy = new vis.Network(box, { nodes: new vis.DataSet(all.nodes), edges: new vis.DataSet(all.edges) }, { ...OPTIONS(), interaction: { hover: false }, physics: { enabled: false } });
  copy.on("beforeDrawing", drawHeadings);
  copy.on("afterDrawing", (context) => drawNames(context, copy, scale));
  copy.moveTo({ position: network.getViewPosition(), scale: network.getScale() * scale, animation: false });
  copy.redraw();
  const canvas = box.querySelector("canvas");
  const painted = Object.assign(document.createElement("canvas"), { width: width * scale, height: height * scale });
  painted.getContext("2d").drawImage(canvas, 0, 0, painted.width, painted.height);
  const inks = colours;
  copy.destroy();
  box.remove();
  if (light) readColours();
  return { painted, inks, width, height };
}

/* Words of a text in lines that are no wider than `width`. */
function wrapped(context, text, width) {
  const made = [""];
  for (const piece of text.split(/(?<=\s)/)) {
    if (made.at(-1) && context.measureText(made.at(-1) + piece).width > width) made.push("");
    made[made.length - 1] += piece;
  }
  return made;
}

/* The legend as boxes to be drawn in rows; returns the height that it takes. */
function paintLegend(context, inks, left, top, width) {
  let y = top;
  const write = (text, x, weight, colour) => {
    context.font = `${weight} 13px ${inks.face}`;
    context.fillStyle = colour;
    context.fillText(text, x, y + 14);
    return context.measureText(text).width;
  };
  for (const { title, entries, rules } of legendGroups()) {
    let x = left + write(title, left, 600, inks.text) + 18;
    const parts = [...entries.filter((entry) => !isHidden(entry.facet, entry.key)).map((entry) => ({ ...entry, text: `${short(entry.name[state.lang], 50)} ${number(entry.count)}` })), ...rules];
    for (const part of parts) {
      context.font = `400 13px ${inks.face}`;
      const wide = 28 + context.measureText(part.text).width + 18;
      if (x + wide > left + width) { x = left + 18; y += 22; }
      paintMark(context, inks, part, x, y);
      write(part.text, x + 28, 400, inks.text);
      x += wide;
    }
    y += 26;
  }
  return y - top;
}

function paintMark(context, inks, part, x, y) {
  context.save();
  context.translate(x, y);
  context.strokeStyle = part.stroke || inks.soft;
  context.fillStyle = part.tone ?? inks.soft;
  context.lineWidth = part.line === "thick" ? 6 : part.line === "frame" ? 3 : 1.6;
  if (part.line === "dashed") context.setLineDash([5, 4]);
  if (part.form) {
    const path = new Path2D(FORMS[part.form]);
    if (part.tone) context.strokeStyle = part.tone;
    if (part.filled) context.fill(path); else context.stroke(path);
  } else if (part.line === "frame") context.stroke(new Path2D(FORMS.pill));
  else if (part.line === "sizes") context.fill(new Path2D("M1 11a3 3 0 1 0 6 0a3 3 0 1 0-6 0zM9 10a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0z"));
  else {
    context.stroke(new Path2D("M0 10H20"));
    if (part.line === "arrow") context.fill(new Path2D("M20 10l-8-4v8z"));
  }
  context.restore();
}

/* Title, picture, legend and how much is shown, at twice the size of the screen. */
function poster({ light = false } = {}) {
  const scale = 2;
  const { painted, inks, width, height } = paintedPicture(scale, light);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  context.font = `650 19px ${inks.face}`;
  const title = wrapped(context, page.titles[state.lang], width - 40);
  const head = 24 + title.length * 26;
  const foot = paintLegend(context, inks, 20, 0, width - 40) + 44;
  Object.assign(canvas, { width: width * scale, height: (head + height + foot) * scale });
  context.scale(scale, scale);
  context.fillStyle = inks.surface;
  context.fillRect(0, 0, width, head + height + foot);
  context.fillStyle = inks.text;
  context.font = `650 19px ${inks.face}`;
  title.forEach((text, i) => context.fillText(text, 20, 34 + i * 26));
  context.drawImage(painted, 0, head, width, height);
  const end = head + height + 10;
  const tall = paintLegend(context, inks, 20, end, width - 40);
  context.font = `400 12px ${inks.face}`;
  context.fillStyle = inks.soft;
  context.fillText(`coopgraph · ${$("shown").textContent}`, 20, end + tall + 16);
  return canvas;
}

/* For paper: the picture as an image, and the sources of what is shown, numbered. */
function preparePrint() {
  const image = $("printed") ?? stage.appendChild(make("img", [], { id: "printed", alt: "" }));
  if (holder.clientWidth) image.src = paintedPicture(2, true).painted.toDataURL("image/png");
  image.alt = page.titles[state.lang];
  readColours({ light: true });
  showLegend();
  const seen = new Map();
  for (const edge of shownEdges()) {
    for (const { source, locator } of placesOf(edge)) {
      if (!seen.has(source[0])) seen.set(source[0], { source, locators: new Set() });
      seen.get(source[0]).locators.add(locator);
    }
  }
  const items = [...seen.values()].map(({ source, locators }) => {
    const all = [...locators];
    const told = all.slice(0, 12).join("; ") + (all.length > 12 ? ` (${word("more", number(all.length - 12))})` : "");
    return make("li", [said(sourceName(source)), source[3] ? make("span", ` (${source[3]})`, { class: "iri" }) : null, make("div", said(told), { class: "place" })]);
  });
  $("print-sources").replaceChildren(make("h2", word("numbered-sources")), make("p", $("shown").textContent, { class: "place" }), make("ol", items));
}

function startSaving() {
  const click = (id, action) => $(id).addEventListener("click", () => { $("save").open = false; action(); });
  click("save-png", () => poster().toBlob((file) => save(fileName("png"), "image/png", file), "image/png"));
  click("save-graphml", () => save(fileName("graphml"), "application/graphml+xml", asGraphml()));
  click("save-csv", () => save(fileName("csv"), "text/csv", asCsv()));
  click("save-json", () => save(fileName("json"), "application/json", asJson()));
  click("save-sparql", copySparql);
  click("save-print", () => window.print());
  window.addEventListener("beforeprint", preparePrint);
  window.addEventListener("afterprint", () => { readColours(); showLegend(); });
  document.addEventListener("click", (event) => { if (!$("save").contains(event.target)) $("save").open = false; });
}

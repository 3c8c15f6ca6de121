/* What nodes and edges say, as text in the language of the page. */

const kindOf = (node) => page.classes[node.kind] ?? ["", "", "", "dot", page.neutral, 6];
const kindName = (node) => (node.community === undefined ? kindOf(node)[1 + state.lang] : word("community"));
const edgeKind = (edge) => page.kinds[edge.kind] ?? ["", page.words.bundled[0], page.words.bundled[1], ""];
const edgeKindName = (edge) => edgeKind(edge)[1 + state.lang];
/* What the weight of an edge counts; undefined where the projection does not say. */
const unitOf = (edge) => edgeKind(edge)[5 + state.lang];
const valueName = (index) => page.values[index]?.[1 + state.lang] ?? "";
const nameOf = (node) => node.name[state.lang];
const attributeIndex = (name) => page.attributes.findIndex((attribute) => attribute[0] === name);

/* The value of an attribute of an edge: text, a number, a boolean, or an entry of page.values;
   undefined where it has none. */
function attribute(edge, name) {
  const value = edge.facts?.[attributeIndex(name)];
  return Array.isArray(value) ? page.values[value[0]] : value;
}

const arrow = () => (page.directed ? " → " : " – ");
const endsOf = (edge) => [getNode(edge.from), getNode(edge.to)];
/* Both ends as one line of text. */
const endsText = (edge) => endsOf(edge).map((node) => isolated(nameOf(node))).join(arrow());

/* A large amount in words: 25조 9,000억 원, KRW 25.9 trillion. */
function won(amount) {
  const whole = number(amount);
  if (state.lang) {
    const units = [[1e12, "조"], [1e8, "억"], [1e4, "만"]];
    let rest = Math.abs(amount);
    if (rest < 1e4 || !Number.isInteger(amount)) return `${whole}원`;
    const words = [];
    for (const [size, name] of units) {
      const count = Math.floor(rest / size);
      if (count) words.push(`${number(count)}${name}`);
      rest -= count * size;
    }
    if (rest) words.push(number(rest));
    return `${amount < 0 ? "-" : ""}${words.join(" ")} 원 (${whole}원)`;
  }
  const scale = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]].find(([size]) => Math.abs(amount) >= size);
  return scale ? `KRW ${number(Number((amount / scale[0]).toPrecision(6)))} ${scale[1]} (${whole})` : `KRW ${whole}`;
}

/* A value of an attribute as text. */
function valueText(name, value) {
  if (value === null || value === undefined) return word("none");
  if (Array.isArray(value)) return valueName(value[0]);
  if (name === "layer") return word(`layer-${value}` in page.words ? `layer-${value}` : String(value));
  if (typeof value === "boolean") return word(value ? "yes" : "no");
  if (typeof value === "number") return name === "amount_krw" ? won(value) : /(^|_)year$/.test(name) ? String(value) : number(value);
  return String(value);
}

/* Name and text of each further fact of an edge; `brief`: where the text has to do without the
   name, a yes is told by the name, and a no and the weight are not told. */
function factsOf(edge, { brief = false } = {}) {
  const rows = Object.entries(edge.facts ?? {}).flatMap(([index, value]) => {
    const [name, ...names] = page.attributes[index];
    if (names[2] || (brief && value === false)) return [];
    return [[names[state.lang], brief && value === true ? names[state.lang] : valueText(name, value)]];
  });
  if (edge.via) rows.push([word("via"), edge.via.map(valueName).join(", ")]);
  if (edge.count) rows.push([word("edges"), number(edge.count)]);
  const told = attribute(edge, "amount_krw") !== undefined;
  if (!told && !brief && edge.weight !== null && (page.weighted || unitOf(edge))) rows.push([unitOf(edge) ?? word("weight"), number(edge.weight)]);
  return rows;
}

/* Each place that says so: source (an entry of page.sources), locator, and the entry itself. */
function placesOf(edge) {
  return (edge.evidence ?? []).map((index) => {
    const entry = page.evidence[index];
    return { source: page.sources[entry[0]], locator: entry[1 + state.lang], entry };
  });
}

const sourceName = (source) => source[1 + state.lang];
/* How a statement is meant: planned, reported, draft; "" where it is not said. */
function modalityText(edge) {
  const name = ["modality", "status"].find((each) => attribute(edge, each) !== undefined);
  return name ? valueText(name, edge.facts[attributeIndex(name)]) : "";
}

// --- texts as they are compared -------------------------------------------------------------

const fold = (text) => text.normalize("NFC").toLowerCase().replaceAll("ß", "ss");

/* The nodes that a text finds, as many as are listed, and how many there are. */
function searched(text, most) {
  if (large) {
    const { hits: ids, total } = large.search(text, most);
    return { list: ids.map((id) => large.node(id)), total };
  }
  const all = hitsOf(text);
  return { list: all.slice(0, most), total: all.length };
}

/* The nodes of the scene that a text finds, best first: names that begin with it, then those with most edges.
   While a syllable is being typed, its beginning finds too. */
function hitsOf(text) {
  const wanted = fold(text.trim());
  if (!wanted) return [];
  if (hitsOf.version !== scene.version) {
    hitsOf.version = scene.version;
    hitsOf.folded = nodes.map((node) => [...node.name, node.key ?? ""].map(fold));
  }
  const rank = (texts, sought) => {
    const at = Math.min(...texts.map((each) => each.indexOf(sought)).filter((index) => index >= 0), Infinity);
    return at === Infinity ? 2 : at === 0 ? 0 : 1;
  };
  const search = (form) => nodes
    .map((node, index) => [rank(hitsOf.folded[index].map(form), form(wanted)), -node.degree, index])
    .filter(([found]) => found < 2)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
    .map(([, , index]) => nodes[index]);
  const exact = search((each) => each);
  return exact.length ? exact : search((each) => each.normalize("NFD"));
}

/* Filters: facets computed from the data, and what they hide.

   A facet gives each edge a set of values; an edge is shown unless all of its values are hidden.
   The kind of node is a facet of nodes. A node is shown unless its kind is hidden, or it has
   edges and the facets hide every one of them. */

const NONE = "";
const FACETS = ["stance", "technology", "country", "ministry", "year", "source", "layer", "edge"];

/* The nodes that stand for a value of `facet`: a ministry, a technology. */
const STANDS = {
  technology: (node) => kindOf(node)[0] === "coop:Technology",
  ministry: (node) => page.values[node.subkind]?.[0] === "ministry" || kindOf(node)[0] === "coop:Ministry",
};
const entry = (node) => [refOf(node), ...node.name];

function stanceOf() {
  const stances = new Map(nodes.filter((node) => kindOf(node)[0] === "coop:Stance").map((node) => [node.id, entry(node)]));
  const taken = new Map(stances);
  for (const edge of edges) {
    if (edgeKind(edge)[0] === "coop:hasStance" && stances.has(edge.to)) taken.set(edge.from, stances.get(edge.to));
  }
  return (node) => (taken.has(node.id) ? [taken.get(node.id)] : []);
}

/* The values of an edge from those of its ends; where neither end has one, from what the ends
   are tied to (a programme has the ministry that owns it), the end with fewer first. */
function fromEnds(read, further) {
  const direct = new Map(nodes.map((node) => [node.id, read(node)]).filter(([, values]) => values.length));
  if (!direct.size) return () => [];
  const of = (id) => direct.get(id) ?? [];
  const unique = (values) => (values.length < 2 ? values : [...new Map(values.map((value) => [value[0], value])).values()]);
  const around = new Map();
  const near = (id) => {
    if (!around.has(id)) {
      const others = tiedTo.get(id).flatMap((each) => [edgeById.get(each).from, edgeById.get(each).to]);
      around.set(id, unique(others.flatMap(of)));
    }
    return around.get(id);
  };
  return (edge) => {
    const own = unique([...of(edge.from), ...of(edge.to)]);
    if (own.length || !further) return own;
    const ends = [near(edge.from), near(edge.to)].filter((values) => values.length);
    return ends.sort((a, b) => a.length - b.length)[0] ?? [];
  };
}

function yearOf(edge) {
  const value = attribute(edge, "year") ?? attribute(edge, "date");
  const year = /^-?\d{4}/.exec(String(value ?? ""))?.[0];
  return year ? [[year, year, year]] : [];
}

function layerOf(edge) {
  const value = attribute(edge, "layer");
  const key = Array.isArray(value) ? value[0] : value ?? (edge.evidence ? "declared" : undefined);
  if (!key) return [];
  return [[String(key), ...(page.words[`layer-${key}`] ?? (Array.isArray(value) ? value.slice(1, 3) : [String(key), String(key)]))]];
}

function sourcesOf(edge) {
  return (edge.evidence ?? []).map((index) => page.sources[page.evidence[index][0]].slice(0, 3));
}

/* The function that gives an edge its values, for each facet. */
function readers() {
  const country = (node) => (node.country === undefined ? [] : [page.values[node.country].slice(0, 3)]);
  const standing = (facet) => (node) => (STANDS[facet](node) ? [entry(node)] : []);
  return {
    stance: fromEnds(stanceOf(), true),
    technology: fromEnds(standing("technology"), true),
    country: fromEnds(country, false),
    ministry: fromEnds(standing("ministry"), true),
    year: yearOf,
    source: sourcesOf,
    layer: layerOf,
    edge: (edge) => [[edgeKind(edge)[0], edgeKind(edge)[1], edgeKind(edge)[2]]],
  };
}

/* Attributes whose values are entities or yes and no are facets too. */
function attributeReaders() {
  const taken = new Set(["year", "date", "layer", "technology"]);
  return page.attributes.flatMap(([name, en, ko, unseen], index) => {
    const values = edges.map((edge) => edge.facts?.[index]).filter((value) => value !== undefined);
    if (unseen || taken.has(name) || !values.length) return [];
    if (!values.every((value) => Array.isArray(value) || typeof value === "boolean")) return [];
    const read = (edge) => {
      const value = edge.facts?.[index];
      if (Array.isArray(value)) return [page.values[value[0]].slice(0, 3)];
      return value === undefined ? [] : [[String(value), ...page.words[value ? "yes" : "no"]]];
    };
    return [[`is-${name}`, [en, ko], read]];
  });
}

/* A facet: its values with how many edges (of kinds: nodes) have each, and the keys of each. */
function facetOf(name, label, items, read) {
  const counts = new Map(), names = new Map(), keys = new Map(), alone = new Map([[NONE, [NONE]]]);
  for (const item of items) {
    const values = read(item);
    for (const value of values) {
      if (names.has(value[0])) continue;
      names.set(value[0], value.slice(1, 3));
      alone.set(value[0], [value[0]]);
    }
    const own = values.length < 2 ? alone.get(values.length ? values[0][0] : NONE) : [...new Set(values.map((value) => value[0]))];
    for (const key of own) counts.set(key, (counts.get(key) ?? 0) + 1);
    keys.set(item.id, own);
  }
  const order = [...counts.keys()].sort((a, b) => (a === NONE) - (b === NONE)
    || (name === "year" ? b.localeCompare(a) : counts.get(b) - counts.get(a)) || (a < b ? -1 : 1));
  const values = order.map((key) => ({ key, name: names.get(key) ?? page.words.none, count: counts.get(key) }));
  return { name, label, values, keys };
}

/* What is made of the facets of a scene; each facet when first needed. */
let faceted = { version: -1, made: new Map(), readers: null, all: null };

/* The facet called so; of a large network undefined where it has none such. */
function facetNamed(name) {
  if (large) return facets().find((facet) => facet.name === name);
  if (faceted.version !== scene.version) faceted = { version: scene.version, made: new Map(), readers: null, all: null };
  if (!faceted.made.has(name)) {
    if (name === "kind") faceted.made.set(name, facetOf(name, page.words["facet-kind"], nodes, (node) => [kindOf(node).slice(0, 3)]));
    else {
      faceted.readers ??= { ...readers(), ...Object.fromEntries(attributeReaders().map(([key, , read]) => [key, read])) };
      const label = page.words[`facet-${name}`] ?? page.attributes[attributeIndex(name.slice(3))].slice(1, 3);
      faceted.made.set(name, facetOf(name, label, edges, faceted.readers[name]));
    }
  }
  return faceted.made.get(name);
}

/* The facets of the scene: those with anything to choose between. */
function facets() {
  if (large) return (facets.large ??= largeFacets());
  const kinds = facetNamed("kind");
  if (faceted.all === null) {
    facetNamed("edge");
    const made = Object.keys(faceted.readers).map(facetNamed);
    faceted.all = [kinds, ...made.filter((facet) => facet.values.length > 1 || facet.name === "edge")];
  }
  return faceted.all;
}

const isHidden = (facet, key) => state.hidden.get(facet)?.has(key) ?? false;
const filtered = () => [...state.hidden.values()].some((keys) => keys.size > 0);

function setHidden(facet, keys) {
  if (keys.size) state.hidden.set(facet, keys);
  else state.hidden.delete(facet);
}

function toggleValue(facet, key) {
  const keys = new Set(state.hidden.get(facet));
  if (!keys.delete(key)) keys.add(key);
  setHidden(facet, keys);
}

/* Show this value and no other of the facet; where that is so already, all of them. */
function onlyValue(facet, key) {
  const others = facetNamed(facet).values.map((value) => value.key).filter((each) => each !== key);
  const already = !isHidden(facet, key) && others.every((each) => isHidden(facet, each));
  setHidden(facet, new Set(already ? [] : others));
}

/* What one facet hides by itself. */
const hiddenBy = (facet, item) => {
  const hidden = state.hidden.get(facet.name);
  return hidden !== undefined && hidden.size > 0 && (facet.keys.get(item.id) ?? [NONE]).every((key) => hidden.has(key));
};

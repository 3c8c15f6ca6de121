/* A large network as it lies in the page: columns of everything, from which objects are made
   where they are needed; search, paths and filters over all of it. `overview.js` says what of it
   is drawn. */

const wholeNetwork = (() => {
  const WRAP = 22, KINDS = 65536;

  /* A label in at most so many lines. */
  function wrapped(text, most = 3, width = WRAP) {
    const all = [""];
    for (const word of text.split(" ")) {
      const last = all.length - 1;
      if (all[last] && [...`${all[last]} ${word}`].length > width) all.push(word);
      else all[last] = all[last] ? `${all[last]} ${word}` : word;
    }
    const cut = all.map((line) => ([...line].length > 2 * width ? `${[...line].slice(0, 2 * width).join("")}…` : line));
    return cut.length > most ? [...cut.slice(0, most - 1), `${cut[most - 1]}…`].join("\n") : cut.join("\n");
  }

  async function unpacked({ nodes, edges, communities, counts }) {
    const [n, e, c] = [counts.nodes, counts.edges, counts.communities];
    const read = {
      iri: columns.lines(nodes.iri, n), name: columns.pairs(nodes.name, n), kind: columns.numbers(nodes.kind), subkind: columns.numbers(nodes.subkind),
      country: columns.numbers(nodes.country), identifiers: columns.lines(nodes.identifiers, n), tone: columns.numbers(nodes.tone), x: columns.signed(nodes.x), y: columns.signed(nodes.y),
      from: columns.differences(edges.from), to: columns.differences(edges.to), edgeKind: columns.numbers(edges.kind),
      weight: "whole" in edges.weight ? columns.signed(edges.weight.whole) : columns.floats(edges.weight.real),
      width: columns.numbers(edges.width), edgeTone: columns.numbers(edges.tone), flags: columns.numbers(edges.flags), claim: columns.lines(edges.claim, edges.claim ? e : 0),
      detail: columns.numbers(edges.detail), details: columns.lines(edges.details, 1),
      order: columns.numbers(communities.order), parent: columns.numbers(communities.parent), start: columns.differences(communities.start), size: columns.numbers(communities.size),
      cx: columns.signed(communities.x), cy: columns.signed(communities.y), radius: columns.numbers(communities.radius),
      title: columns.pairs(communities.name, c), about: columns.pairs(communities.about, c),
    };
    const values = await Promise.all(Object.values(read));
    return Object.fromEntries(Object.keys(read).map((name, index) => [name, values[index]]));
  }

  /* The edges of each node: those of node i stand in `edge` from `first[i]` to `first[i + 1]`. */
  function tiesOf(all, n, e) {
    const first = new Int32Array(n + 2);
    for (let i = 0; i < e; i += 1) {
      first[all.from[i] + 2] += 1;
      if (all.to[i] !== all.from[i]) first[all.to[i] + 2] += 1;
    }
    for (let i = 2; i < n + 2; i += 1) first[i] += first[i - 1];
    const edge = new Int32Array(first[n + 1]);
    for (let i = 0; i < e; i += 1) {
      edge[first[all.from[i] + 1]++] = i;
      if (all.to[i] !== all.from[i]) edge[first[all.to[i] + 1]++] = i;
    }
    return { first, edge };
  }

  async function load(packed) {
    const { counts, limits } = packed;
    const [n, e] = [counts.nodes, counts.edges];
    const all = await unpacked(packed);
    const ties = tiesOf(all, n, e);
    let passes = null; // null, or {nodes, edges}: what the filters leave

    const degree = (i) => ties.first[i + 1] - ties.first[i];
    const keeps = (i) => !passes || passes.nodes[i] === 1;
    const keepsEdge = (i) => !passes || passes.edges[all.edgeKind[i]] === 1;
    const tied = (i) => Array.from(ties.edge.subarray(ties.first[i], ties.first[i + 1]));

    // --- objects as in a small page -----------------------------------------------------------

    function node(i) {
      const [en, ko] = all.name.at(i);
      const made = { id: i, iri: all.iri[i], key: all.iri[i].slice(all.iri[i].lastIndexOf("/") + 1), name: [en, ko], kind: all.kind[i], tone: all.tone[i], degree: degree(i) };
      if (all.subkind[i]) made.subkind = all.subkind[i] - 1;
      if (all.country[i]) made.country = all.country[i] - 1;
      if (all.identifiers[i]) made.identifiers = all.identifiers[i].split(" ");
      made.places = { wide: [all.x[i], all.y[i], 120, 46, wrapped(en), wrapped(ko)] };
      made.size = Math.min(5 + 1.5 * Math.sqrt(made.degree), 24);
      return made;
    }

    function edge(i) {
      const weight = all.weight[i];
      const made = {
        id: i, from: all.from[i], to: all.to[i], kind: all.edgeKind[i], weight: Number.isFinite(weight) ? weight : null,
        tone: all.edgeTone[i], width: all.width[i] / limits.steps, ...JSON.parse(all.details[all.detail[i] ?? 0] || "{}"),
      };
      if (all.flags[i] % 2) made.dashes = true;
      if (all.flags[i] >= 2) made.pale = true;
      if (all.claim[i]) made.claim = all.claim[i];
      return made;
    }

    // --- search, paths, filters ---------------------------------------------------------------

    const folded = (text) => text.normalize("NFKC").toLowerCase();
    let texts = null;
    function search(text, limit = 20) {
      const wanted = folded(text.trim());
      if (!wanted) return { hits: [], total: 0 };
      texts ??= Array.from({ length: n }, (_, i) => folded(`${all.name.en[i]}\n${all.name.ko[i]}\n${all.iri[i].slice(all.iri[i].lastIndexOf("/") + 1)}`));
      const hits = [];
      for (let i = 0; i < n; i += 1) {
        const at = texts[i].indexOf(wanted);
        if (at >= 0 && keeps(i)) hits.push([at === 0 || texts[i][at - 1] === "\n" ? 0 : 1, -degree(i), i]);
      }
      hits.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
      return { hits: hits.slice(0, limit).map((hit) => hit[2]), total: hits.length };
    }

    /* The shortest path by hops, over all that the filters leave: numbers of nodes and edges. */
    function path(start, end) {
      const from = new Int32Array(n).fill(-1);
      const seen = new Uint8Array(n);
      seen[start] = 1;
      for (let rim = [start]; rim.length && !seen[end];) {
        const next = [];
        for (const i of rim) {
          for (const by of ties.edge.subarray(ties.first[i], ties.first[i + 1])) {
            const other = all.from[by] === i ? all.to[by] : all.from[by];
            if (seen[other] || !keeps(other) || !keepsEdge(by)) continue;
            seen[other] = 1;
            from[other] = by;
            next.push(other);
          }
        }
        rim = next;
      }
      if (!seen[end]) return null;
      const found = { nodes: [end], edges: [] };
      for (let i = end; i !== start;) {
        const by = from[i];
        i = all.from[by] === i ? all.to[by] : all.from[by];
        found.nodes.unshift(i);
        found.edges.unshift(by);
      }
      return found;
    }

    /* Keep only nodes and kinds of edges of which the functions say true; null keeps all. */
    function filter(by) {
      if (!by) {
        passes = null;
        return;
      }
      const asked = new Map(), nodes = new Uint8Array(n), kinds = new Uint8Array(KINDS);
      for (let i = 0; i < n; i += 1) {
        const key = ((all.kind[i] * 4096 + all.subkind[i]) * 65536 + all.country[i]) * 16 + all.tone[i];
        if (!asked.has(key)) {
          const light = { kind: all.kind[i], tone: all.tone[i] };
          if (all.subkind[i]) light.subkind = all.subkind[i] - 1;
          if (all.country[i]) light.country = all.country[i] - 1;
          asked.set(key, by.node && !by.node(light) ? 0 : 1);
        }
        nodes[i] = asked.get(key);
      }
      for (let kind = 0; kind < KINDS; kind += 1) kinds[kind] = by.edge && !by.edge(kind) ? 0 : 1;
      passes = { nodes, edges: kinds };
    }

    /* How many nodes and edges there are of each kind, and nodes of each country and own kind. */
    function tally() {
      const counted = (values, most) => {
        const counts = new Array(most + 1).fill(0);
        for (const value of values) counts[value] += 1;
        return counts;
      };
      const most = (values) => values.reduce((a, b) => Math.max(a, b), -1);
      const optional = (values) => counted(values, Math.max(most(values), 0)).slice(1);
      return { kind: counted(all.kind, most(all.kind)), edge: counted(all.edgeKind, most(all.edgeKind)), subkind: optional(all.subkind), country: optional(all.country) };
    }

    /* The number of the node with this IRI; undefined where there is none. */
    let numbers = null;
    function number(iri) {
      numbers ??= new Map(all.iri.map((each, index) => [each, index]));
      return numbers.get(iri);
    }

    return { all, tally, number, node, edge, search, path, filter, tied, keeps, keepsEdge, wrapped };
  }

  return { load };
})();

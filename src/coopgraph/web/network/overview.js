/* What of a large network is drawn: communities are circles that open into their parts, and at
   last into nodes; all keep their places. */

import { number as figure } from "./page.js";
import { wrapped } from "./text.js";

/** @typedef {{ c: number, members: number, rest?: boolean, inside?: number }} Many what is drawn for many nodes of a community */
/** @typedef {{ i: number }} One a node */
/** @import { Node, Edge, Id, Counts, Spot } from "../types.d.ts" */
/** @import { Whole } from "./whole.js" */

/** @param {Whole} whole */
export function communitiesOf(whole) {
  const { all, counts, limits, node, edge, keeps, keepsEdge } = whole;
  const [n, e] = [counts.nodes, counts.edges];
  const place = new Int32Array(n); // the position of each node in `order`
  for (let at = 0; at < n; at += 1) place[all.order[at]] = at;
  const children = Array.from({ length: counts.communities }, () => /** @type {number[]} */ ([]));
  for (let c = 1; c < counts.communities; c += 1) children[all.parent[c] - 1].push(c);
  /** @type {Map<number, number>} */
  const opened = new Map([[0, limits.atOnce]]); // community -> how many of its nodes are shown
  let version = 0; // one more with each change of what is drawn
  /** @param {number} c */
  const above = (c) => all.parent[c] - 1; // -1 of the whole
  /** @param {number} c */
  const endOf = (c) => all.start[c] + all.size[c];

  /** @type {Map<number, number>} */
  const ratios = new Map();
  /** Circles side by side are as large as what they hold, as far as there is room for all. @param {number} outer */
  function evenly(outer) {
    const known = ratios.get(outer);
    if (known !== undefined) return known;
    const found = children[outer].map((c) => all.radius[c] / Math.sqrt(all.size[c])).sort((a, b) => a - b);
    const ratio = found[Math.floor(found.length / 4)];
    ratios.set(outer, ratio);
    return ratio;
  }

  /** A closed community, or with `rest` those of its nodes that are not yet shown. @param {Many} item @returns {Node} */
  function circle({ c, members, rest, inside }) {
    const [name, about] = [all.title(c), all.about(c)];
    const radius = all.radius[c];
    const size = rest ? radius * 0.2 : Math.min(radius, evenly(above(c)) * Math.sqrt(all.size[c]));
    /** @type {[number, number]} */
    const at = rest ? [all.cx[c], all.cy[c] + radius * 1.15] : [all.cx[c], all.cy[c]];
    const tones = new Uint32Array(limits.neutral + 1);
    for (let k = all.start[c]; k < endOf(c); k += 1) tones[all.tone[all.order[k]]] += 1;
    const tone = tones.indexOf(Math.max(...tones));
    // In the circle: the leading member, and how many there are.
    const labels = name.map((text, lang) => (rest ? "…" : `${wrapped(text.split(", ")[0], 3, 13)}\n${figure(members, lang)}`));
    /** @param {string} line */
    const wide = (line) => [...line].reduce((sum, letter) => sum + (letter >= "\u1100" ? 1 : 0.58), 0);
    const longest = Math.max(...labels.flatMap((text) => text.split("\n")).map(wide), 3);
    const font = Math.min(size * 0.34, (1.85 * size) / longest);
    return {
      id: `${rest ? "m" : "c"}${c}`, community: c, more: Boolean(rest), members, inside: inside ?? 0, name, about, kind: -1, form: "dot", tone, degree: 0,
      places: { wide: [...at, 2 * size, 2 * size, ...labels] }, size, font,
    };
  }

  // --- what is drawn now --------------------------------------------------------------------

  /** @param {number} c */
  function countIn(c) {
    let kept = 0;
    for (let k = all.start[c]; k < endOf(c); k += 1) kept += keeps(all.order[k]) ? 1 : 0;
    return kept;
  }

  /** The mean of a value over the nodes of a community that the filters leave. @param {number} c @param {Float64Array} values */
  function mean(c, values) {
    let sum = 0;
    for (let k = all.start[c]; k < endOf(c); k += 1) if (keeps(all.order[k])) sum += values[all.order[k]];
    return sum / (countIn(c) || 1);
  }

  /* The items that are drawn, and for each node the number of the item that shows it. */
  function cut() {
    const items = /** @type {(One | Many)[]} */ ([]), stands = new Int32Array(n).fill(-1);
    /** @param {number} from @param {number} to @param {number} item */
    const fill = (from, to, item) => { for (let k = from; k < to; k += 1) if (keeps(all.order[k])) stands[all.order[k]] = item; };
    /** @param {number} c */
    const visit = (c) => {
      if (!opened.has(c)) {
        const members = countIn(c);
        if (!members) return;
        fill(all.start[c], endOf(c), items.length);
        items.push({ c, members });
      } else if (children[c].length) {
        children[c].forEach(visit);
      } else {
        let left = opened.get(c) ?? 0, k = all.start[c];
        for (; k < endOf(c) && left > 0; k += 1) {
          if (!keeps(all.order[k])) continue;
          stands[all.order[k]] = items.length;
          items.push({ i: all.order[k] });
          left -= 1;
        }
        let members = 0;
        for (let rest = k; rest < endOf(c); rest += 1) members += keeps(all.order[rest]) ? 1 : 0;
        if (members) {
          fill(k, endOf(c), items.length);
          items.push({ c, members, rest: true });
        }
      }
    };
    visit(0);
    return { items, stands };
  }

  /* How many items the communities that are open come to. */
  function drawnCount() {
    let count = 0;
    /** @param {number} c */
    const visit = (c) => {
      if (!opened.has(c)) count += 1;
      else if (children[c].length) children[c].forEach(visit);
      else count += Math.min(opened.get(c) ?? 0, all.size[c]) + 1;
    };
    visit(0);
    return count;
  }

  /**
   * The edges between items, each in one of: single edges, bundles, edges within an item.
   * @param {{ items: (One | Many)[], stands: Int32Array }} cut
   */
  function sorted({ items, stands }) {
    const single = /** @type {number[]} */ ([]);
    /** @type {Map<number, { from: number, to: number, kind: number, count: number, weight: number | null }>} */
    const bundles = new Map();
    let inside = 0, filtered = 0;
    for (let i = 0; i < e; i += 1) {
      const u = stands[all.from[i]], v = stands[all.to[i]];
      if (u < 0 || v < 0 || !keepsEdge(i)) {
        filtered += 1;
      } else if ("i" in items[u] && "i" in items[v]) {
        single.push(i);
      } else if (u === v) {
        inside += 1;
        const item = items[u];
        if ("c" in item) item.inside = (item.inside ?? 0) + 1;
      } else {
        const key = Math.min(u, v) * items.length + Math.max(u, v);
        const bundle = bundles.get(key);
        if (bundle) {
          bundle.count += 1;
          // Weights of different kinds count different things: they have no sum.
          bundle.weight = bundle.kind === all.edgeKind[i] && bundle.weight !== null ? bundle.weight + all.weight[i] : null;
        } else bundles.set(key, { from: u, to: v, kind: all.edgeKind[i], count: 1, weight: all.weight[i] });
      }
    }
    return { single, bundles: [...bundles.values()], inside, filtered };
  }

  /** Parallel edges are numbered 1, 2, … to be drawn apart. @param {Edge[]} drawn */
  function curve(drawn) {
    /** @type {Map<string, Edge[]>} */
    const between = new Map();
    for (const one of drawn) {
      const key = one.from < one.to ? `${one.from} ${one.to}` : `${one.to} ${one.from}`;
      between.set(key, [...(between.get(key) ?? []), one]);
    }
    for (const several of between.values()) if (several.length > 1) several.forEach((one, rank) => { one.curve = rank + 1; });
    return drawn;
  }

  /** @returns {{ nodes: Node[], edges: Edge[], counts: Counts }} */
  function scene() {
    const now = cut();
    const { single, bundles, inside, filtered } = sorted(now);
    const made = now.items.map((item) => ("i" in item ? node(item.i) : circle(item)));
    // The strongest bundles: more would hide each other.
    bundles.sort((a, b) => b.count - a.count || a.from - b.from || a.to - b.to);
    const strong = bundles.slice(0, Math.max(200, 2 * made.length));
    const most = strong[0]?.count ?? 1;
    if (single.length > limits.edges - strong.length) single.sort((a, b) => Math.abs(all.weight[b]) - Math.abs(all.weight[a]) || a - b);
    const heavy = single.slice(0, Math.max(limits.edges - strong.length, 0));
    const bundled = strong.map(({ from, to, count, weight }) => {
      const [a, b] = [made[from], made[to]];
      a.degree += a.community === undefined ? 0 : 1;
      b.degree += b.community === undefined ? 0 : 1;
      const width = 0.06 * Math.min(a.size ?? 0, b.size ?? 0) * (0.15 + 0.85 * Math.sqrt(count / most));
      return { id: `e${a.id} ${b.id}`, from: a.id, to: b.id, kind: -1, aggregated: true, count, weight, width, tone: limits.neutral };
    });
    const inBundles = strong.reduce((sum, { count }) => sum + count, 0);
    const nodesInside = now.items.reduce((sum, item) => sum + ("c" in item ? item.members : 0), 0);
    const nodesShown = now.items.filter((item) => "i" in item).length;
    return {
      nodes: made, edges: [...curve(heavy.map(edge)), ...bundled],
      counts: {
        nodesShown, nodesInside, nodesFiltered: n - nodesShown - nodesInside, communities: made.length - nodesShown, edgesShown: heavy.length, edgesBundled: inBundles, edgesInside: inside,
        edgesHidden: e - heavy.length - inBundles - inside - filtered, edgesFiltered: filtered,
      },
    };
  }

  // --- opening and closing ------------------------------------------------------------------

  /** @param {number} c @param {number} outer */
  const within = (c, outer) => { for (let each = c; each >= 0; each = above(each)) if (each === outer) return true; return false; };

  /** @param {number} c */
  function close(c) {
    version += 1;
    if (c === 0) return;
    for (const each of [...opened.keys()]) if (within(each, c)) opened.delete(each);
  }

  /** Open a community; others, the longest open first, close where that is too much to draw. @param {number} c */
  function open(c) {
    version += 1;
    const shown = opened.get(c) ?? limits.atOnce;
    for (let each = c; each >= 0; each = above(each)) {
      const kept = each === c ? shown : opened.get(each) ?? limits.atOnce;
      opened.delete(each);
      opened.set(each, kept);
    }
    const closed = [];
    for (const each of [...opened.keys()]) {
      if (drawnCount() <= limits.nodes) break;
      if (within(c, each) || !opened.has(each)) continue;
      close(each);
      closed.push(each);
    }
    return closed;
  }

  /** Show more of the nodes of a community, as many as can be drawn; the communities closed. @param {number} c */
  function more(c) {
    opened.set(c, (opened.get(c) ?? 0) + limits.atOnce);
    const closed = open(c);
    const excess = drawnCount() - limits.nodes;
    if (excess > 0) opened.set(c, Math.max((opened.get(c) ?? 0) - excess, 1));
    return closed;
  }

  /** @param {number} i */
  const leafOf = (i) => {
    let c = 0;
    while (children[c].length) c = /** @type {number} */ (children[c].find((each) => place[i] >= all.start[each] && place[i] < endOf(each)));
    return c;
  };

  /**
   * Open what must be open for a node to be drawn. A node far down a large community is moved to
   * the front of it.
   * @param {number} i
   */
  function reveal(i) {
    const c = leafOf(i);
    const closed = open(c);
    if (place[i] - all.start[c] >= (opened.get(c) ?? 0)) {
      const other = all.order[all.start[c]];
      [all.order[all.start[c]], all.order[place[i]]] = [i, other];
      [place[other], place[i]] = [place[i], all.start[c]];
    }
    return closed;
  }

  /** The community that a node or a circle is in; null where that is the whole. @param {Id} id */
  function parent(id) {
    const outer = typeof id === "number" ? leafOf(id) : id[0] === "m" ? Number(id.slice(1)) : above(Number(id.slice(1)));
    return outer > 0 ? outer : null;
  }

  // --- the address --------------------------------------------------------------------------

  const written = () => [...opened].filter(([c]) => c > 0).map(([c, count]) => (count === limits.atOnce ? `${c}` : `${c}:${count}`)).join(".");

  /** @param {string} text */
  function restore(text) {
    version += 1;
    for (const each of [...opened.keys()]) if (each > 0) opened.delete(each);
    for (const part of text.split(".")) {
      const [c, count] = part.split(":").map(Number);
      if (!(c > 0 && c < counts.communities && Number.isInteger(c))) continue;
      if (count > 0) opened.set(c, Math.min(count, limits.nodes));
      open(c);
    }
  }

  return {
    scene, open, close, more, reveal, parent, restore, written, mean,
    get version() { return version; },
    get opened() { return [...opened.keys()].filter((c) => c > 0); },
    /** @param {number} c */
    ring: (c) => ({ x: all.cx[c], y: all.cy[c], radius: all.radius[c], name: all.title(c) }),
  };
}

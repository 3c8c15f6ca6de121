/* More of a network, loaded later: a part of the same form as the data of the page. */

/* A function that gives the number of an entry of the part's table in the page's table. */
function joined(name, part) {
  const own = new Map(page[name].map((entry, index) => [JSON.stringify(entry), index]));
  return part.map((entry) => {
    const key = JSON.stringify(entry);
    if (!own.has(key)) own.set(key, page[name].push(entry) - 1);
    return own.get(key);
  });
}

/* Take in what the part has and the page has not; nodes that are new stand around `near`. */
function merge(part, near) {
  const at = Object.fromEntries(["classes", "kinds", "values", "attributes", "sources"].map((name) => [name, joined(name, part.page[name])]));
  at.evidence = joined("evidence", part.page.evidence.map(([source, ...rest]) => [at.sources[source], ...rest]));
  let next = Math.max(-1, ...nodes.map((node) => (typeof node.id === "number" ? node.id : -1))) + 1;
  const ids = new Map();
  const fresh = part.nodes.flatMap((node) => {
    const known = byRef.get(refOf(node));
    ids.set(node.id, known ? known[1] : next);
    if (known) return [];
    const made = { ...node, id: next, kind: at.classes[node.kind], near, places: {} };
    for (const name of ["subkind", "country"]) if (node[name] !== undefined) made[name] = at.values[node[name]];
    next += 1;
    return [made];
  });
  const value = (each) => (Array.isArray(each) ? [at.values[each[0]]] : each);
  let edgeId = Math.max(-1, ...edges.map((edge) => (typeof edge.id === "number" ? edge.id : -1))) + 1;
  const same = (edge) => JSON.stringify([edge.from, edge.to, edge.kind, edge.claim, edge.weight, edge.facts]);
  const known = new Set(edges.map(same));
  const more = part.edges.flatMap((edge) => {
    const made = {
      ...edge, from: ids.get(edge.from), to: ids.get(edge.to), kind: at.kinds[edge.kind],
      ...(edge.facts ? { facts: Object.fromEntries(Object.entries(edge.facts).map(([index, each]) => [at.attributes[index], value(each)])) } : {}),
      ...(edge.via ? { via: edge.via.map((index) => at.values[index]) } : {}),
      ...(edge.evidence ? { evidence: edge.evidence.map((index) => at.evidence[index]) } : {}),
    };
    if (known.has(same(made))) return [];
    known.add(same(made));
    return [{ ...made, id: edgeId++ }];
  });
  setScene([...nodes, ...fresh], [...edges, ...more]);
  for (const edge of more) for (const id of new Set([edge.from, edge.to])) nodeById.get(id).degree = tiedTo.get(id).length;
  findShown();
  arrange();
  redraw();
}

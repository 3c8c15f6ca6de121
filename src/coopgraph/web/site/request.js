/* What the pages ask their server for. */

/** @typedef {{ label: string, matched: string, kind: string, path: string, href: string, value: string }} Hit what /search.json finds */

/**
 * The JSON at an address, in the language and the scope of the page; `otherwise` where there is none.
 * @param {string} path @param {Record<string, string | number>} fields @param {any} otherwise
 */
export async function asked(path, fields, otherwise) {
  const all = new URLSearchParams(document.body.dataset.scope);
  all.set("lang", document.body.dataset.lang ?? "");
  for (const [name, value] of Object.entries(fields)) all.set(name, String(value));
  try {
    const response = await fetch(`${path}?${all}`, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : otherwise;
  } catch { return otherwise; }
}

// Builds the scripts that ship from the modules of src/coopgraph/web, and the licences of what is
// in them. `node tools/web.mjs check` writes nothing: it says whether they are what the modules
// give. Modules that import each other in a circle are an error.

import { build } from "esbuild";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const ROOT = new URL("..", import.meta.url).pathname;
const WEB = "src/coopgraph/web";
/** What ships -> the module that it starts from. @type {Record<string, string>} */
const BUNDLES = {
  "src/coopgraph/view/static/network.js": `${WEB}/network/main.js`,
  "src/coopgraph/server/static/site.js": `${WEB}/site/complete.js`,
  "src/coopgraph/server/static/theme.js": `${WEB}/site/theme.js`,
  "src/coopgraph/server/static/query.js": `${WEB}/site/query.js`,
};
const LICENCES = `${WEB}/LICENSES`;

/** @typedef {Record<string, { imports: { path: string }[] }>} Inputs */

/** A bundle, and the modules that went into it. @param {string} entry @returns {Promise<{ text: string, inputs: Inputs }>} */
async function bundled(entry) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT, entryPoints: [entry], bundle: true, minify: true, format: "iife", target: "es2022",
    charset: "utf8", legalComments: "none", metafile: true, write: false,
  });
  return { text: outputFiles[0].text, inputs: metafile.inputs };
}

/** The licence of every package of which something is in the bundles. @param {string[]} modules */
function licences(modules) {
  const names = new Set(modules.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? "").filter(Boolean));
  return [...names].sort().map((name) => {
    const { version, license } = JSON.parse(readFileSync(`${ROOT}node_modules/${name}/package.json`, "utf8"));
    return `${name} ${version} (${license})\n\n${readFileSync(`${ROOT}node_modules/${name}/LICENSE`, "utf8").trim()}\n`;
  }).join(`\n${"-".repeat(72)}\n\n`);
}

/** A circle of modules that import each other; "" where there is none. @param {Inputs} inputs */
function circle(inputs) {
  const done = new Set();
  /** @param {string} path @param {string[]} way @returns {string} */
  const visit = (path, way) => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path].join(" > ");
    if (done.has(path) || path.includes("node_modules")) return "";
    const found = (inputs[path]?.imports ?? []).map((each) => visit(each.path, [...way, path])).find(Boolean) ?? "";
    done.add(path);
    return found;
  };
  return Object.keys(inputs).map((path) => visit(path, [])).find(Boolean) ?? "";
}

/** @type {string[]} */
const wrong = [];
const check = process.argv[2] === "check";
/** @param {string} path @param {string} text */
function put(path, text) {
  if (!check) writeFileSync(ROOT + path, text);
  else if (!existsSync(ROOT + path) || readFileSync(ROOT + path, "utf8") !== text) wrong.push(`${path} is not what ${WEB} gives: make web`);
}

/** @type {string[]} */
const modules = [];
for (const [path, entry] of Object.entries(BUNDLES)) {
  const { text, inputs } = await bundled(entry);
  put(path, text);
  modules.push(...Object.keys(inputs));
  const found = circle(inputs);
  if (found) wrong.push(`modules import each other: ${found}`);
}
put(LICENCES, licences(modules));

for (const line of wrong) console.error(line);
process.exitCode = wrong.length ? 1 : 0;

// Writes src/coopgraph/server/vendor/editor.min.js and the licences of what is in it.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const vendor = new URL("../../src/coopgraph/server/vendor/", import.meta.url);
const result = await build({
  entryPoints: ["editor.mjs"],
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "coopgraphEditor",
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  write: false,
});
const names = [...new Set(Object.keys(result.metafile.inputs)
  .map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
  .filter(Boolean))].sort();
const licences = names.map((name) => {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`));
  const text = readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
});
const code = result.outputFiles[0].contents;
writeFileSync(new URL("editor.min.js", vendor), code);
writeFileSync(new URL("LICENSES", vendor), licences.join(`\n${"-".repeat(72)}\n\n`));
console.log(names.join("\n"));
console.log(`SHA-256 ${createHash("sha256").update(code).digest("hex")}, ${code.length} bytes`);

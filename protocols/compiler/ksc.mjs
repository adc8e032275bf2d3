// Compiles every protocols/<venue>/*.ksy to a Python class: node ksc.mjs PROTOCOLS OUTPUT.
//
// The compiler is a library without a command of its own: it takes parsed YAML, asks back for
// imports, and returns the files. debug=true keeps the place of every field (`_debug`) and makes
// reading explicit (`_read()`), which the inspector and the tests need.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import KaitaiStructCompiler from "kaitai-struct-compiler";
import { parse } from "yaml";

const [protocols, output] = process.argv.slice(2);
if (!output) {
  console.error("usage: node ksc.mjs PROTOCOLS OUTPUT");
  process.exit(2);
}

const folders = readdirSync(protocols, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "compiler")
  .map((entry) => entry.name);
const paths = new Map(
  folders
    .flatMap((folder) => readdirSync(join(protocols, folder)).map((file) => `${folder}/${file}`))
    .filter((path) => path.endsWith(".ksy"))
    .sort()
    .map((path) => [basename(path, ".ksy"), path]),
);

const load = (name) => parse(readFileSync(join(protocols, paths.get(name)), "utf8"));
const importer = { importYaml: async (name) => load(name) };

// The compiler imports other generated modules by bare name; inside a package that finds nothing.
const bareImport = new RegExp(`^import (${[...paths.keys()].join("|")})$`, "gm");
const relative = (source) => source.replace(bareImport, "from . import $1");

for (const [name, path] of paths) {
  let files;
  try {
    files = await KaitaiStructCompiler.compile("python", load(name), importer, true);
  } catch (error) {
    console.error(`${path}: ${error.message ?? error}`);
    process.exit(1);
  }
  const header = `# Generated from protocols/${path} by \`make protocols\`: do not edit.\n`;
  writeFileSync(join(output, `${name}.py`), header + relative(files[`${name}.py`]));
  console.log(`${path} -> ${name}.py`);
}

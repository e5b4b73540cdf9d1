// Bundles one script with all that it imports: node bundle.mjs ENTRY TARGET [JSON]
// The JSON's keys are names that the script uses, its values what they are replaced by.
import fs from "node:fs";
import { createRequire } from "node:module";
import esbuild from "esbuild";

const [entry, outfile, values = "{}"] = process.argv.slice(2);
const defined = Object.entries(JSON.parse(values));

/** `zstd.wasm`, which its package only carries as text in a script that fetches it. */
const zstd = {
  name: "zstd",
  setup(build) {
    build.onResolve({ filter: /^zstd\.wasm$/ }, () => ({ path: "zstd.wasm", namespace: "zstd" }));
    build.onLoad({ filter: /.*/, namespace: "zstd" }, () => {
      const script = createRequire(import.meta.url).resolve("zstddec/stream");
      const text = /const wasm = "([\w+/=]+)"/.exec(fs.readFileSync(script, "utf8"))?.[1];
      if (!text) throw new Error("zstddec has changed: its script carries no `wasm`");
      return { contents: Buffer.from(text, "base64"), loader: "binary" };
    });
  },
};

/** What Pyodide imports in Node only; a browser never asks for it. */
const nodeOnly = {
  name: "node-only",
  setup(build) {
    build.onResolve({ filter: /^(node:|ws$)/ }, ({ path }) => ({ path, namespace: "node-only" }));
    build.onLoad({ filter: /.*/, namespace: "node-only" }, () => ({ contents: "" }));
  },
};

await esbuild.build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none", // licenses.txt has the licences
  define: Object.fromEntries(defined.map(([name, value]) => [name, JSON.stringify(value)])),
  plugins: [zstd, nodeOnly],
  logLevel: "error",
});

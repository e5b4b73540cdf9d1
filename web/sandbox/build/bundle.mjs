// Bundles one script with all that it imports: node bundle.mjs ENTRY TARGET [JSON [FORM]]
// The JSON's keys are names that the script uses, its values what they are replaced by. The form is
// `module` or `classic`. It prints the names of the packages that the script has parts of.
import fs from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import esbuild from "esbuild";

const [entry, outfile, values = "{}", form = "module"] = process.argv.slice(2);
const defined = Object.entries(JSON.parse(values));

const FORMS = {
  module: { format: "esm" },
  // For a page without an origin, which can import nothing: leaves on its element what it exports.
  classic: {
    format: "iife",
    globalName: "exported",
    banner: { js: "(()=>{const script=document.currentScript,here=script.src;" },
    footer: { js: "script.exported=exported})();" },
  },
};
const replaced = form === "classic" ? { "import.meta.url": "here" } : {};

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
    build.onResolve({ filter: /^(node:|ws$)/ }, ({ importer, path }) =>
      importer.includes("pyodide") ? { path, namespace: "empty" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "" }));
  },
};

const NODE = join(import.meta.dirname, "..", "javascript", "node");
const PLAYER = join(import.meta.dirname, "..", "..", "javascript");
// Packages that are a module of Node's for browsers.
const PACKAGES = {
  buffer: "buffer/index.js",
  events: "events/events.js",
  path: "path-browserify",
  stream: "readable-stream",
  string_decoder: "string_decoder/lib/string_decoder.js",
  url: "url/url.js",
};
// A request in a Chinese or Japanese encoding of old: half of all that Express consists of.
const UNUSED = /iconv-lite.encodings$/;

/** What a program for Node finds in a browser: our own module, a package, or nothing. */
const forBrowsers = {
  name: "for-browsers",
  setup(build) {
    const require = createRequire(import.meta.url);
    build.onResolve({ filter: /^[.a-z]/ }, ({ importer, path, resolveDir }) => {
      const name = path.replace(/^node:|\/$/g, "").replace(/^\.\/(.*)\.mjs$/, "$1");
      const isNodes = !path.startsWith(".") && isBuiltin(name);
      const own = join(NODE, `${name}.mjs`);
      if (importer.includes("pyodide")) return undefined;
      if (path === "./dbcs-data" && UNUSED.test(resolveDir)) return { path, namespace: "empty" };
      if ((isNodes || dirname(importer) === PLAYER) && fs.existsSync(own)) return { path: own };
      if (!isNodes) return undefined;
      if (Object.hasOwn(PACKAGES, name)) return { path: require.resolve(PACKAGES[name]) };
      return { path, namespace: "empty" };
    });
  },
};

const { metafile } = await esbuild.build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  ...FORMS[form],
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none", // licenses.txt has the licences
  define: {
    ...replaced,
    ...Object.fromEntries(defined.map(([name, value]) => [name, JSON.stringify(value)])),
  },
  plugins: [zstd, nodeOnly, forBrowsers],
  logLevel: "error",
  metafile: true,
});
const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
const names = files.map((file) =>
  file.startsWith("zstd:") ? "zstddec" : /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1],
);
console.log(JSON.stringify([...new Set(names.filter(Boolean))]));

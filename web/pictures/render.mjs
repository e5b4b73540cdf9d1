// Draws SVG pictures as PNG files: `node render.mjs`, its jobs as JSON on standard input.
//
//   {"fonts": ["a.ttf"], "family": "Noto Sans SC", "jobs": [{"svg": "…", "zoom": 2, "to": "a.png"}]}
//
// resvg as WebAssembly, which counts and packs the same on every machine: a native one is
// compiled for each processor, and Node's own zlib packs differently on each.

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { initWasm, Resvg } from "@resvg/resvg-wasm";

const { fonts, family, jobs } = JSON.parse(readFileSync(0, "utf-8"));
const wasm = new URL("index_bg.wasm", import.meta.resolve("@resvg/resvg-wasm"));
await initWasm(readFileSync(wasm));
const font = {
  fontBuffers: fonts.map((path) => readFileSync(path)),
  defaultFontFamily: family,
  monospaceFamily: family,
  sansSerifFamily: family,
};
for (const { svg, zoom, to } of jobs) {
  const picture = new Resvg(svg, { fitTo: { mode: "zoom", value: zoom }, font });
  const drawn = picture.render();
  const fresh = `${to}.${process.pid}`;
  writeFileSync(fresh, drawn.asPng());
  renameSync(fresh, to); // in one step: another build may be reading
  drawn.free();
  picture.free();
}

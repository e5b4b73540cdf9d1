// Makes the index of each language: node build.mjs FOLDER < job.json
// The job has, for each language, its pages, the words for their kinds, and what stands for
// traditional characters. FOLDER gets <language>.json, which the worker loads.
import fs from "node:fs";
import { join } from "node:path";
import { made } from "./index.mjs";

const [folder] = process.argv.slice(2);

for (const [language, { pages, kinds, chinese }] of Object.entries(
  JSON.parse(fs.readFileSync(0, "utf8")),
)) {
  const told = { pages, kinds, chinese, index: made(pages, chinese) };
  fs.writeFileSync(join(folder, `${language}.json`), JSON.stringify(told));
}

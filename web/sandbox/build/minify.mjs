// Takes out of the styles and scripts of a folder what only people read: node minify.mjs FOLDER
import fs from "node:fs";
import { join } from "node:path";
import esbuild from "esbuild";

const [folder] = process.argv.slice(2);
const files = fs.readdirSync(folder).filter((name) => /\.(css|js)$/.test(name));
esbuild.buildSync({
  entryPoints: files.map((name) => join(folder, name)),
  outdir: folder,
  allowOverwrite: true,
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none",
});

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** Where a file fails to import. V8 keeps the place of a syntax error to itself; --check prints it. */
export function placeOf(error, { file }) {
  const check = spawnSync(process.execPath, ["--check", file], { encoding: "utf8" }).stderr;
  const line = new RegExp(`${basename(file)}(?:\\?\\d+)?:(\\d+)`);
  const quoted = /'([^']+)'/.exec(error?.message)?.[1];
  const named = readFileSync(file, "utf8")
    .split("\n")
    .findIndex((text) => quoted && text.includes(quoted));
  return line.exec(check)?.[1] ?? line.exec(error?.stack)?.[1] ?? Math.max(1, named + 1);
}

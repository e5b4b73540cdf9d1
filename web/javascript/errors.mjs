import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

export const NO_STORY = 2;
export const NO_EXAMPLE = 3;
export const NO_END = 4;

/** Why a file cannot be played; `exit` is the exit code that says so. */
export class Unplayable extends Error {
  constructor(exit, message) {
    super(message);
    this.exit = exit;
  }
}

export function describe(error) {
  const [text] = `${error?.message ?? error}`.split("\n");
  const name = error?.code ?? error?.name ?? "Error";
  return text.startsWith(`${name}:`) ? text : `${name}: ${text}`;
}

/** Where a file fails to import. V8 keeps the place of a syntax error to itself; --check prints it. */
export function placeOf(error, file) {
  const check = spawnSync(process.execPath, ["--check", file], { encoding: "utf8" }).stderr;
  const line = new RegExp(`${basename(file)}(?:\\?\\d+)?:(\\d+)`);
  const quoted = /'([^']+)'/.exec(error?.message)?.[1];
  const named = readFileSync(file, "utf8")
    .split("\n")
    .findIndex((text) => quoted && text.includes(quoted));
  return line.exec(check)?.[1] ?? line.exec(error?.stack)?.[1] ?? Math.max(1, named + 1);
}

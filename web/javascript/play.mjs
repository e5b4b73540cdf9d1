// Plays stories against JavaScript examples on a virtual clock: node play.mjs FILE < story.json
// Only setTimeout, setInterval and Date are virtual. Sockets are real; the clock stands still until
// they are quiet, so that a recording is the same bytes in every run. Timers of node:timers/promises
// keep virtual time too, but are no spans.
// For a list of stories, one for each FILE, it prints a line each: the recording, or
// {"error": "message", "exit": code} where a FILE alone would have ended with the code.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Stage } from "./stage.mjs";

const { execPath, exit, stderr, stdout } = process; // an example may change what it finds
const write = stdout.write.bind(stdout);

function print(answer) {
  return new Promise((done) => write(`${JSON.stringify(answer)}\n`, done));
}

function stop(code, text) {
  stderr.write(`${text}\n`, () => exit(code));
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // `readStory` says what is wrong
  }
}

async function playOne(file, text) {
  const stage = new Stage();
  const answer = await stage.play(file, text, "stdin");
  if (!answer.exit) await print(answer);
  await stage.clear(answer);
  if (answer.exit) return stop(answer.exit, answer.error);
  exit(0);
}

async function playAll(files, stories) {
  const stage = new Stage();
  for (const [index, file] of files.entries()) {
    const answer = await stage.play(file, JSON.stringify(stories[index]), `stdin[${index}]`);
    await print(answer);
    const isClear = await stage.clear(answer);
    const rest = files.slice(index + 1);
    if (rest.length && !isClear) return handOver(rest, stories.slice(index + 1));
  }
  exit(0);
}

/** What a run has left goes on in this process: the others are played in a new one. */
function handOver(files, stories) {
  const io = { input: JSON.stringify(stories), stdio: ["pipe", "inherit", "inherit"] };
  exit(spawnSync(execPath, [import.meta.filename, ...files], io).status ?? 1);
}

async function main() {
  const files = process.argv.slice(2);
  if (!files.length) return stop(2, "usage: node play.mjs FILE [FILE ...] < story.json");
  const text = readFileSync(0, "utf8");
  const stories = read(text);
  if (files.length === 1 && !Array.isArray(stories)) return playOne(files[0], text);
  if (Array.isArray(stories) && stories.length === files.length) return playAll(files, stories);
  stop(2, `stdin:1: expected a list of as many stories as files: ${files.length}`);
}

main().catch((error) => stop(1, error.stack));

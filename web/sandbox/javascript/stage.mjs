// Plays one program: a worker plays no other, since a module that has run cannot be undone.
import { format } from "node-inspect-extracted";
import { Deadlock, NO_END, NO_EXAMPLE, NO_STORY, Unplayable } from "../../javascript/errors.mjs";
import { play } from "../../javascript/player.mjs";
import { Run } from "../../javascript/run.mjs";
import { readStory } from "../../javascript/story.mjs";
import { installClock } from "../../javascript/timers.mjs";
import { addressOfProgram } from "./program.mjs";
import { digest, fill, transcribe } from "./tell.mjs";

// As recorder/live.py has it.
const EVENTS = 5_000;
const CHARACTERS = 500_000;
const KINDS = { [NO_STORY]: "story", [NO_EXAMPLE]: "app", [NO_END]: "budget" };
const PLACE = /^.*?:(\d+): (.*)$/s; // of a reason: file:line: text

/** A run that records no more than a page can show. */
class LimitedRun extends Run {
  #characters = 0;

  note(kind, told = {}) {
    this.#count(`${told.text ?? ""}`.length);
    super.note(kind, told);
  }

  print(text) {
    this.#count(text.length);
    super.print(text);
  }

  #count(more) {
    this.#characters += more;
    if (this.events.length < EVENTS && this.#characters <= CHARACTERS) return;
    throw this.fail(NO_END, `1: more than ${EVENTS} events or ${CHARACTERS} characters`);
  }
}

/** A text in which the addresses of modules, which hold all of their code, are names. */
const readable = (text, run) =>
  text.replaceAll(run.url, run.file).replaceAll(import.meta.url, "sandbox");

function observe(run) {
  const print = (...told) => run.print(`${readable(format(...told), run)}\n`);
  const log = (level) => (text) => run.log(level, readable(`${text}`, run));
  Object.assign(console, { log: print, info: print, debug: print });
  Object.assign(console, { warn: log("WARNING"), error: log("ERROR") });
  const crash = (event, error) => {
    event.preventDefault();
    if (!(error instanceof Unplayable)) run.crash(error);
  };
  addEventListener("error", (event) => crash(event, event.error ?? event.message));
  addEventListener("unhandledrejection", (event) => crash(event, event.reason));
}

function failed(error, run, words) {
  const { exit, message } = error;
  const [, line, reason = message] = PLACE.exec(message) ?? [];
  const kind = error instanceof Deadlock ? "deadlock" : (KINDS[exit] ?? "internal");
  const text = fill(words[`ended.${kind}`], { text: reason });
  const traceback = exit ? "" : readable(`${error.stack}`, run);
  return { kind, line: line && Number(line), message: text, traceback };
}

async function attempt(run, { source, story }, words) {
  run.url = addressOfProgram(source, (reason) => run.fail(NO_EXAMPLE, reason), words);
  const told = readStory(JSON.stringify(story), "story");
  await Promise.race([run.failure.promise, play(run, told)]);
}

/**
 * What comes of a program.
 *
 * @param {{file: string, source: string, story: object, language: string}} job
 * @param {Record<string, Record<string, string>>} words of recorder/words.py, by language
 * @returns {Promise<object>} an outcome, as `recorder.live.play_text` has it, without a drawing
 */
export async function perform(job, words) {
  const mine = words[job.language];
  let run;
  const clock = installClock(() => run);
  run = new LimitedRun(job.file, "", clock);
  observe(run);
  run.failure.promise.catch(() => {});
  const error = await attempt(run, job, mine).then(
    () => null,
    (reason) => failed(reason, run, mine),
  );
  const { lines, ...recording } = run.recording();
  const isThere = !error || recording.events.length > 0;
  const told = isThere && { recording, lines, digest: digest(recording) };
  const none = { recording: null, lines: [], digest: "", svg: "", missing: [], transcript: [] };
  const claims = (job.claims ?? []).map(() => null); // Python reads them
  const ran = { fastapi: "", python: "", threads: "stacks" };
  return {
    ...none,
    claims,
    ...ran,
    error,
    ...told,
    ...(isThere && { transcript: transcribe(recording, mine) }),
  };
}

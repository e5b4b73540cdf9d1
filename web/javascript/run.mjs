import { AsyncLocalStorage } from "node:async_hooks";
import { basename } from "node:path";
import { describe, Unplayable } from "./errors.mjs";
import { lineOf, lineOfError } from "./frames.mjs";

/** One run of one example: what is recorded of it, and what it has open. */
export class Run {
  events = [];
  lines = []; // of the file, one an event; 0 for none
  printed = "";
  visitors = [];
  visit = new AsyncLocalStorage(); // the name of the visitor whom the code serves
  spans = new Map(); // timer -> span
  counts = new Map(); // of the spans of one name
  server;
  fired = 0; // timers
  over = false; // the story's time, or the run for another reason
  crashed = false;
  #begun = ""; // a line that is not whole yet
  failure = Promise.withResolvers(); // only ever rejected: why the run cannot go on

  constructor(file, url, clock) {
    Object.assign(this, { file, url, clock });
  }

  at(seconds, work) {
    this.clock.setTimeout(work, Math.max(0, seconds * 1000 - this.clock.now));
  }

  note(kind, { visitor = "", name = "", text = "", line = 0 } = {}) {
    this.events.push({ at: this.clock.now / 1000, kind, visitor, name, text });
    this.lines.push(line);
  }

  /** Notes what the example prints, each line once it is whole. */
  print(text) {
    this.printed += text;
    const lines = (this.#begun + text).split("\n");
    this.#begun = lines.pop();
    for (const line of lines) this.note("print", { text: line, line: lineOf(this) });
    return true;
  }

  log(level, text) {
    this.note("log", { text: `${level} ${text}`.split("\n")[0], line: lineOf(this) });
  }

  /** What Node does after an uncaught error: the process ends, with its timers and connections. */
  crash(error, { visitor = "", name = basename(this.file), line = 0 } = {}) {
    this.crashed = true;
    const at = lineOfError(this, error) || line;
    this.note("task.failed", { visitor, name, text: describe(error), line: at });
    for (const [timer, span] of this.spans) {
      this.clock.clearTimeout(timer);
      if (span.name !== name || span.visitor !== visitor)
        this.note("task.cancelled", { ...span, text: "the process has ended" });
    }
    this.spans.clear();
    this.hangUp();
  }

  /** Ends the run without a recording; returns the error that says why. */
  fail(exit, reason) {
    this.over = true;
    const error = new Unplayable(exit, `${this.file}:${reason}`);
    this.failure.reject(error);
    return error;
  }

  hangUp() {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  recording() {
    const responses = this.visitors.flatMap(({ answer }) => answer ?? []);
    const { events, lines, printed } = this;
    return { format: 1, events, responses, printed, lines };
  }
}

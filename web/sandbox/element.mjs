// <live-sandbox>: plays the listing that it is put round, in the reader's browser, when asked to.
// Without this script the listing and the timeline of the build stand there whole.

import { anatomy, isScript, sourceOf } from "./anatomy.mjs";
import { draftOf, isSame } from "./draft.mjs";
import * as engine from "./engine.mjs";
import { heed } from "./intent.mjs";
import { present } from "./result.mjs";
import * as show from "./show.mjs";
import { rebuild } from "./svg.mjs";
import { offer } from "./tools.mjs";
import { inTurn, isBusy } from "./turns.mjs";
import { wordsOf } from "./words.mjs";

// After these, pressing Run again helps nobody.
const FINAL = new Set(["unsupported", "stacks"]);

let pictures = 0;
let playing = null;

/**
 * What the parts round a listing may rely on: the fields and methods without `#`, and the events
 * `sandbox:changed` (the draft is another one), `sandbox:state` and `sandbox:finished`, whose
 * `detail` is `{state, outcome, job}`; `outcome` is null where nothing came back.
 */
export class LiveSandbox extends HTMLElement {
  /** The recording of the last run, in the recorder's public format; null without one. */
  recording = null;
  /** What a run plays: `{code, requests}`; `change` puts another one in its place. */
  draft;
  /** What the page came with. */
  original;
  parts;
  words;
  #asked = []; // expressions
  #built; // what the build drew and told
  #job = null; // of the run that was asked for
  #loading = ""; // what the progress bar is about
  #stopping = false;

  connectedCallback() {
    if (!this.dataset.story || this.parts) return;
    this.words = wordsOf(this.closest("[lang]")?.lang ?? "");
    const code = sourceOf(this);
    this.original = Object.freeze({ code, requests: JSON.parse(this.dataset.story).requests });
    this.draft = this.original;
    this.parts = anatomy(this, this.words);
    const { run, stop, picture, text } = this.parts;
    this.#built = { picture: picture.firstElementChild, text: text.querySelector("ol") };
    run.addEventListener("click", () => this.run());
    stop.addEventListener("click", () => this.#halt());
    // Pressing tells of errors. JavaScript starts at once.
    if (!isScript(this.dataset)) heed(run, () => engine.warm()?.catch(() => {}));
    this.dataset.state = "idle";
    if (this.dataset.needs === "stacks" && !globalThis.WebAssembly?.Suspending)
      this.#fail("stacks");
    offer(this);
  }

  /** Whether Run plays what the page came with. */
  get isOriginal() {
    return isSame(this.draft, this.original);
  }

  /** Have Run play something else. */
  change(draft) {
    this.draft = Object.freeze({ ...this.draft, ...draft });
    this.#tell("changed");
  }

  /**
   * Have each run evaluate an expression over its recording, as `recorder.expression` reads it.
   *
   * @returns {(outcome: object | null) => boolean | null} reads the value off an outcome; null if
   *   it has none
   */
  ask(expression) {
    if (!this.#asked.includes(expression)) this.#asked.push(expression);
    const place = this.#asked.indexOf(expression);
    return (outcome) => outcome?.claims?.[place] ?? null;
  }

  /** What the engine is asked for; `more` goes beyond the draft. */
  jobOf(draft = this.draft, more = {}) {
    const { story, file, title, until, recording, snippet } = this.dataset;
    const { code: source, requests } = draft;
    const told = { story: { ...JSON.parse(story), requests }, title, until: Number(until) };
    // Of what the build has played it is known that it replaces nothing in Python.
    const known = Boolean(recording) && source === this.original.code;
    const from = { file, source, known, whose: snippet, language: this.words.language };
    return { ...from, ...told, claims: this.#asked, ...more };
  }

  /** Play the draft, after what is being played on the page. */
  run() {
    if (this.#job || this.dataset.state === "unavailable") return;
    const job = this.jobOf();
    this.#job = job;
    this.#stopping = false;
    const { waiting, starting, startingScript } = this.words;
    this.#say("loading", isBusy() ? waiting : isScript(job) ? startingScript : starting);
    inTurn(() => this.#job === job && this.#play(job));
  }

  /** What a job of `jobOf` brings, played in its turn and shown by whoever asks; may throw. */
  play(job, hear) {
    return inTurn(() => engine.run(job, hear));
  }

  async #play(job) {
    playing = this;
    try {
      this.#finish(await engine.run(job, (progress) => this.#progress(progress)), job);
    } catch (error) {
      // An engine's error reads "code: why"; another one is our own mistake.
      const traceback = error.code ? error.message.slice(error.code.length + 2) : `${error}`;
      this.#fail(error.code ?? "internal", { error: { message: "", traceback } });
    } finally {
      playing = this.#job = null;
    }
  }

  #halt() {
    if (playing === this) {
      this.#say(this.dataset.state, this.words.stopping);
      this.#stopping = true;
      engine.stop(); // what it was doing comes back as the run's outcome
    } else {
      this.#job = null;
      this.#fail("stopped");
    }
  }

  #progress({ phase, what, loaded, total }) {
    if (this.#stopping) return;
    const words = this.words;
    const text =
      phase === "loading"
        ? words.loading(words.parts[what] ?? what ?? words.parts.python)
        : words[phase];
    if (phase !== "loading") this.#say(phase === "running" ? phase : "loading", text);
    else if (this.#loading !== text) this.#say("loading", ...show.progress(text));
    this.#loading = text; // told once; its numbers change in place
    if (total) show.advance(this.parts.status, loaded, total, words);
  }

  #finish(outcome, job) {
    const { recording, error, transcript, lines, missing = [] } = outcome;
    const brought = { recording, lines, error, outcome, job };
    try {
      if (recording) {
        Object.assign(brought, this.#pictureOf(outcome));
        brought.text = show.sentences(transcript, lines);
      }
    } catch {
      return this.#fail("refused");
    }
    if (missing.length) return this.#fail("missing", brought, missing.join(", "));
    if (error || !recording) return this.#fail(error?.kind, brought);
    const built = isSame(draftOf(job), this.original) ? this.dataset.recording : "";
    return this.#show("done", show.verdict(outcome, built, this.words), brought);
  }

  /** Only Python draws; without it, the build's picture stays for as long as it is right. */
  #pictureOf({ svg, digest }) {
    if (svg || !isScript(this.dataset)) return { picture: rebuild(svg, `run-${++pictures}`) };
    return digest === this.dataset.recording ? {} : { picture: show.undrawn(this.words) };
  }

  #fail(code, brought = {}, names = "") {
    const { errors, recorded } = this.words;
    const told = Object.hasOwn(errors, code) ? errors[code] : errors.internal;
    const text = typeof told === "string" ? told : told(names);
    const state = FINAL.has(code) ? "unavailable" : code === "stopped" ? code : "failed";
    this.#show(state, [text + (brought.recording ? "" : recorded)], brought);
  }

  /** Show what a run brought; without a picture of its own, the build's is put back. */
  #show(state, said, brought) {
    this.recording = brought.recording ?? null;
    present(this.parts, { ...this.#built, ...brought }, this.dataset.file, this.words);
    this.#say(state, ...said);
    this.#tell("finished", { state, outcome: brought.outcome ?? null, job: brought.job ?? null });
  }

  /** Go over to a state and say so; the buttons follow. */
  #say(state, ...text) {
    const { run, stop, status } = this.parts;
    const busy = state === "loading" || state === "running";
    this.#loading = "";
    this.dataset.state = state;
    run.ariaDisabled = `${busy}`; // not `disabled`, which would lose the focus
    run.hidden = state === "unavailable";
    stop.hidden = !busy;
    status.replaceChildren(...text);
    this.#tell("state", { state });
  }

  #tell(what, detail = null) {
    this.dispatchEvent(new CustomEvent(`sandbox:${what}`, { detail }));
  }
}

customElements.define("live-sandbox", LiveSandbox);

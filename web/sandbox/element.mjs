// <live-sandbox>: plays the listing that it is put round, in the reader's browser, when asked to.
// Without this script the listing and the timeline of the build stand there whole.

import { anatomy, fill } from "./anatomy.mjs";
import * as engine from "./engine.mjs";
import * as show from "./show.mjs";
import { rebuild } from "./svg.mjs";
import { wordsOf } from "./words.mjs";

const INTENT = 150; // real milliseconds of attention to the button that mean something
// After these, pressing Run again helps nobody.
const FINAL = new Set(["unsupported", "stacks"]);

let pictures = 0;
// One run at a time on a page: what is pressed meanwhile waits for its turn.
let last = Promise.resolve();
let playing = null;

/** A listing's text, without the annotations into which the theme turns "# (1)!" in it. */
function sourceOf(code) {
  const plain = code.cloneNode(true);
  for (const note of plain.querySelectorAll(".md-annotation")) note.remove();
  return plain.textContent;
}

class LiveSandbox extends HTMLElement {
  /** The recording of the last run, in the recorder's public format; null without one. */
  recording = null;
  #words;
  #parts;
  #source;
  #built; // what the build drew and told
  #job = null; // of the run that was asked for
  #loading = ""; // what the progress bar is about
  #stopping = false;

  connectedCallback() {
    if (!this.dataset.story || this.#parts) return;
    this.#words = wordsOf(this.closest("[lang]")?.lang ?? "");
    this.#source = sourceOf([...this.querySelectorAll(".highlight pre > code")].at(-1));
    this.#parts = anatomy(this, this.#words);
    const { run, stop, picture, text } = this.#parts;
    this.#built = { picture: picture.firstElementChild, text: text.querySelector("ol") };
    run.addEventListener("click", () => this.#press());
    stop.addEventListener("click", () => this.#halt());
    this.#heed(run);
    this.dataset.state = "idle";
    if (this.dataset.needs === "stacks" && !globalThis.WebAssembly?.Suspending)
      this.#fail("stacks");
  }

  /** Load what Run needs once somebody means to press it, unless data is dear. */
  #heed(run) {
    if (navigator.connection?.saveData) return;
    let timer;
    const start = () => {
      clearTimeout(timer);
      timer = setTimeout(() => engine.warm()?.catch(() => {}), INTENT); // pressing tells of errors
    };
    run.addEventListener("pointerenter", start);
    run.addEventListener("focus", () => run.matches(":focus-visible") && start());
    for (const end of ["pointerleave", "blur"])
      run.addEventListener(end, () => clearTimeout(timer));
  }

  #press() {
    if (this.#job) return;
    const { story, file, title, until } = this.dataset;
    const { language, waiting, starting } = this.#words;
    const told = { story: JSON.parse(story), language, title, until: Number(until) };
    const job = { file, source: this.#source, ...told };
    this.#job = job;
    this.#stopping = false;
    this.#say("loading", playing ? waiting : starting);
    last = last.then(() => this.#job === job && this.#play(job));
  }

  async #play(job) {
    playing = this;
    try {
      this.#finish(await engine.run(job, (progress) => this.#progress(progress)));
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
      this.#say(this.dataset.state, this.#words.stopping);
      this.#stopping = true;
      engine.stop(); // what it was doing comes back as the run's outcome
    } else {
      this.#job = null;
      this.#fail("stopped");
    }
  }

  #progress({ phase, what, loaded, total }) {
    if (this.#stopping) return;
    const words = this.#words;
    const text =
      phase === "loading"
        ? words.loading(words.parts[what] ?? what ?? words.parts.python)
        : words[phase];
    if (phase !== "loading") this.#say(phase === "running" ? phase : "loading", text);
    else if (this.#loading !== text) this.#say("loading", ...show.progress(text));
    this.#loading = text; // told once; its numbers change in place
    if (total) show.advance(this.#parts.status, loaded, total, words);
  }

  #finish(outcome) {
    const { recording, error, svg, transcript, missing = [] } = outcome;
    const brought = { recording, error };
    try {
      if (recording) {
        brought.picture = rebuild(svg, `run-${++pictures}`);
        brought.text = show.sentences(transcript);
      }
    } catch {
      return this.#fail("refused");
    }
    if (missing.length) return this.#fail("missing", brought, missing.join(", "));
    if (error || !recording) return this.#fail(error?.kind, brought);
    return this.#show("done", show.verdict(outcome, this.dataset.recording, this.#words), brought);
  }

  #fail(code, brought = {}, names = "") {
    const { errors, recorded } = this.#words;
    const told = Object.hasOwn(errors, code) ? errors[code] : errors.internal;
    const text = typeof told === "string" ? told : told(names);
    const state = FINAL.has(code) ? "unavailable" : code === "stopped" ? code : "failed";
    this.#show(state, [text + (brought.recording ? "" : recorded)], brought);
  }

  /** Show what a run brought; without a picture of its own, the build's is put back. */
  #show(state, said, { recording, error, picture, text }) {
    const parts = this.#parts;
    const words = this.#words;
    this.recording = recording ?? null;
    parts.picture.replaceChildren(picture ?? this.#built.picture);
    parts.text.querySelector("ol").replaceWith(text ?? this.#built.text);
    fill(parts.responses, recording && show.responses(recording, words));
    const trouble = error && show.error(error, this.dataset.file, words);
    fill(parts.said, trouble, recording && show.said(recording, words));
    if (trouble) parts.picture.before(parts.said);
    else parts.responses.after(parts.said);
    this.#say(state, ...said);
  }

  /** Go over to a state and say so; the buttons follow. */
  #say(state, ...text) {
    const { run, stop, status } = this.#parts;
    const busy = state === "loading" || state === "running";
    this.#loading = "";
    this.dataset.state = state;
    run.ariaDisabled = `${busy}`; // not `disabled`, which would lose the focus
    run.hidden = state === "unavailable";
    stop.hidden = !busy;
    status.replaceChildren(...text);
  }
}

customElements.define("live-sandbox", LiveSandbox);

// Steps through what happened, event by event: in the picture, in a sentence, and in the code.
// The rows of the transcript are the steps, in the build's as in a run's; a shape names its events.

import { heedLines, textOf } from "./listing.mjs";
import { stepsParts } from "./stepsParts.mjs";
import { wordsOf } from "./stepsWords.mjs";

// Real seconds that a step is shown for at speed 1, where a virtual second takes one: a sentence
// wants to be read, and an hour is not waited for.
const LEAST = 0.8;
const MOST = 2.5;
const KEYS = { ArrowLeft: -1, ArrowRight: 1 };
const ROOM = 24; // pixels between what happens and the picture's edge

/** The controls of one timeline. Step 0 is all of it, step `n` the event with the index `n - 1`. */
class Steps {
  step = 0;
  #timer = 0;

  constructor(box) {
    this.box = box;
    this.words = wordsOf(box.closest("[lang]")?.lang ?? "");
    this.picture = box.querySelector(".timeline");
    this.text = box.querySelector(".transcript");
    this.code = [...box.querySelectorAll(".highlight pre > code")].at(-1);
    this.label = box.querySelector(".sample-label").textContent;
    Object.assign(this, stepsParts(this.text, this.words, this.label));
    this.line.hidden = !this.code;
    this.#listen();
    this.load(this.code ? textOf(this.code) : "");
  }

  #listen() {
    const { box, row, picture, slider } = this;
    this.previous.addEventListener("click", () => this.by(-1));
    this.next.addEventListener("click", () => this.by(1));
    this.play.addEventListener("click", () => this.#toggle());
    slider.addEventListener("input", () => this.go(Number(slider.value)));
    for (const place of [row, picture]) place.addEventListener("keydown", (key) => this.#key(key));
    picture.addEventListener("click", ({ target }) => {
      const [first] = target.dataset.events?.split(" ") ?? [];
      if (first) this.go(Number(first) + 1);
    });
    box.addEventListener("sandbox:state", ({ detail: { state } }) => {
      if (state === "loading") this.#pause();
    });
    box.addEventListener("sandbox:finished", ({ detail: { outcome, job } }) =>
      this.load(outcome?.recording ? job.source : box.original.code),
    );
  }

  /** Begin anew, with the rows and the shapes that are there now; `source` is what they are of. */
  load(source) {
    this.source = source;
    this.rows = [...this.text.querySelectorAll("ol > li")];
    this.shapes = [...this.picture.querySelectorAll("[data-events]")].map((shape) => ({
      shape,
      events: shape.dataset.events.split(" ").map(Number),
    }));
    this.slider.max = this.rows.length;
    this.#pause();
    if (this.step) this.#show(0);
    else this.#tell();
  }

  by(count) {
    this.go(this.step + count);
  }

  /** Show a step, and stop playing. */
  go(step) {
    this.#pause();
    this.#show(Math.min(Math.max(step, 0), this.rows.length));
  }

  #show(step) {
    const event = step - 1;
    this.rows[this.step - 1]?.removeAttribute("aria-current");
    this.rows[event]?.setAttribute("aria-current", "step");
    for (const { shape, events } of this.shapes) {
      shape.classList.toggle("now", events.includes(event));
      shape.classList.toggle("later", step > 0 && events[0] > event);
    }
    this.step = step;
    if (step) this.panel.classList.remove("idle");
    this.#tell();
    this.#bring(this.shapes.find(({ events }) => events.includes(event))?.shape);
  }

  /** Say in words where it is, and have the line of the code marked. */
  #tell() {
    const { box, panel, rows, slider, step, words } = this;
    const row = rows[step - 1];
    const line = Number(row?.dataset.line ?? 0);
    const told = row ? row.textContent : words.whole;
    const place = words.place(step, rows.length);
    slider.value = step;
    slider.ariaValueText = row ? `${place}: ${told}` : told;
    this.previous.ariaDisabled = `${step === 0}`;
    this.next.ariaDisabled = `${step === rows.length}`;
    if (!panel.classList.contains("idle")) this.#say(place, told, line);
    const isShown = !box.draft || box.draft.code === this.source;
    const detail = { line: isShown ? line : 0 };
    box.dispatchEvent(new CustomEvent("sandbox:line", { detail }));
  }

  #say(place, told, line) {
    // A slider that has the focus says it by itself.
    this.sentence.ariaLive = document.activeElement === this.slider ? "off" : "polite";
    this.place.textContent = place;
    this.sentence.textContent = told;
    const code = this.source.split("\n")[line - 1]?.trim();
    this.line.textContent = code ? `${line}  ${code}` : "";
  }

  /** Scroll the picture, and nothing else, to a shape. */
  #bring(shape) {
    if (!shape) return;
    const [outer, inner] = [this.picture, shape].map((one) => one.getBoundingClientRect());
    const end = Math.min(inner.right, inner.left + outer.width / 2);
    if (inner.left < outer.left + ROOM) this.picture.scrollLeft += inner.left - outer.left - ROOM;
    else if (end > outer.right - ROOM) this.picture.scrollLeft += end - outer.right + ROOM;
  }

  #key(key) {
    const by = KEYS[key.key];
    const scrolls = this.picture.scrollWidth > this.picture.clientWidth;
    const own = key.currentTarget === this.picture ? scrolls : key.target === this.slider;
    if (!by || own || key.altKey || key.ctrlKey || key.metaKey || key.shiftKey) return;
    key.preventDefault();
    this.by(by);
  }

  get isPlaying() {
    return this.play.dataset.playing === "true";
  }

  #toggle() {
    if (this.isPlaying) return this.#pause();
    this.#name("pause");
    this.#show(this.step === this.rows.length ? 1 : this.step + 1);
    this.#goOn();
  }

  /** Show the next step when this one's time is up. */
  #goOn() {
    if (this.step === this.rows.length) return this.#pause();
    // A sentence begins with its virtual second.
    const [now, then] = [this.step - 1, this.step].map((n) =>
      Number.parseFloat(this.rows[n].textContent),
    );
    const seconds = Math.min(Math.max(then - now, LEAST), MOST) / Number(this.speed.value);
    this.#timer = setTimeout(() => {
      this.#show(this.step + 1);
      this.#goOn();
    }, seconds * 1000);
  }

  #pause() {
    clearTimeout(this.#timer);
    this.#name("play");
  }

  #name(action) {
    const { label, play, words } = this;
    play.dataset.playing = `${action === "pause"}`;
    play.textContent = words[action];
    play.ariaLabel = `${words[action]}: ${label}`;
  }
}

/** Adds the steps to a timeline: of a sandbox, or of a listing that only shows what was recorded. */
export function attachSteps(box) {
  if (box.querySelector(".steps") || !box.querySelector(".transcript")) return;
  heedLines(box);
  new Steps(box);
}

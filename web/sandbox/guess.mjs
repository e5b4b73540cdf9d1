// A page's question, answered by choosing; the run of its listing says what is so.
// Without this script it is a list, with the answer of the build's own recording on demand.

import { wordsOf } from "./guessWords.mjs";
import { make } from "./show.mjs";

/** Makes a list of choices a group of radio buttons; gives these. */
function choosing(box) {
  const [ask, list] = [box.querySelector(".guess-ask"), box.querySelector("ul")];
  const group = make("fieldset", "", make("legend", "guess-ask", ask.textContent));
  ask.replaceWith(group);
  group.append(list);
  return [...list.children].map((item) => {
    const radio = make("input", "");
    Object.assign(radio, { type: "radio", name: `guess-${box.dataset.question}` });
    item.replaceChildren(make("label", "", radio, item.textContent));
    return radio;
  });
}

class Guess {
  #answer = null; // of the last run: {who, said, isOriginal}
  #asked = false; // for an answer without having chosen one
  #built; // the answer of the build's recording
  #choices; // {text, holds}
  #radios;
  #sandbox; // null where there is nothing that could be run
  #words;

  constructor(box, sandbox) {
    this.#words = wordsOf(box.closest("[lang]")?.lang ?? "");
    this.#sandbox = sandbox;
    this.#choices = [...box.querySelectorAll("li")].map((item) => ({
      text: item.textContent,
      holds: sandbox?.ask(item.dataset.if),
    }));
    this.#built = box.querySelector("details strong").textContent;
    this.#radios = choosing(box);
    this.#equip(box);
    box.addEventListener("change", () => this.#compare());
    sandbox?.addEventListener("sandbox:state", ({ detail }) => this.#follow(detail.state));
    sandbox?.addEventListener("sandbox:finished", ({ detail }) => this.#finish(detail));
  }

  get #canRun() {
    return this.#sandbox !== null && this.#sandbox.dataset.state !== "unavailable";
  }

  #equip(box) {
    this.button = make("button", "", this.#canRun ? this.#words.run : this.#words.look);
    this.button.type = "button";
    this.button.dataset.action = "guess";
    this.button.addEventListener("click", () => this.#ask());
    this.progress = make("span", "guess-progress");
    this.progress.ariaHidden = "true"; // the sandbox's own status says it
    this.verdict = make("div", "guess-verdict");
    this.verdict.role = "status";
    this.why = box.querySelector(".guess-why").textContent;
    const bar = box.querySelector(".guess-bar");
    bar.append(this.button, this.progress);
    bar.after(this.verdict);
  }

  #ask() {
    this.#asked = true;
    if (this.#canRun) return this.#sandbox.run();
    this.#answer ??= this.#recorded();
    this.#compare();
  }

  #follow(state) {
    const busy = state === "loading" || state === "running";
    this.button.ariaDisabled = `${busy}`;
    if (!this.#canRun) this.button.textContent = this.#words.look;
    this.progress.textContent = busy && this.#asked ? this.#sandbox.parts.status.textContent : "";
  }

  #finish({ state, outcome, job }) {
    this.#answer = state === "stopped" ? null : this.#answerOf(state, outcome, job);
    this.#compare();
  }

  #recorded() {
    const { measured, recorded } = this.#words;
    return { who: this.#sandbox ? recorded : measured, said: this.#built, isOriginal: true };
  }

  #answerOf(state, outcome, job) {
    const { none, nothing, ran, yours } = this.#words;
    const { original, isOriginal: unchanged } = this.#sandbox;
    const requests = (of) => JSON.stringify(of.requests);
    const isOriginal = job
      ? job.source === original.code && requests(job.story) === requests(original)
      : unchanged;
    const holding = this.#choices.filter(({ holds }) => holds(outcome) === true);
    const said = holding.map(({ text }) => text).join(" / ");
    if (isOriginal)
      return state === "done" && said ? { who: ran, said, isOriginal } : this.#recorded();
    return { who: yours, said: state === "done" ? said || none : nothing, isOriginal };
  }

  /** Say what was chosen, what the last run says, and why. */
  #compare() {
    const chosen = this.#choices[this.#radios.findIndex((radio) => radio.checked)]?.text;
    const { who, said, isOriginal } = this.#answer ?? {};
    if (!who || !(chosen || this.#asked)) return this.verdict.replaceChildren();
    const compared = isOriginal && chosen;
    const sign = compared ? (chosen === said ? "✓ " : "≠ ") : "";
    const rows = make("dl", "");
    if (compared) rows.append(make("dt", "", this.#words.chose), make("dd", "", chosen));
    rows.append(make("dt", "", who), make("dd", "", make("strong", "", sign + said)));
    this.verdict.replaceChildren(rows, ...(isOriginal ? [make("p", "", this.why)] : []));
  }
}

/** The question about a listing. */
const about = (snippet) =>
  [...document.querySelectorAll(".guess")].find(
    ({ dataset }) => `${dataset.question}/${dataset.variant}` === snippet,
  );

/** Has the reader choose an answer to the question about a listing, if there is one. */
export function attachGuess(sandbox) {
  const box = about(sandbox.dataset.snippet);
  if (box) new Guess(box, sandbox);
}

// What was measured is no sandbox: its question is answered by the build.
for (const { dataset } of document.querySelectorAll("live-sandbox:not([data-story])")) {
  const box = about(dataset.snippet);
  if (box) new Guess(box, null);
}

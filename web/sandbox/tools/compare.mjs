// Compare: wrong and right on one time scale, whether the promise holds, and what differs in the code.

import { difference } from "../compare/difference.mjs";
import { playBoth, Side } from "../compare/side.mjs";
import { verdict, wordsOf } from "../compareWords.mjs";
import { plainButton } from "../share/panel.mjs";
import { make } from "../show.mjs";
import { rebuild } from "../svg.mjs";

let pictures = 0;
const opened = new WeakMap(); // the comparison of each sandbox

class Comparison {
  #closed = false;
  #turn = 0; // of the refresh that counts

  constructor(sandbox, opener, last) {
    const { pair, holds, says } = sandbox.dataset;
    const other = document.querySelector(`live-sandbox[data-snippet="${pair}"][data-story]`);
    this.sandbox = sandbox;
    this.opener = opener;
    this.words = wordsOf(sandbox.words.language);
    this.sides = [sandbox, other].map((box) => new Side(box, holds));
    if (last) this.sides[0].keep(last);
    this.sides.sort((a, b) => Number(b.isWrong) - Number(a.isWrong));
    this.listening = this.sides.map((side) => {
      const hear = ({ detail }) => this.#heard(side, detail);
      side.box.addEventListener("sandbox:finished", hear);
      return () => side.box.removeEventListener("sandbox:finished", hear);
    });
    this.#build(says);
  }

  #build(says) {
    this.status = make("p", "compare-status");
    this.status.role = "status";
    this.body = make("div", "compare-body");
    const promise = make("p", "promise", this.words.promise(says));
    const close = plainButton(this.words.close, () => this.close());
    this.panel = make("div", "compare-panel", promise, close, this.status, this.body);
    Object.assign(this.panel, { role: "group", ariaLabel: this.opener.ariaLabel, tabIndex: -1 });
    this.panel.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    this.opener.ariaExpanded = "true";
    this.sandbox.append(this.panel);
    this.panel.focus({ preventScroll: true });
    this.panel.scrollIntoView({ block: "nearest" });
  }

  #heard(side, detail) {
    side.keep(detail);
    if (detail.outcome && detail.state !== "stopped") this.refresh();
  }

  /** Plays what has not been played, and shows both. */
  async refresh() {
    this.#turn += 1;
    const mine = this.#turn;
    this.status.textContent = this.words.playing;
    const hear = (progress) => this.#progress(progress);
    const failed = await playBoth(this.sides, hear).catch((error) => error);
    if (this.#closed || mine !== this.#turn) return;
    const { errors } = this.sandbox.words;
    this.status.textContent = failed ? (errors[failed.code] ?? errors.internal) : "";
    if (!failed) this.#show();
    this.panel.scrollIntoView({ block: "nearest" });
  }

  #progress({ phase, what }) {
    const { loading, parts } = this.sandbox.words;
    const text = phase === "loading" ? loading(parts[what] ?? what) : this.words.playing;
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  #show() {
    const { words, sides } = this;
    const [one, other] = sides.map(({ box: { dataset, draft } }) => ({
      name: dataset.file.split("/").at(-1),
      code: draft.code,
    }));
    const asked = sides.map(({ box }) => JSON.stringify(box.draft.requests));
    const told = asked[0] === asked[1] ? [] : [make("p", "", words.requests)];
    const differs = difference(one, other);
    if (differs) differs.ariaLabel = words.code;
    const code = differs ?? make("p", "", words.same);
    const figures = sides.map((side) => this.#figure(side));
    this.body.replaceChildren(make("div", "compare-figures", ...figures), ...told, code);
  }

  #figure({ box, isTrue, isWrong, outcome }) {
    const badge = box.querySelector(".badge").cloneNode(true);
    const label = box.querySelector(".sample-label").textContent;
    const isYours = !box.isOriginal;
    const told = make("strong", "", verdict(this.words, isTrue(outcome), isYours, isWrong));
    const caption = make("figcaption", "", badge, " ", label, " ", told);
    const trouble = outcome.error && make("p", "", this.#errorOf(outcome.error));
    const figure = make(
      "figure",
      isWrong ? "wrong" : "right",
      caption,
      ...[trouble, this.#picture(outcome)].filter(Boolean),
    );
    return figure;
  }

  #errorOf({ kind, message }) {
    const { errors } = this.sandbox.words;
    return `${errors[kind] ?? errors.internal} ${message}`;
  }

  #picture({ recording, svg }) {
    if (!recording || !svg) return null;
    pictures += 1;
    try {
      const shown = make("div", "timeline", rebuild(svg, `compare-${pictures}`));
      Object.assign(shown, { role: "group", ariaLabel: this.words.scroll, tabIndex: 0 });
      return shown;
    } catch {
      return make("p", "", this.sandbox.words.errors.refused);
    }
  }

  close() {
    this.#closed = true;
    opened.delete(this.sandbox);
    for (const forget of this.listening) forget();
    this.panel.remove();
    this.opener.ariaExpanded = "false";
    this.opener.focus();
  }
}

/**
 * Opens the comparison of a sandbox with its pair, or closes it.
 *
 * @param {import("../element.mjs").LiveSandbox} sandbox
 * @param {HTMLButtonElement} opener
 * @param {object | null} last what `sandbox:finished` told of its last run
 */
export function compare(sandbox, opener, last) {
  const there = opened.get(sandbox);
  if (there) return there.close();
  const made = new Comparison(sandbox, opener, last);
  opened.set(sandbox, made);
  return made.refresh();
}

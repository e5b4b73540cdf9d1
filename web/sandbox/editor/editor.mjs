// Puts the editor in the place of a listing. Nothing else on the page moves.

import { part } from "../anatomy.mjs";
import { editorWordsOf } from "../editorWords.mjs";
import { textOf } from "../listing.mjs";
import { codeView, replaced } from "./code.mjs";
import { basis, failing, mark, placeOf, stepping } from "./marks.mjs";
import { requests } from "./requests.mjs";
import { lineOf, placeIn } from "./section.mjs";

/** A program as the editor has it: without its last line end, which is no line. */
const shown = (code) => code.replace(/\r\n?/g, "\n").replace(/\n$/, "");

/** The editor of one listing, with its requests. */
export class Editor {
  #code; // the listing's element that it stands in for
  #sandbox;
  #view;

  constructor(sandbox, { notes, toggle }, language) {
    const words = editorWordsOf(sandbox.words.language);
    this.#sandbox = sandbox;
    const [first, whole = first] = sandbox.querySelectorAll(".highlight pre > code");
    this.#code = first;
    this.#put(language, words, whole, notes);
    requests(sandbox, words, toggle);
    this.#take(sandbox.draft.code);
    sandbox.addEventListener("sandbox:changed", () => this.#take(sandbox.draft.code));
    sandbox.addEventListener("sandbox:finished", ({ detail }) => this.#finished(detail));
    sandbox.addEventListener("sandbox:line", ({ detail }) =>
      mark(this.#view, stepping, detail.line),
    );
  }

  #put(language, words, whole, notes) {
    const sandbox = this.#sandbox;
    const listing = this.#code.parentElement;
    const more = whole === this.#code ? null : whole.closest("details");
    const height = listing.offsetHeight + (more?.offsetHeight ?? 0);
    const host = part("editor", words.editor);
    listing.after(host);
    const view = codeView(host.attachShadow({ mode: "open" }), {
      label: `${words.editor}: ${sandbox.querySelector(".sample-label").textContent}`,
      language,
      text: shown(sandbox.original.code),
      words,
      onChange: (code) => sandbox.change({ code: `${code}\n` }),
      run: () => sandbox.run(),
    });
    this.#view = view;
    host.hidden = false;
    if (notes) listing.parentElement.after(notes);
    listing.hidden = true;
    if (more) more.hidden = true;
    fit(host, height, Boolean(more));
    // In a part, what was to be seen is to be seen.
    view.requestMeasure({
      read: () => (this.#first - 1) * view.defaultLineHeight,
      write: (top) => {
        view.scrollDOM.scrollTop = top;
      },
    });
    basis(view, view.state.doc.toString());
  }

  /** The line at which the listing begins. */
  get #first() {
    return lineOf(this.#view.state.doc, textOf(this.#code)) || 1;
  }

  /**
   * Go to the editor.
   *
   * @param {{code?: HTMLElement, offset?: number, focus?: boolean}} where the listing that was
   *   pressed and the place in it, in characters
   */
  show({ code = this.#code, offset = 0, focus = true }) {
    const view = this.#view;
    view.dispatch({ selection: { anchor: placeIn(view.state.doc, textOf(code), offset) } });
    if (focus) view.focus();
  }

  /** Go to a line of what ran last. */
  toLine(line) {
    const view = this.#view;
    const anchor = placeOf(view, line) ?? 0;
    view.dispatch({ selection: { anchor }, scrollIntoView: true });
    view.focus();
  }

  #take(code) {
    const view = this.#view;
    const text = shown(code);
    if (text !== view.state.doc.toString()) view.dispatch(replaced(view.state, text));
  }

  #finished({ outcome, job }) {
    if (job) basis(this.#view, shown(job.source));
    mark(this.#view, failing, outcome?.error?.line ?? 0);
    // Without a recording of the run, the picture is the build's again, and so are its lines.
    if (!outcome?.recording && !outcome?.error?.line)
      basis(this.#view, shown(this.#sandbox.original.code));
  }
}

/** As high as what it stands in for: a bar for scrolling sideways takes room of the padding. */
function fit(host, height, scrolls) {
  if (scrolls) host.style.setProperty("--height", `max(${height}px, 18em)`);
  else host.style.setProperty("--more", `${host.offsetHeight - height}px`);
}

// What leads to the editor, which is loaded then, and what keeps the draft and gives it up.

import { isScript } from "./anatomy.mjs";
import * as drafts from "./drafts.mjs";
import { textOf } from "./listing.mjs";
import { notesOf } from "./notes.mjs";
import { notify, undoable } from "./notice.mjs";
import { lazy, tool } from "./tools.mjs";

const LISTING = ".highlight pre > code";

/** Where in a listing's text somebody has pressed: a number of characters. */
function offsetOf(code, { clientX, clientY }) {
  const place = document.caretPositionFromPoint?.(clientX, clientY);
  const range = document.createRange();
  range.selectNodeContents(code);
  if (!place || !code.contains(place.offsetNode)) return 0;
  range.setEnd(place.offsetNode, place.offset);
  return textOf(range.cloneContents()).length;
}

/** Material takes the code out of the order of Tab where nothing scrolls. */
function focusable(code, words) {
  const put = () => {
    if (code.tabIndex < 0) code.tabIndex = 0;
  };
  Object.assign(code, { role: "group", ariaLabel: words.listing });
  new MutationObserver(put).observe(code, { attributeFilter: ["tabindex"] });
  put();
}

const isSelecting = (code) => {
  const selection = getSelection();
  return !selection.isCollapsed && code.contains(selection.anchorNode);
};

/** Opens the editor when its button is pressed, or the listing, or Enter in it. */
class Editing {
  #opened = null;
  #notes; // of the listing, which goes when the editor comes
  #pressed; // Edit
  #requests; // in its place while the editor is open

  constructor(sandbox) {
    this.sandbox = sandbox;
    this.#notes = notesOf(sandbox, sandbox.words);
    this.#pressed = tool(sandbox, "edit", () => this.open());
    this.#requests = tool(sandbox, "requests", () => {});
    this.#requests.hidden = true;
    for (const code of sandbox.querySelectorAll(LISTING)) focusable(code, sandbox.words);
    sandbox.addEventListener("click", (event) => this.#click(event));
    sandbox.addEventListener("sandbox:edit", () => this.open({ focus: false }));
    sandbox.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches(LISTING)) {
        event.preventDefault();
        this.open();
      }
    });
  }

  #click(event) {
    const { target } = event;
    if (target.closest("button.to-line")) this.#toLine(Number(target.dataset.line));
    const code = target.closest(LISTING);
    if (!code || target.closest(".md-annotation, a") || isSelecting(code)) return;
    this.open({ code, offset: offsetOf(code, event) });
  }

  /**
   * Open the editor.
   *
   * @param {{code?: HTMLElement, offset?: number, focus?: boolean}} where the listing that was
   *   pressed and the place in it, in characters; whether the focus follows
   */
  async open(where = {}) {
    const loaded = await this.#load();
    if (!loaded || (where.code && isSelecting(where.code))) return null; // meanwhile
    this.#opened ??= loaded.edit(this.sandbox, { notes: this.#notes, toggle: this.#requests });
    this.#pressed.hidden = true;
    const { draft, original } = this.sandbox;
    this.#requests.hidden = !original.requests.length && !draft.requests.length;
    this.#opened.show(where);
    return this.#opened;
  }

  async #toLine(line) {
    (await this.open())?.toLine(line);
  }

  async #load() {
    const { dataset, words } = this.sandbox;
    try {
      return await lazy(isScript(dataset) ? "editor-javascript" : "editor");
    } catch {
      notify(this.sandbox, words.noEditor);
      return null;
    }
  }
}

function remind(sandbox, editing) {
  const draft = drafts.kept(sandbox);
  if (draft) {
    sandbox.change(draft);
    notify(sandbox, sandbox.words.draft);
    return editing.open({ focus: false });
  }
  const old = drafts.outdated(sandbox);
  if (!old) return null;
  const { words } = sandbox;
  const show = () => {
    sandbox.change(old.draft);
    old.drop();
    notify(sandbox, words.draft);
    editing.open();
  };
  const drop = () => {
    old.drop();
    notify(sandbox, words.dropped);
    sandbox.parts.run.focus();
  };
  return notify(sandbox, words.outdated, [words.openDraft, show], [words.drop, drop]);
}

/** The way to the editor. */
export function editing(sandbox) {
  const made = new Editing(sandbox);
  sandbox.addEventListener("sandbox:changed", () => drafts.keep(sandbox));
  remind(sandbox, made);
}

/** The way back to what the page came with, and from there again to what it was. */
export function resetting(sandbox) {
  const reset = tool(sandbox, "reset", () => {
    const { draft, words } = sandbox;
    sandbox.change(sandbox.original);
    undoable(sandbox, words.isReset, () => sandbox.change(draft));
  });
  const follow = () => {
    reset.hidden = sandbox.isOriginal;
  };
  sandbox.addEventListener("sandbox:changed", follow);
  follow();
}

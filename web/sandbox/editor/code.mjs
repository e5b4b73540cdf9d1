// CodeMirror, as small as it can be and still be an editor.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { marks } from "./marks.mjs";
import { look } from "./theme.mjs";

const LEAVING = 60_000; // milliseconds after Escape in which Tab leaves, unless a key comes between

const HEADER = 60; // pixels at the top of the window that the page's header covers
const HINT = "keys"; // its id, in the shadow root

function described(words) {
  const hint = document.createElement("p");
  Object.assign(hint, { hidden: true, id: HINT, textContent: words.keys });
  return hint;
}

/**
 * An editor in a shadow root, where its style sheets are adopted: the page's policy allows no other.
 *
 * @param {ShadowRoot} root
 * @param {{label: string, language: import("@codemirror/language").Language, text: string,
 *   words: object, onChange: (text: string) => void, run: () => void}} given
 * @returns {EditorView}
 */
export function codeView(root, { label, language, text, words, onChange, run }) {
  root.append(described(words));
  const play = () => {
    run();
    return true;
  };
  const keys = [{ key: "Mod-Enter", run: play }, indentWithTab];
  const extensions = [
    keymap.of([...keys, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
    lineNumbers(),
    highlightSpecialChars(), // a link may bring ones that turn the order of letters
    history(),
    bracketMatching(),
    indentOnInput(),
    indentUnit.of("    "),
    search({ top: true }),
    language,
    look,
    marks,
    EditorView.scrollMargins.of(() => ({ top: HEADER })),
    EditorState.phrases.of(words.phrases),
    EditorView.contentAttributes.of({
      "aria-describedby": HINT,
      "aria-label": label,
      tabindex: "0",
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
    EditorView.domEventHandlers({
      keyup: ({ key }, view) => {
        if (key === "Escape") view.setTabFocusMode(LEAVING);
      },
    }),
  ];
  return new EditorView({
    parent: root,
    root,
    state: EditorState.create({ doc: text, extensions }),
  });
}

/** A transaction that makes the text another one, and leaves alone what is equal at both ends. */
export function replaced({ doc }, text) {
  const old = doc.toString();
  const most = Math.min(old.length, text.length);
  let from = 0;
  while (from < most && old[from] === text[from]) from += 1;
  let end = 0;
  while (end < most - from && old.at(-1 - end) === text.at(-1 - end)) end += 1;
  return {
    changes: { from, to: old.length - end, insert: text.slice(from, text.length - end) },
    userEvent: "replace",
  };
}

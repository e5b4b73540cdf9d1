// A sentence in a sandbox's status line, with what can be done about it.

import { make } from "./show.mjs";

/**
 * Say something, until something else is said.
 *
 * @param {import("./element.mjs").LiveSandbox} sandbox
 * @param {string} text
 * @param {...[string, () => void]} choices what a button says, and what pressing it does
 * @returns {HTMLButtonElement[]}
 */
export function notify(sandbox, text, ...choices) {
  const buttons = choices.map(([label, choose]) => {
    const made = make("button", "choice", label);
    made.type = "button";
    made.addEventListener("click", choose);
    return made;
  });
  sandbox.parts.status.replaceChildren(text, ...buttons.flatMap((one) => [" ", one]));
  return buttons;
}

/**
 * Say that something is gone, and how it comes back: the focus goes there, since what was pressed
 * has gone, too.
 */
export function undoable(sandbox, text, undo) {
  const { words } = sandbox;
  const back = () => {
    undo();
    notify(sandbox, words.undone);
    sandbox.parts.run.focus();
  };
  notify(sandbox, text, [words.undo, back])[0].focus();
}

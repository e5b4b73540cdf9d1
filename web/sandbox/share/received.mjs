// A draft that came in a link, shown in its sandbox beside what the reader has there.

import { isSame } from "../draft.mjs";
import { make } from "../show.mjs";
import { plainButton } from "./panel.mjs";

/**
 * Says something of a link, at its sandbox or else at the top of the page, and goes there.
 *
 * @param {HTMLElement | null} sandbox
 * @param {string} text
 * @param {...HTMLElement} buttons
 * @returns {HTMLElement} the line
 */
export function announce(sandbox, text, ...buttons) {
  document.querySelector(".link-note")?.remove();
  const said = make("span", "");
  const note = make("p", "link-note", said, ...buttons.flatMap((one) => [" ", one]));
  note.role = "status";
  note.tabIndex = -1;
  if (sandbox) sandbox.querySelector(".sample-head").after(note);
  else document.querySelector("article h1").after(note);
  said.textContent = text; // once it is there: then it is told as news
  note.scrollIntoView({ block: "center" });
  note.focus({ preventScroll: true });
  return note;
}

/** Shows a draft; `before` is what stood there, if the reader can want it back. */
function show(sandbox, draft, before, words) {
  sandbox.change(draft);
  const back = () => show(sandbox, sandbox.original, null, words);
  const buttons = [plainButton(words.original, back)];
  if (before) buttons.push(plainButton(words.mine, () => put(sandbox, before)));
  if (sandbox.isOriginal) buttons.length = 0;
  const note = announce(sandbox, sandbox.isOriginal ? words.asHere : words.opened, ...buttons);
  sandbox.dispatchEvent(new CustomEvent("sandbox:edit")); // the code is to be seen before it runs
  sandbox.addEventListener("sandbox:finished", () => {
    note.firstElementChild.textContent = words.ran;
  });
}

function put(sandbox, draft) {
  sandbox.change(draft);
  sandbox.querySelector(".link-note")?.remove();
  sandbox.parts.run.focus();
}

/**
 * Shows a draft from a link, which does not run by itself. What the reader has written is not
 * replaced: the link's is offered.
 *
 * @param {import("../element.mjs").LiveSandbox} sandbox
 * @param {{code: string, requests: object[]}} draft
 * @param {object} words
 */
export function receive(sandbox, draft, words) {
  const mine = sandbox.draft;
  if (sandbox.isOriginal || isSame(mine, draft)) return show(sandbox, draft, null, words);
  const take = plainButton(words.showIt, () => show(sandbox, draft, mine, words));
  announce(sandbox, words.other, take);
}

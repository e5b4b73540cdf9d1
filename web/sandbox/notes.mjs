// The notes of a listing. The theme, which begins when the page is there, takes them out of the page
// and into its code; so they are read before that.

import { make } from "./show.mjs";

/**
 * The notes, written out under their lines' names.
 *
 * @param {HTMLElement} sandbox
 * @param {{line: (n: number) => string}} words
 * @returns {HTMLElement | null} null if there are none
 */
export function notesOf(sandbox, words) {
  const code = [...sandbox.querySelectorAll(".highlight pre > code")].at(-1);
  const lines = code.textContent.split("\n");
  const items = [...sandbox.querySelectorAll(".notes > li")].map((item, n) => {
    const line = lines.findIndex((text) => text.includes(`(${n + 1})!`)) + 1;
    return make("li", "", `${words.line(line)} · `, ...item.cloneNode(true).childNodes);
  });
  return items.length ? make("ul", "notes-out", ...items) : null;
}

// What of a page is shown: the sentence that answers best, with what was asked marked in it.
import { words } from "./words.mjs";

const ENOUGH = 60; // characters of a sentence that needs no other beside it
const LONGEST = 220; // characters shown at most
// After a full stop; a dot ends a sentence only before a space.
const SENTENCES = /[^。！？!?\n]+?(?:[。！？!?]+|\.(?=\s)|\n|$)/g;

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const escaped = (text) => text.replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign]);

/** What of a text was asked: places that do not touch, in order. */
function places(text, question) {
  const hit = words(text, question.known.chinese)
    .filter(({ term }) => question.all.has(term))
    .sort((a, b) => a.start - b.start);
  const joined = [];
  for (const { start, end } of hit) {
    const last = joined.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

/**
 * A text as HTML, with what was asked in `<mark>`.
 * @returns {{html: string, marked: string[]}} and the marked words as they stand in the text
 */
export function marked(text, question) {
  let html = "";
  let at = 0;
  const found = places(text, question);
  for (const [start, end] of found) {
    html += `${escaped(text.slice(at, start))}<mark>${escaped(text.slice(start, end))}</mark>`;
    at = end;
  }
  html += escaped(text.slice(at));
  return { html, marked: found.map(([start, end]) => text.slice(start, end)) };
}

function around(sentence, question) {
  if (sentence.length <= LONGEST) return sentence;
  const first = places(sentence, question)[0]?.[0] ?? 0;
  const start = Math.max(0, Math.min(first - 40, sentence.length - LONGEST));
  const cut = sentence.slice(start, start + LONGEST);
  return `${start ? "…" : ""}${cut}${start + LONGEST < sentence.length ? "…" : ""}`;
}

/** The sentence of a text that answers best, and the one after it if it is short. */
export function passage(text, question) {
  const sentences = (text.match(SENTENCES) ?? [])
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence);
  let best = 0;
  let most = -1;
  sentences.forEach((sentence, i) => {
    const terms = new Set(words(sentence, question.known.chinese).map(({ term }) => term));
    const covered = question.covered((term) => terms.has(term));
    if (covered > most) [best, most] = [i, covered];
  });
  const shown = sentences[best] ?? "";
  const more = shown.length < ENOUGH ? (sentences[best + 1] ?? "") : "";
  return around(more ? `${shown} ${more}` : shown, question);
}

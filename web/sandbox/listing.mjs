// Marks a line of a listing that stands in the page: on top of its text, which stays as it is.

import { make } from "./show.mjs";

// Where a note belongs. The theme turns it into a sign, when the page is there.
const NOTE = / *(?:#|\/\/) \(\d+\)!/g;

/** The text of a listing, or of a part of it, without its notes. */
export function textOf(code) {
  const plain = code.cloneNode(true);
  for (const note of plain.querySelectorAll(".md-annotation")) note.replaceWith("# (1)!");
  return plain.textContent.replace(NOTE, "");
}

/** How many lines of the whole text stand before a part of it. */
const before = (whole, part) =>
  whole.slice(0, Math.max(0, whole.indexOf(part))).split("\n").length - 1;

/**
 * Mark the line that a `sandbox:line` names, in each listing that shows it: `show="section"` has two.
 *
 * @param {HTMLElement} box what is round the listings; the last one is the whole file
 */
export function heedLines(box) {
  const codes = [...box.querySelectorAll(".highlight pre > code")];
  const texts = codes.map(textOf);
  const marks = codes.map((code, n) => {
    const mark = make("div", "line-mark");
    mark.hidden = true;
    code.after(mark);
    return { mark, first: before(texts.at(-1), texts[n]), count: texts[n].split("\n").length - 1 };
  });
  box.addEventListener("sandbox:line", ({ detail: { line } }) => {
    const shown = box.draft && box.draft.code !== box.original.code ? 0 : line;
    for (const { mark, first, count } of marks) {
      mark.hidden = shown <= first || shown > first + count;
      if (!mark.hidden) mark.style.setProperty("--line", shown - first - 1);
    }
  });
}

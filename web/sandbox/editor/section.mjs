// Where a part of a program, as a listing shows it, stands in the whole.

/** The lines of a text, without what stands round them: a part is indented less than in the whole. */
const linesOf = (text) =>
  text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.trim());

/**
 * The number of the line at which a part begins; 0 if it is not there.
 *
 * @param {import("@codemirror/state").Text} doc
 * @param {string} part
 */
export function lineOf(doc, part) {
  const [all, wanted] = [linesOf(doc.toString()), linesOf(part)];
  const at = all.findIndex((_, n) => wanted.every((line, more) => all[n + more] === line));
  return at + 1;
}

/** The place in the whole of a place in the part, both in characters. */
export function placeIn(doc, part, offset) {
  const before = part.slice(0, offset).split("\n");
  const number = lineOf(doc, part) || 1;
  const line = doc.line(Math.min(number + before.length - 1, doc.lines));
  const shown = part.split("\n")[before.length - 1];
  const deeper = Math.max(0, line.text.search(/\S|$/) - shown.search(/\S|$/));
  return Math.min(line.from + deeper + before.at(-1).length, line.to);
}

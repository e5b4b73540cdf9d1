// Shows what a run brought: every text is a text node, whatever it holds.

/** Entries of a list. */
export const MOST = 500;
const MOST_SENTENCES = 5000;
const LONGEST = 300; // characters of one text
const SAID = new Set(["print", "log", "task.failed", "request.failed"]);

/**
 * An element with a class and what is inside it.
 *
 * @param {string} tag
 * @param {string} name - its class, "" for none.
 * @param {...(string|Node)} inside - strings become text.
 */
export function make(tag, name, ...inside) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...inside);
  return made;
}

/** A text that is not longer than a page can show. */
export function cut(text, words) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}${words.characters(text.length)}` : text;
}

/** A list that is not longer than a page can show. */
export function list(items, words) {
  const made = make("ol", "", ...items.slice(0, MOST));
  if (items.length > MOST) made.append(make("li", "", words.more(items.length - MOST)));
  return made;
}

/**
 * What was printed and logged, and what failed, with its virtual second; null if nothing was.
 *
 * @param {{events: object[]}} recording
 * @param {object} words
 * @param {number[]} lines - the events' lines in the reader's code, 0 for none.
 * @returns {HTMLElement | null}
 */
export function said({ events }, words, lines = []) {
  const items = events
    .map((event, n) => ({ ...event, line: lines[n] }))
    .filter(({ kind }) => SAID.has(kind))
    .map(({ at, kind, visitor, name, text, line }) => {
      const failed = kind.endsWith(".failed");
      const what = failed ? `✗ ${name ? `${name}: ` : ""}${text}` : text;
      const who = visitor ? [make("span", "who", visitor), " "] : [];
      const place = failed && line ? [" ", toLine(line, words)] : [];
      const when = make("span", "at", words.seconds(at));
      const told = make("span", "text", cut(what, words), ...place);
      return make("li", failed ? "failed" : "", when, " ", ...who, told);
    });
  return items.length ? list(items, words) : null;
}

/** Leads to a line of the reader's code. */
function toLine(line, words) {
  const made = make("button", "to-line", words.line(line));
  made.type = "button";
  made.dataset.line = line;
  return made;
}

/**
 * An error with its line, and the traceback in which that line stands out.
 *
 * @param {{message: string, traceback: string, line: number | null}} error
 * @param {string} file - the path of the listing, whose line it is.
 * @param {object} words
 * @returns {HTMLElement | null} null if it says nothing.
 */
export function error({ message, traceback, line }, file, words) {
  if (!message && !traceback) return null;
  const made = make("div", "error");
  const place = line ? [toLine(line, words), " "] : [];
  if (message) made.append(make("p", "", ...place, message));
  if (!traceback) return made;
  const here = `${file.split("/").at(-1)}", line ${line}`;
  const rows = traceback
    .split("\n")
    .slice(-MOST)
    .map((row) => cut(row, words)); // the worker's own stack names a script by its whole text
  const marked = (row) => row.endsWith(here) || row.includes(`${here},`);
  const text = rows.map((row, n) =>
    marked(row) || marked(rows[n - 1] ?? "") ? make("mark", "", row) : row,
  );
  made.append(make("pre", "", ...text.flatMap((row) => [row, "\n"])));
  return made;
}

/** Why there is no picture: it would be of another run. */
export const undrawn = (words) => make("p", "undrawn", words.undrawn);

/** Sentences as the rows of a transcript; `lines` are those of the listing, 0 for none. */
export function sentences(told, lines = []) {
  const rows = told.slice(0, MOST_SENTENCES).map((one) => make("li", "", String(one)));
  rows.forEach((row, n) => {
    if (lines[n]) row.dataset.line = lines[n];
  });
  return make("ol", "", ...rows);
}

/**
 * A bar for a part that is being loaded; `advance` moves it.
 *
 * @param {string} text - what is being loaded, in words.
 * @returns {(string | Node)[]}
 */
export function progress(text) {
  const bar = make("progress", "");
  bar.ariaLabel = text;
  const amount = make("span", "amount");
  amount.ariaLive = "off"; // what is loaded is news, each tenth of a megabyte is none
  return [text, " ", bar, " ", amount];
}

/**
 * Move the bar that is in `status`.
 *
 * @param {HTMLElement} status
 * @param {number} loaded - bytes, of `total`.
 * @param {number} total
 * @param {object} words
 */
export function advance(status, loaded, total, words) {
  const bar = status.querySelector("progress");
  if (!bar) return;
  Object.assign(bar, { max: total, value: loaded });
  status.querySelector(".amount").textContent = words.amount(loaded, total);
}

/**
 * In one line, what is true of a run: whether it went as recorded, how long it took, with what.
 *
 * @param {{digest: string, milliseconds: number, fastapi: string, python: string, threads: string}} outcome
 * @param {string} recorded - the digest of the build's own recording, "" if this is another program.
 * @param {object} words
 * @returns {(string | Node)[]}
 */
export function verdict({ digest, milliseconds, fastapi, python, threads }, recorded, words) {
  const how = digest === recorded ? words.same : words.differs;
  const same = make("strong", "", recorded ? how : words.yours);
  const inline = threads === "inline" ? words.inline : "";
  const ran = fastapi ? words.ran(milliseconds, fastapi, python) : words.ranScript(milliseconds);
  return [same, ran + inline];
}

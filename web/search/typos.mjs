// Which word of the site a mistyped word stands for.
const SHORTEST = 4; // letters of a word in which a typo is believed
const LONG = 8; // letters from which two typos are believed
const PREFIX_FROM = 3; // letters that may be the beginning of a word
const BEGUN = 0.5; // how far a word is from one that begins with it
const OTHER_START = 0.6; // a typo in the first letter is rare
const KIN_FROM = 6; // letters of a word whose other forms are looked for
const KIN_APART = 2; // letters that these have more or fewer
const PART = 3; // letters of each of two words that were written as one

/** How many letters were left out, put in, replaced or swapped with the next. */
function distance(from, to, most) {
  let [before, above] = [[], Array.from({ length: to.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = above[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, above[j] + 1, row[j - 1] + 1);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) > most) return Infinity;
    [before, above] = [above, row];
  }
  return above[to.length];
}

function apart(term, word, most) {
  if (term.length >= PREFIX_FROM && word.startsWith(term)) return BEGUN;
  if (Math.abs(term.length - word.length) > most) return Infinity;
  return distance(term, word, most) + (term[0] === word[0] ? 0 : OTHER_START);
}

/**
 * The word that a term stands for, or the term itself if nothing is like it.
 * @param {string} term in small letters, on no page
 * @param {Map<string, number>} known how often each word stands on the site
 */
export function meant(term, known) {
  const most = term.length < SHORTEST ? 0 : term.length < LONG ? 1 : 2;
  let [best, least, often] = [term, most + OTHER_START + BEGUN, 0];
  for (const [word, times] of known) {
    if (word.startsWith("~")) continue;
    const far = apart(term, word, most);
    if (far < least || (far === least && times > often)) [best, least, often] = [word, far, times];
  }
  return best;
}

/** A word that pages are sought by, of which a term is another form: decorator of decorate. */
export function kin(term, known) {
  if (term.length < KIN_FROM) return term;
  const near = [...known.keys()].filter(
    (word) =>
      word.length >= KIN_FROM - 1 &&
      Math.abs(word.length - term.length) <= KIN_APART &&
      (word.startsWith(term) || term.startsWith(word)),
  );
  return near.sort((a, b) => known.get(b) - known.get(a))[0] ?? term;
}

/** The two words of the site, stemmed, that were written as one: lifecycle, threadpool. */
export function halves(word, known, stemmed) {
  for (let at = PART; at <= word.length - PART; at++) {
    const parts = [word.slice(0, at), word.slice(at)].map(stemmed);
    if (parts.every((part) => known.has(part))) return parts;
  }
  return [];
}

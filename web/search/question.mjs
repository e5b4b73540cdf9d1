// What is asked: its terms, what each is worth, and which words of the site were meant by it.
import { stemmer } from "stemmer";
import { halves, kin, meant } from "./typos.mjs";
import { W } from "./weights.mjs";
import { asked, conceptsByTerm, mainland } from "./words.mjs";

const HAN = /\p{Script=Han}/u;
const LATIN = /^\p{Script=Latin}/u;
const QUANTITY = /^\p{N}{1,2}$/u; // in "at most 10" somebody else has another number
const UNKNOWN = { han: 0.3, latin: 1.5 }; // a pair of characters on no page is mostly no word

export const isHan = (term) => HAN.test(term);
const isLatin = (term) => LATIN.test(term);

/** How many pages have each term, by what MiniSearch has written of an index. */
export function frequencies({ index }) {
  return new Map(
    index.map(([term, fields]) => [
      term,
      new Set(Object.values(fields).flatMap((pages) => Object.keys(pages))).size,
    ]),
  );
}

export class Question {
  /**
   * @param {string} text what the reader typed or pasted
   * @param {{chinese: import("./words.mjs").Chinese, frequency: Map<string, number>, pages: {size: number},
   *   keywords: Map<string, number>}} known
   */
  constructor(text, known) {
    this.text = text;
    this.known = known;
    this.chinese = HAN.test(text);
    const plain = mainland(text, known.chinese);
    this.words = asked(plain, known.chinese).flatMap((word) => this.#apart(word, plain));
    this.terms = [...new Set(this.words.map(({ term }) => term))];
    this.plain = [
      ...new Set(this.words.filter((word) => !word.concept && !word.whole).map(({ term }) => term)),
    ];
    this.meant = new Map(this.plain.map((term) => [term, this.#meant(term)]));
    this.concepts = conceptsByTerm(this.words);
    this.all = new Set([...this.terms, ...this.meant.values()]);
  }

  /** What was asked, word by word as it was written. */
  get parts() {
    this.written ??= this.text
      .split(/\s+/)
      .map((word) => [word, new Question(word, this.known)])
      .filter(([, { plain }]) => plain.length);
    return this.written;
  }

  /** A word that pages are sought by, or the two such words that it is made of: threadpool. */
  #apart(word, text) {
    const { term, concept, whole, start, end } = word;
    const { keywords } = this.known;
    if (concept || whole || !isLatin(term) || keywords.has(term)) return [word];
    const parts = halves(text.slice(start, end).toLowerCase(), keywords, stemmer);
    return parts.length ? parts.map((part) => ({ term: part, start, end })) : [word];
  }

  /** What a term is worth. */
  weight(term) {
    if (term.length === 1 && !isLatin(term)) return UNKNOWN.han;
    const named = QUANTITY.test(term) ? W.quantity : this.chinese && isLatin(term) ? W.latin : 1;
    if (this.known.frequency.has(term)) return this.known.worth(term) * named;
    return isLatin(term) ? UNKNOWN.latin : UNKNOWN.han;
  }

  /** The word of the site that another form or a typo stands for, or the word itself. */
  #meant(term) {
    const { frequency, keywords } = this.known;
    if (!isLatin(term) || keywords.has(term)) return term;
    const other = kin(term, keywords);
    if (other !== term || frequency.has(term)) return other;
    const sought = meant(term, keywords);
    return sought === term ? meant(term, frequency) : sought;
  }

  /** The share of what is asked that a set of terms has, 0 to 1; another word for it counts less. */
  covered(has) {
    let all = 0;
    let found = 0;
    for (const term of this.plain) {
      const worth = this.weight(this.meant.get(term));
      all += worth;
      if (has(term) || has(this.meant.get(term))) found += worth;
      else if (this.concepts.get(term).some(has)) found += worth * 0.7;
    }
    return all ? found / all : 0;
  }
}

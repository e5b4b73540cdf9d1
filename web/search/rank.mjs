// Which pages answer a question, the best first.
import { loaded } from "./index.mjs";
import { frequencies, isHan, Question } from "./question.mjs";
import { BM25, FIELDS, KINDS, SENTENCES, W } from "./weights.mjs";
import { asked, conceptsByTerm, words } from "./words.mjs";

const CERTAIN = 0.6; // the share of a message that must have been pasted
const TELLING = 5; // what the words of it must be worth together
const SHOWN = 0.4; // from this fit on, what is shown of a page is its sentence
const LOOKED_INTO = 15; // pages whose sections are looked into

/**
 * @typedef {{page: import("./index.mjs").Page, score: number, sections: number[], sentence: string,
 *   has: (term: string) => boolean}} Found `sections` has how well each section fits, 0 to 1, and
 *   `sentence` what is seen, or said by a program, if that fits well; `has` knows the page's terms.
 */

export class Ranking {
  /** @param {{pages: import("./index.mjs").Page[], index: object, chinese: import("./words.mjs").Chinese}} told */
  constructor({ pages, index, chinese }) {
    this.chinese = chinese;
    this.frequency = frequencies(index);
    this.index = loaded(index, chinese);
    this.pages = new Map(pages.map((page) => [page.url, page]));
    this.sentences = new Map(pages.map((page) => [page.url, this.#sentencesOf(page)]));
    this.sought = new Map(
      // the terms of all that a page is sought by
      [...this.sentences].map(([url, sentences]) => [
        url,
        new Set(sentences.flatMap(({ terms }) => [...terms.keys()])),
      ]),
    );
    this.keywords = new Map(); // how many pages have a term in what they are sought by
    for (const terms of this.sought.values())
      for (const term of terms) this.keywords.set(term, (this.keywords.get(term) ?? 0) + 1);
    this.sections = new Map(); // the terms of each section, of the pages that were looked into
  }

  /** What a term tells: little, if it is in no title or symptom; the fewer pages have it, the more. */
  worth(term) {
    const pages = this.keywords.get(term) ?? this.frequency.get(term);
    const rare = Math.log(1 + (this.pages.size - pages + 0.5) / (pages + 0.5));
    return rare * this.#kind(term);
  }

  #kind(term) {
    return term.startsWith("~") ? W.concept : this.keywords.has(term) ? 1 : W.casual;
  }

  #terms(text) {
    return conceptsByTerm(words(text, this.chinese));
  }

  #sentencesOf({ title, name, description, symptoms, messages, aliases, sections }) {
    const headings = sections.slice(1).map((section) => section.title);
    const kinds = {
      title: [title, name],
      symptoms,
      messages,
      aliases,
      headings,
      description: [description],
    };
    return Object.entries(kinds).flatMap(([kind, texts]) =>
      texts.map((text) => ({ kind, text, terms: conceptsByTerm(asked(text, this.chinese)) })),
    );
  }

  #sectionsOf(page) {
    const known = this.sections.get(page.url);
    if (known) return known;
    const found = page.sections.map(({ title, prose, code }) =>
      this.#terms(`${title}\n${prose}\n${code}`),
    );
    this.sections.set(page.url, found);
    return found;
  }

  /**
   * The pages for what a reader asks, the best first.
   * @param {string} text
   * @returns {{question: Question, pages: Found[]}}
   */
  search(text) {
    const question = new Question(text, this);
    if (!question.terms.length) return { question, pages: [] };
    const results = this.#retrieved(question);
    const pages = results.map((result) => this.#judged(question, result, results[0].score));
    pages.sort((a, b) => b.score - a.score);
    for (const found of pages.slice(0, LOOKED_INTO)) {
      found.sections = this.#sectionsOf(found.page).map((terms) =>
        question.covered((term) => terms.has(term)),
      );
      found.score += KINDS[found.page.kind] * W.section * Math.max(...found.sections);
    }
    return { question, pages: pages.sort((a, b) => b.score - a.score) };
  }

  #retrieved(question) {
    const terms = [...question.all];
    const last = question.plain.at(-1);
    return this.index.search(terms.join(" "), {
      tokenize: () => terms,
      boost: FIELDS,
      bm25: BM25,
      boostTerm: (term) => this.#kind(term),
      prefix: (term) => (isHan(term) ? term === last || term.length === 1 : term.length > 2),
      weights: { prefix: W.prefix, fuzzy: 0 },
    });
  }

  #judged(question, result, best) {
    const page = this.pages.get(result.id);
    const hit = new Set(result.queryTerms);
    const has = (term) => hit.has(term);
    const { alike, pasted, sentence } = this.#said(question, page);
    const covered = question.covered(has);
    const sought = question.covered((term) => this.sought.get(page.url).has(term));
    const bm25 = (result.score / best) * covered ** W.power;
    const all = covered > 0.999 ? W.all : 0;
    const score =
      KINDS[page.kind] *
      (W.bm25 * bm25 + W.sentence * alike + W.sought * sought + W.message * pasted + all);
    return { page, score, sentence, has, sections: [] };
  }

  /** How well the page's sentences fit, whether one of its messages was pasted, and the best of them. */
  #said(question, page) {
    const best = {};
    let pasted = 0;
    let [sentence, most] = ["", SHOWN];
    for (const { kind, text, terms } of this.sentences.get(page.url)) {
      const found = compared(question, terms);
      const like = found.like ** W.sharp * SENTENCES[kind];
      best[kind] = [...(best[kind] ?? []), like].sort((a, b) => b - a).slice(0, 3);
      if (kind === "messages" && found.pasted > CERTAIN) pasted = Math.max(pasted, found.pasted);
      const fits = Math.max(found.like, kind === "messages" ? found.pasted : 0);
      if (["symptoms", "messages"].includes(kind) && fits > most) [sentence, most] = [text, fits];
    }
    const likes = Object.values(best)
      .flatMap((some) => some.map((like, i) => like * W.again ** i))
      .sort((a, b) => b - a);
    return { alike: likes.reduce((sum, like, i) => sum + like * W.more ** i, 0), pasted, sentence };
  }
}

/** How alike a question and a sentence are, and which share of the sentence was asked, 0 to 1. */
function compared(question, sentence) {
  let both = 0;
  let missing = 0;
  let surplus = 0;
  const said = (concepts, there) => (concepts?.some((name) => there.has(name)) ? W.said : 1);
  for (const term of question.all)
    if (sentence.has(term)) both += question.weight(term);
    else if (question.known.frequency.has(term))
      missing += question.weight(term) * said(question.concepts.get(term), sentence);
  if (!both) return { like: 0, pasted: 0 };
  for (const [term, concepts] of sentence)
    if (!question.all.has(term)) surplus += question.weight(term) * said(concepts, question.all);
  const like = both / (both + W.missing * missing + W.surplus * surplus);
  return { like, pasted: both > TELLING ? both / (both + surplus) : 0 };
}

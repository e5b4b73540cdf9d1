// What counts how much in the ranking; by trial, with the questions of tests/search/tuning.*.
export const FIELDS = {
  title: 4,
  symptoms: 3,
  messages: 3,
  aliases: 3,
  description: 2,
  headings: 1.5,
  prose: 1,
  code: 0.4,
};
// Claims rank above patterns, and these above reference, where both say the same.
export const KINDS = { claim: 1, pattern: 0.92, reference: 0.8 };
// What a sentence of a page is worth: what it is called, and what is seen, or said, or sought.
export const SENTENCES = {
  title: 1,
  name: 1,
  symptoms: 1,
  messages: 1,
  aliases: 0.9,
  headings: 0.7,
  description: 0.6,
};
// What counts how much; by trial, with the questions of tests/search/tuning.*.
export const W = {
  bm25: 1, // MiniSearch's own score, of the best page's
  power: 0.4, // of the share of the question that the page has, by which that score is multiplied
  sentence: 2.6, // how well its sentences fit: the best of each kind
  more: 0.5, // of each further kind, of the one before
  again: 0.6, // of each further sentence of a kind, of the one before
  prefix: 0.3, // of a word that begins with what was asked, of MiniSearch's score
  sharp: 1.4, // a fit's exponent: half of a sentence is less than half an answer
  sought: 0.4, // the share of the question that its sentences have together
  message: 0.5, // a message that was pasted
  section: 0.3, // the share of the question that one of its sections has
  all: 0.15, // a page that has all words comes before one that lacks some
  missing: 2, // of what was asked and a sentence lacks
  surplus: 0.35, // of what a sentence has besides
  said: 0.15, // of either, if the other says it in another word
  concept: 0.6, // of a concept, beside a word
  latin: 1.3, // of a word in Latin letters among Chinese: mostly the name of what it is about
  quantity: 0.6, // of a number of one or two digits
  casual: 0.3, // of a word that no page is sought by
};
// Of MiniSearch: how soon a word that stands often counts no more, and how far length counts.
export const BM25 = { k: 1.2, b: 0.7, d: 0 };

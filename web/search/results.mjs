// What Material's search shows: a list of pages, each with the sections that answer.
import { escaped, marked, passage } from "./passage.mjs";

const PAGES = 20; // shown at most
const FLOOR = 0.3; // of the best page's score; what has less is no answer
const SECTIONS = 4; // of a page, at most
const NEAR = 0.6; // of the best section's fit; what fits less is not shown
const HEAD = 0.85; // of the best section's fit: then the page is shown from its beginning

/** What Material lists as missing, and what it hands on for the page to mark. */
function told(question, shown, has) {
  const terms = Object.fromEntries(shown.map((word) => [word, true]));
  for (const [word, part] of question.parts) if (part.covered(has) < 0.5) terms[word] = false;
  return terms;
}

export class Results {
  /** @param {import("./rank.mjs").Ranking} ranking @param {Record<string, string>} kinds */
  constructor(ranking, kinds) {
    this.ranking = ranking;
    this.kinds = kinds;
  }

  /** @returns {object[][]} Material's items: of each page itself and its sections */
  items(text) {
    const { question, pages } = this.ranking.search(text);
    return pages
      .slice(0, PAGES)
      .filter(({ score }) => score >= FLOOR * pages[0].score)
      .map((found) => this.#page(question, found));
  }

  #page(question, { page, score, sections, sentence, has }) {
    const most = Math.max(...sections);
    const best = sections.indexOf(most);
    const fits = (i) => sections[i] >= NEAR * most && most > 0;
    const others = page.sections.map((_, i) => i).filter((i) => i && fits(i));
    others.sort((a, b) => sections[b] - sections[a] || a - b);
    const fromHead = sentence || best <= 0 || sections[0] >= HEAD * most;
    const head = this.#head(question, page, sentence, has);
    const shown = others.slice(0, SECTIONS).map((i) => this.#section(question, page, i, has));
    if (fromHead) return [{ ...head, score }, ...shown.map((item) => ({ ...item, score: 0 }))];
    const [first, ...rest] = shown;
    return [
      { ...first, score },
      { ...head, score },
      ...rest.map((item) => ({ ...item, score: 0 })),
    ];
  }

  #head(question, page, sentence, has) {
    const { html, marked: shown } = marked(
      sentence || passage(`${page.sections[0].prose}\n${page.description}`, question),
      question,
    );
    const kind = `<span class="search-kind">${escaped(this.kinds[page.kind])}</span>`;
    const title = `${kind} ${marked(page.title, question).html}`;
    return { location: page.url, title, text: html, terms: told(question, shown, has) };
  }

  #section(question, page, i, has) {
    const { id, title, prose, code } = page.sections[i];
    const { html, marked: shown } = marked(passage(`${prose}\n${code}`, question), question);
    return {
      location: `${page.url}#${id}`,
      title: marked(title, question).html,
      text: html,
      terms: told(question, shown, has),
    };
  }
}

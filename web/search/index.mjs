// The index of a language's pages, made at build time and loaded by the worker.
import MiniSearch from "minisearch";
import { words } from "./words.mjs";

/**
 * @typedef {{id: string, title: string, prose: string, code: string}} Section
 * @typedef {{url: string, name: string, kind: "claim"|"pattern"|"reference", title: string, description: string,
 *   symptoms: string[], messages: string[], aliases: string[], sections: Section[]}} Page
 */

const TEXTS = {
  title: ({ title, name }) => `${title}\n${name}`,
  symptoms: (page) => page.symptoms.join("\n"),
  messages: (page) => page.messages.join("\n"),
  aliases: (page) => page.aliases.join("\n"),
  description: (page) => page.description,
  headings: (page) =>
    page.sections
      .slice(1)
      .map(({ title }) => title)
      .join("\n"),
  prose: (page) => page.sections.map(({ prose }) => prose).join("\n"),
  code: (page) => page.sections.map(({ code }) => code).join("\n"),
};

function options(chinese) {
  return {
    fields: Object.keys(TEXTS),
    idField: "url",
    extractField: (page, field) => (field === "url" ? page.url : TEXTS[field](page)),
    tokenize: (text) => words(text, chinese).map(({ term }) => term),
    processTerm: (term) => term,
  };
}

/** The index of some pages. */
export function made(pages, chinese) {
  const index = new MiniSearch(options(chinese));
  index.addAll(pages);
  return index;
}

/** The index that `made` has made, of what `JSON.stringify` has written of it. */
export function loaded(written, chinese) {
  return MiniSearch.loadJS(written, options(chinese));
}

// Share and Copy: a draft as a link, as a file, as lines for curl; and the links, opened.

import { curlLines } from "../share/curl.mjs";
import { addressed, contentOf, fragmentOf, LinkError } from "../share/format.mjs";
import { handOver, plainButton, toggle } from "../share/panel.mjs";
import { program, served } from "../share/program.mjs";
import { announce, receive } from "../share/received.mjs";
import { wordsOf } from "../share/words.mjs";

/** The page itself; of an embed, the page that it is from. */
const here = () => (document.querySelector("a.embed-home") ?? location).href.split("#")[0];

/** Shows and copies a link to the draft; closes what it has shown, when pressed again. */
export async function share(sandbox, opener) {
  const words = wordsOf(sandbox.words.language);
  const panel = toggle(sandbox, opener, words);
  if (!panel) return;
  try {
    const link = here() + (await fragmentOf(sandbox.dataset.snippet, sandbox.draft));
    await handOver(panel, link, words.link, words.shared, words.byHand);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    panel.said.textContent = error.code === "size" ? words.tooMuch : words.noRequest;
  }
}

/** Offers the draft as a file that uvicorn serves, and its requests as lines for curl. */
export function copy(sandbox, opener) {
  const words = wordsOf(sandbox.words.language);
  const panel = toggle(sandbox, opener, words);
  if (!panel) return;
  const { file } = sandbox.dataset;
  const hand = (label, text) => handOver(panel, text, label, words.copied, words.byHand);
  const offers = {
    file: ({ code, requests }) => program({ code, requests }, file, VERSIONS, here()),
    curl: ({ requests }) => curlLines(requests, words, served(file, requests)),
  };
  if (!sandbox.draft.requests?.length) delete offers.curl;
  const buttons = Object.entries(offers).map(([name, textOf]) =>
    plainButton(words[name], () => hand(words[name], textOf(sandbox.draft))),
  );
  panel.said.before(...buttons);
  buttons[0].focus();
}

/**
 * Opens a link: its draft becomes that of its sandbox, and waits for Run.
 *
 * @param {string} fragment the address's, `#run=…`
 */
export async function open(fragment) {
  const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  const words = wordsOf(language);
  let sandbox = null;
  try {
    const link = addressed(fragment);
    const all = document.querySelectorAll("live-sandbox[data-story]");
    sandbox = [...all].find(({ dataset }) => dataset.snippet === link.snippet) ?? null;
    if (!sandbox) return announce(null, words.elsewhere(link.snippet));
    receive(sandbox, await contentOf(link), words);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    announce(sandbox, words[error.code]);
  }
}

// Puts what a run brought into the parts of its sandbox.

import { fill } from "./anatomy.mjs";
import { responses } from "./answers.mjs";
import * as show from "./show.mjs";

/**
 * Show the picture and the text, the responses, and what was said.
 *
 * @param {Record<string, HTMLElement>} parts
 * @param {{picture: Node, text: Node, recording?: object | null, lines?: number[],
 *   error?: object | null}} brought
 * @param {string} file the path of the listing
 * @param {object} words
 */
export function present(parts, { picture, text, recording, lines, error }, file, words) {
  parts.picture.replaceChildren(picture);
  parts.text.querySelector("ol").replaceWith(text);
  fill(parts.responses, recording?.responses.length && responses(recording, words));
  const trouble = error && show.error(error, file, words);
  fill(parts.said, trouble, recording && show.said(recording, words, lines));
  if (trouble) parts.picture.before(parts.said);
  else parts.responses.after(parts.said);
}

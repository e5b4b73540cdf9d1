// Shows the responses of a run.

import { cut, list, MOST, make } from "./show.mjs";

// Events that end an open request of a visitor.
const ENDS = new Set([
  "response.finished",
  "websocket.closed",
  "request.failed",
  "client.disconnected",
]);

/** What each visitor asked, and when the answer was there if that is certain: [{what, at}…]. */
function asked(events, visitor) {
  const all = [];
  let open = [];
  for (const event of events) {
    if (event.visitor !== visitor) continue;
    if (event.kind === "request.sent") {
      open.push({ what: event.text });
      all.push(open.at(-1));
    } else if (ENDS.has(event.kind)) {
      if (open.length === 1) open[0].at = event.at; // of several, nobody knows which
      open = open.length === 1 ? [] : open;
    }
  }
  return all;
}

function headersOf(headers, words) {
  const pairs = headers
    .slice(0, MOST)
    .flatMap(([name, value]) => [
      make("dt", "", cut(`${name}`, words)),
      make("dd", "", cut(`${value}`, words)),
    ]);
  const summary = make("summary", "", words.headers(headers.length));
  return make("details", "answer-headers", summary, make("dl", "", ...pairs));
}

function answer({ visitor, status, headers, body }, request, words) {
  const row = make("li", "", make("span", "who", visitor), " ");
  if (request) row.append(make("code", "", request.what), " ");
  row.append(make("span", "code", `→ ${status}`));
  if (request?.at !== undefined) row.append(make("span", "at", ` · ${words.seconds(request.at)}`));
  if (headers.length) row.append(" ", headersOf(headers, words));
  if (body) row.append(make("pre", "", cut(body.trim(), words)));
  return row;
}

/**
 * The responses of a recording as a list, in the order of the story's requests.
 *
 * @param {{events: object[], responses: object[]}} recording
 * @param {object} words
 * @returns {HTMLElement}
 */
export function responses({ events, responses }, words) {
  const waiting = new Map();
  for (const { visitor } of responses)
    if (!waiting.has(visitor)) {
      const requests = asked(events, visitor);
      const answers = responses.filter((one) => one.visitor === visitor).length;
      waiting.set(visitor, requests.length === answers ? requests : []);
    }
  const rows = responses.map((one) => answer(one, waiting.get(one.visitor).shift(), words));
  return list(rows, words);
}

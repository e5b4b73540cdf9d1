// What few requests need, folded: headers, body, form, files, messages, when the client leaves.

import { make } from "../show.mjs";
import { field, line, lines, press } from "./fields.mjs";
import { bodyOf, LISTS, numberOf } from "./story.mjs";

const textOf = (body) => (typeof body === "string" ? body : JSON.stringify(body));

/** A list of rows, which can be added to and taken from. */
function table(key, rows, { takeAway, tell, words }) {
  const list = make("div", "");
  const show = () => {
    list.replaceChildren(...rows.map((row, n) => item(row, n)));
  };
  const item = (row, n) => {
    const fields = Object.keys(LISTS[key]).map((name) => {
      const isTime = name === "at";
      return field(words[name], line(row[name], isTime ? "decimal" : "text"), (typed) => {
        row[name] = isTime ? numberOf(typed) : typed;
        tell();
      }).box;
    });
    const what = words.row(words[key], n + 1);
    const drop = press("✕", "remove", words.remove(what), () =>
      takeAway(() => {
        rows.splice(n, 1);
        show();
        tell();
      }),
    );
    const made = make("div", "row", ...fields, drop);
    Object.assign(made, { role: "group", ariaLabel: what });
    return made;
  };
  const add = press(words.addTo[key], "add", null, () => {
    rows.push({ ...LISTS[key] });
    show();
    tell();
    list.lastChild.querySelector("input").focus();
  });
  show();
  const legend = make("legend", "", words[key]);
  return make("fieldset", key, legend, list, add);
}

function body(request, { put, words }) {
  const how = make("span", "how");
  const area = lines(textOf(request.body));
  const box = put("body", area, bodyOf);
  box.append(how);
  const follow = () => {
    const { body } = request;
    how.textContent = body === "" ? "" : typeof body === "string" ? words.asText : words.asJson;
  };
  return { box, follow };
}

/**
 * The folded part of a request.
 *
 * @param {object} request as `opened` gives it
 * @param {{put: Function, words: object, tell: () => void,
 *   takeAway: (act: () => void) => void}} tools
 * @returns {{element: HTMLElement, follow: () => void}} `follow` shows what the request's method has
 */
export function details(request, tools) {
  const { put, words } = tools;
  const [headers, form, files, messages] = ["headers", "form", "files", "messages"].map((key) =>
    table(key, request[key], tools),
  );
  const content = body(request, tools);
  const left = (typed) => (typed.trim() ? numberOf(typed) : null);
  // Not in the details themselves, whose content is a box that no style reaches.
  const inside = make(
    "div",
    "more-inside",
    headers,
    content.box,
    form,
    files,
    messages,
    put("leaves", line(request.leaves, "decimal"), left),
    put("worker", line(request.worker, "numeric"), numberOf),
  );
  const element = make("details", "more", make("summary", "", words.more), inside);
  const follow = () => {
    const isSocket = request.method === "WEBSOCKET";
    for (const one of [content.box, form, files]) one.hidden = isSocket;
    messages.hidden = !isSocket;
    content.follow();
  };
  return { element, follow };
}

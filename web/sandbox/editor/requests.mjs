// The story's requests, one row each. What is typed counts at once.

import { fill, part } from "../anatomy.mjs";
import { undoable } from "../notice.mjs";
import { make } from "../show.mjs";
import { choice, field, line, press } from "./fields.mjs";
import { details } from "./more.mjs";
import { closed, faults, METHODS, numberOf, opened } from "./story.mjs";

class Requests {
  #part;
  #rows; // of fields, each with its request
  #sandbox;
  #told; // the requests that these rows say
  #toggle;
  #words;

  constructor(sandbox, words, toggle) {
    this.#sandbox = sandbox;
    this.#words = words;
    this.#toggle = toggle;
    this.#part = part("requests", sandbox.words.requests);
    sandbox.querySelector(".run-bar").before(this.#part);
    toggle.addEventListener("click", () => this.#unfold(toggle.ariaExpanded !== "true"));
    sandbox.addEventListener("sandbox:changed", () => this.#take());
    this.#take();
    this.#unfold(this.#told !== JSON.stringify(sandbox.original.requests));
  }

  #unfold(isOpen) {
    this.#toggle.ariaExpanded = `${isOpen}`;
    this.#part.hidden = !isOpen;
  }

  /** Show the requests of the draft, unless they are the ones that are shown. */
  #take() {
    const { requests } = this.#sandbox.draft;
    if (this.#told === JSON.stringify(requests)) return;
    this.#told = JSON.stringify(requests);
    this.#show(requests.map(opened));
  }

  #show(requests) {
    const words = this.#words;
    const list = make("div", "");
    this.#rows = requests.map((request) => this.#row(request));
    list.append(...this.#rows.map(({ element }) => element));
    const add = press(words.add, "add", null, () => this.#add());
    const isHidden = this.#part.hidden;
    fill(this.#part, list, add);
    this.#part.hidden = isHidden;
    this.#judge();
  }

  #row(request) {
    const words = this.#words;
    const fields = {};
    const put = (key, input, read = (typed) => typed) => {
      fields[key] = field(words[key], input, (typed) => {
        request[key] = read(typed);
        this.#tell();
      });
      fields[key].box.classList.add(key);
      return fields[key].box;
    };
    const remove = press("✕", "remove", null, () => this.#remove(request));
    const more = details(request, {
      put,
      words,
      tell: () => this.#tell(),
      takeAway: (act) => this.#takeAway(act),
    });
    const element = make(
      "div",
      "request",
      put("visitor", line(request.visitor)),
      put("method", choice(request.method, METHODS)),
      put("path", line(request.path, "url")),
      put("at", line(request.at, "decimal"), numberOf),
      remove,
      more.element,
    );
    element.role = "group";
    return { element, fields, more, remove, request };
  }

  /** Say beside each field what is wrong with it, and of each row what it is. */
  #judge() {
    const words = this.#words;
    for (const [n, { element, fields, more, remove, request }] of this.#rows.entries()) {
      const found = faults(request);
      for (const [key, { say }] of Object.entries(fields)) say(words.wrong[found[key]]);
      const what = words.request(n + 1, `${request.visitor} ${request.method} ${request.path}`);
      element.ariaLabel = what;
      remove.ariaLabel = words.remove(what);
      more.follow();
    }
  }

  #tell() {
    this.#judge();
    const { original } = this.#sandbox;
    const given = this.#rows.map(({ request }) => closed(request));
    // What says the same as the original is the original.
    const isOriginal =
      JSON.stringify(given) === JSON.stringify(original.requests.map((one) => closed(opened(one))));
    const requests = isOriginal ? original.requests : given;
    this.#told = JSON.stringify(requests);
    this.#sandbox.change({ requests });
  }

  #add() {
    const last = this.#rows.at(-1)?.request;
    const fresh = opened({ visitor: "ann", path: "/" });
    this.#show([
      ...this.#rows.map(({ request }) => request),
      Object.assign(fresh, last && { method: last.method, path: last.path, visitor: last.visitor }),
    ]);
    this.#tell();
    this.#rows.at(-1).fields.visitor.input.focus();
  }

  #remove(gone) {
    const left = this.#rows.map(({ request }) => request).filter((one) => one !== gone);
    this.#takeAway(() => {
      this.#show(left);
      this.#tell();
    });
  }

  /** Do what takes something away, and offer to bring it back. */
  #takeAway(act) {
    const before = this.#sandbox.draft.requests;
    act();
    undoable(this.#sandbox, this.#words.removed, () => this.#sandbox.change({ requests: before }));
  }
}

/** Put a sandbox's requests under its editor; the button `toggle` unfolds them. */
export function requests(sandbox, words, toggle) {
  new Requests(sandbox, words, toggle);
}

// The parts of a sandbox: those of the build, found, and those of this script, added.

import { textOf } from "./listing.mjs";
import { make } from "./show.mjs";

/**
 * A button of a sandbox.
 *
 * @param {string} action its `data-action`
 * @param {string} label
 * @param {string} what the listing's label, which its name has too: there are many of a kind on a page
 */
export function button(action, label, what) {
  const made = make("button", "", label);
  Object.assign(made, { type: "button", ariaLabel: `${label}: ${what}` });
  made.dataset.action = action;
  return made;
}

/** A named part, hidden until there is something in it. */
export function part(name, label) {
  const made = make("div", "");
  Object.assign(made, { role: "group", ariaLabel: label, hidden: true });
  made.dataset.part = name;
  return made;
}

/** Whether a listing, of which this is known, is played by JavaScript itself and not by Python. */
export const isScript = ({ file }) => file.endsWith(".js");

/** The text of a sandbox's listing, the whole file. */
export const sourceOf = (sandbox) =>
  textOf([...sandbox.querySelectorAll(".highlight pre > code")].at(-1));

/**
 * Find and add the parts of a sandbox. Nothing that is seen moves: the build has left room for Run.
 *
 * @param {HTMLElement} sandbox
 * @param {object} words
 * @returns {Record<string, HTMLElement>}
 */
export function anatomy(sandbox, words) {
  const [status, picture, text] = ["[data-part=status]", ".timeline", ".transcript"].map((one) =>
    sandbox.querySelector(one),
  );
  const label = sandbox.querySelector(".sample-label").textContent;
  const [run, stop] = ["run", "stop"].map((action) => button(action, words[action], label));
  const [responses, said] = ["responses", "console"].map((name) => part(name, words[name]));
  stop.hidden = true;
  status.role = "status";
  picture.dataset.part = "timeline";
  text.dataset.part = "transcript";
  const tools = make("div", "tools");
  status.before(run);
  status.after(stop, tools);
  text.after(responses, said);
  return { run, stop, tools, status, picture, text, responses, said };
}

/**
 * Put something under a part's name; a part with nothing in it is hidden.
 *
 * @param {HTMLElement} part
 * @param {...(Node | null | undefined)} inside
 */
export function fill(part, ...inside) {
  const there = inside.filter(Boolean);
  part.replaceChildren(make("p", "part-head", part.ariaLabel), ...there);
  part.hidden = !there.length;
}

// What can be done with a listing besides running it. Each tool's script is loaded when it is used.

import { button } from "./anatomy.mjs";
import { bringing, isOpaque } from "./carried.mjs";
import { comparing } from "./compare.mjs";
import { editing, resetting } from "./edit.mjs";
import { attachGuess } from "./guess.mjs";
import { links } from "./links.mjs";
import { address } from "./parts.mjs";
import { attachSteps } from "./steps.mjs";

const loaded = {};
let failed = 0; // scripts that have not come

/** Asks for a script; of one that has failed a browser may remember that, by its address. */
const script = (name) =>
  isOpaque()
    ? bringing(address(`${name}-classic`), "exported")
    : import(address(name) + (failed ? `#${failed}` : ""));

/** The functions of a tool's script, a file of the payload; an error is not kept. */
export function lazy(name) {
  loaded[name] ??= script(name).catch((error) => {
    delete loaded[name];
    failed += 1;
    throw error;
  });
  return loaded[name];
}

/**
 * Adds a tool's button.
 *
 * @param {import("./element.mjs").LiveSandbox} sandbox
 * @param {string} action its `data-action`
 * @param {() => unknown} use
 * @returns {HTMLButtonElement}
 */
export function tool(sandbox, action, use) {
  const label = sandbox.querySelector(".sample-label").textContent;
  const made = button(action, sandbox.words[action], label);
  made.addEventListener("click", use);
  sandbox.parts.tools.append(made);
  return made;
}

/** Uses a tool's script; where it does not arrive, the sandbox says so. */
export async function borrow(sandbox, name, use) {
  const script = await lazy(name).catch(() => null);
  if (script) return use(script);
  sandbox.parts.status.textContent = sandbox.words.lost;
}

// In this order their buttons stand. Reset is the last one: it comes and goes.
const FEATURES = [attachGuess, attachSteps, editing, comparing, links, resetting];

/** Adds what there is. */
export function offer(sandbox) {
  for (const attach of FEATURES) attach(sandbox);
}

// What only shows what was recorded.
for (const box of document.querySelectorAll(".sample:not([data-story])")) attachSteps(box);

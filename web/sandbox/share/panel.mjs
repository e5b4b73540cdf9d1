// The box under a sandbox's bar in which a tool says what it has done.

import { make } from "../show.mjs";

/** A button without a tool's name. */
export function plainButton(label, use) {
  const made = make("button", "", label);
  made.type = "button";
  made.addEventListener("click", use);
  return made;
}

/** Puts a text on the clipboard; false where the browser has none for us. */
export async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function close(box, opener) {
  const hadFocus = box.contains(document.activeElement);
  box.remove();
  opener.ariaExpanded = "false";
  if (hadFocus) opener.focus();
}

/**
 * Opens a tool's box, in place of another tool's; closes it if it was open.
 *
 * @param {HTMLElement} sandbox
 * @param {HTMLButtonElement} opener
 * @param {{close: string}} words
 * @returns {{box: HTMLElement, said: HTMLElement} | null} null if it has been closed
 */
export function toggle(sandbox, opener, words) {
  const there = sandbox.querySelector(".tool-panel");
  const same = there?.dataset.of === opener.dataset.action;
  there?.dispatchEvent(new Event("give-up"));
  if (same) return null;
  const said = make("p", "");
  said.role = "status";
  const shut = () => close(box, opener);
  const box = make("div", "tool-panel", said, plainButton(words.close, shut));
  Object.assign(box, { role: "group", ariaLabel: opener.ariaLabel });
  box.dataset.of = opener.dataset.action;
  box.addEventListener("give-up", shut);
  box.addEventListener("keydown", ({ key }) => key === "Escape" && shut());
  opener.ariaExpanded = "true";
  sandbox.querySelector(".run-bar").after(box);
  return { box, said };
}

/**
 * Shows a text that is copied, in a field from which it can be copied by hand, too.
 *
 * @param {{box: HTMLElement, said: HTMLElement}} panel
 * @param {string} text
 * @param {string} label of the field
 * @param {string} copied what to say once it is on the clipboard
 * @param {string} byHand what to say if it cannot be put there
 */
export async function handOver({ box, said }, text, label, copied, byHand) {
  const field = box.querySelector("textarea") ?? make("textarea", "");
  Object.assign(field, { readOnly: true, spellcheck: false, value: text, ariaLabel: label });
  field.rows = Math.min(8, text.split("\n").length + 1);
  if (!field.isConnected) box.append(field);
  const isCopied = await toClipboard(text);
  said.textContent = isCopied ? copied : byHand;
  if (isCopied || !field.isConnected) return;
  field.focus();
  field.select();
}

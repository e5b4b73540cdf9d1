// Fields of the requests: each has a label, and says beside itself what is wrong with it.

import { make } from "../show.mjs";

let count = 0;

/**
 * A field with its label.
 *
 * @param {string} label
 * @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} input
 * @param {(typed: string) => void} take is told what is typed
 * @returns {{box: HTMLElement, input: HTMLElement, say: (text?: string) => void}} `say` tells of
 *   what is wrong
 */
export function field(label, input, take) {
  const fault = make("span", "fault");
  fault.id = `fault-${++count}`;
  Object.assign(input, { autocomplete: "off", spellcheck: false });
  input.addEventListener("input", () => take(input.value));
  const say = (text = "") => {
    fault.textContent = text;
    input.ariaInvalid = text ? "true" : null;
    if (text) input.setAttribute("aria-describedby", fault.id);
    else input.removeAttribute("aria-describedby");
  };
  const named = make("label", "", make("span", "caption", label), input);
  return { box: make("div", "field", named, fault), input, say };
}

/** A line to type in. */
export function line(value, mode = "text") {
  const input = make("input", "");
  Object.assign(input, { type: "text", inputMode: mode, value: `${value ?? ""}` });
  return input;
}

/** Several lines to type in. */
export function lines(value) {
  const area = make("textarea", "");
  Object.assign(area, { rows: 2, value });
  return area;
}

/** A choice of several; one that is none of them is added. */
export function choice(value, known) {
  const select = make("select", "");
  for (const one of known.includes(value) ? known : [...known, value])
    select.append(make("option", "", one));
  select.value = value;
  return select;
}

/** A button of the requests. */
export function press(label, name, what, act) {
  const made = make("button", name, label);
  Object.assign(made, { type: "button", ariaLabel: what });
  made.addEventListener("click", act);
  return made;
}

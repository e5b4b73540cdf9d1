// The controls of the steps through a timeline, and the panel that tells of one.

import { button } from "./anatomy.mjs";
import { make } from "./show.mjs";

const SPEEDS = [0.5, 1, 2, 4];

function sliderOf(words, label) {
  const made = Object.assign(make("input", ""), { type: "range", min: 0 });
  made.ariaLabel = `${words.event}: ${label}`;
  return made;
}

function panelOf(words, label) {
  const place = make("span", "place");
  const sentence = make("span", "sentence");
  sentence.role = "status";
  const line = make("code", "");
  const speed = make("select", "", ...SPEEDS.map((one) => new Option(`${one}×`, one)));
  speed.value = 1;
  Object.assign(speed, { title: words.speed, ariaLabel: `${words.speed}: ${label}` });
  const panel = make("div", "step", make("p", "", place, " ", sentence), speed, line);
  panel.dataset.part = "step";
  // Not `hidden`: what is said in a live region that was is not heard.
  panel.classList.add("idle");
  return { panel, place, sentence, line, speed };
}

/**
 * Add the parts round the transcript of a timeline. Only the row is seen, beside the summary, for
 * which the stylesheet leaves room; the panel is not before there is a step.
 *
 * @param {HTMLElement} text the transcript's details
 * @param {object} words
 * @param {string} label the listing's, which the names have too
 */
export function stepsParts(text, words, label) {
  const [previous, next, play] = ["previous", "next", "play"].map((action) =>
    button(action, words[action], label),
  );
  const slider = sliderOf(words, label);
  const row = make("div", "steps", previous, slider, next, play);
  Object.assign(row, { role: "group", ariaLabel: `${words.steps}: ${label}` });
  const made = panelOf(words, label);
  text.before(row);
  text.after(made.panel);
  return { row, previous, next, play, slider, ...made };
}

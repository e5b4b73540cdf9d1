// The questions of the page `choose`: shows the form, and below it the answer, of which all words
// stand on the page already. The answers are in the address, so that a link leads to them.

import { decide, fromAddress, toAddress } from "./choice.js";

const form = document.querySelector("form.choose");
const data = JSON.parse(form.querySelector("script").textContent);
const [status, answer, link] = [".choose-status", ".choose-answer", ".choose-link"].map((part) =>
  form.querySelector(part),
);

const given = () => Object.fromEntries(new FormData(form));

/** The heading that an answer has on the page. */
const nameOf = (id) =>
  document.querySelector(`.choose-table [href="#${id}"]`).textContent.replace(/\s+/g, " ");

/** A copy of a part of the page, without what `keep` refuses. */
function copied(part, items, keep) {
  const copy = part.cloneNode(true);
  for (const item of copy.querySelectorAll(items)) if (!keep(item)) item.remove();
  return copy;
}

/** Whether a setting is for work like this, as far as it is known. */
function isFor(item, chosen) {
  const when = JSON.parse(item.dataset.when ?? "{}");
  return Object.entries(when).every(
    ([q, allowed]) => !(q in chosen) || allowed.includes(chosen[q]),
  );
}

/** What the page says of an answer, for work like this. */
function told(id, chosen, reasons) {
  const part = document.querySelector(`.choice[data-answer="${id}"]`);
  const settings = part.querySelector(".choice-settings");
  const why = part.querySelector(".choice-reasons");
  return [
    part.querySelector(".choice-what").cloneNode(true),
    copied(settings, "li", (item) => isFor(item, chosen)),
    copied(why, "li", (item) => reasons.includes(item.dataset.reason)),
    part.querySelector(".choice-links").cloneNode(true),
  ];
}

/** A line with names in it that lead to the sections of the page. */
function line(words, ids) {
  const [before, after] = words.split("{answers}");
  const links = ids.flatMap((id, n) => {
    const one = Object.assign(document.createElement("a"), { href: `#${id}` });
    one.textContent = nameOf(id);
    return n ? [", ", one] : [one];
  });
  return [before.replace("{n}", ids.length), ...links, after];
}

function show() {
  const chosen = given();
  const { rules, answers, reasons, moot } = decide(data, chosen);
  const [only, ...others] = answers;
  const isSettled = others.length === 0;
  const isBegun = Object.keys(chosen).length > 0;
  for (const field of form.querySelectorAll("fieldset"))
    field.querySelector(".choose-moot").hidden = !isBegun || !moot.includes(field.dataset.question);
  for (const row of document.querySelectorAll(".choose-table tr[data-rule]")) {
    row.removeAttribute("aria-current");
    if (isBegun && rules.includes(row.dataset.rule)) row.setAttribute("aria-current", "true");
  }
  const words = isSettled ? form.dataset.settled : form.dataset.open;
  status.replaceChildren(...(isBegun ? line(words, answers) : []));
  answer.replaceChildren(...(isSettled ? told(only, chosen, reasons) : []));
  link.href = toAddress(data, location.search, chosen);
  link.hidden = !isBegun;
}

function remember() {
  const search = toAddress(data, location.search, given());
  const address = location.pathname + (search === "?" ? "" : search) + location.hash;
  history.replaceState(history.state, "", address);
}

/** Choose what the address says. */
function recall() {
  const chosen = fromAddress(data, location.search);
  for (const radio of form.querySelectorAll("input"))
    radio.checked = chosen[radio.name] === radio.value;
  show();
}

form.addEventListener("change", () => {
  remember();
  show();
});
form.addEventListener("reset", () => {
  setTimeout(() => {
    remember(); // the fields are empty only when this event is over
    show();
    form.querySelector("input").focus();
  });
});
window.addEventListener("popstate", recall);
form.hidden = false;
recall();

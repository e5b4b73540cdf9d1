// What is promised of a listing, judged after each run; and Compare, whose script is loaded when used.

import { verdict, wordsOf } from "./compareWords.mjs";
import { draftOf, isSame } from "./draft.mjs";
import { make } from "./show.mjs";
import { borrow, tool } from "./tools.mjs";

/** Says after each run whether the promise holds, and leads to the comparison with the pair. */
export function comparing(sandbox) {
  const { holds, says, pair, state } = sandbox.dataset;
  if (!holds || state === "unavailable") return;
  const words = wordsOf(sandbox.words.language);
  const isTrue = sandbox.ask(holds);
  const isLesson = sandbox.classList.contains("wrong");
  let last = null; // the run that its picture is of
  const told = make("p", "promise");
  told.role = "status";
  sandbox.querySelector(".run-bar").after(told);
  sandbox.addEventListener("sandbox:state", () => told.replaceChildren());
  sandbox.addEventListener("sandbox:finished", ({ detail }) => {
    last = detail.outcome && detail;
    if (detail.state !== "done") return;
    const isYours = !isSame(draftOf(detail.job), sandbox.original);
    const judged = verdict(words, isTrue(detail.outcome), isYours, isLesson);
    told.replaceChildren(words.promise(says), " ", make("strong", "", judged));
  });
  if (!document.querySelector(`live-sandbox[data-snippet="${pair}"][data-story]`)) return;
  const made = tool(sandbox, "compare", () =>
    borrow(sandbox, "compare", ({ compare }) => compare(sandbox, made, last)),
  );
  made.ariaExpanded = "false";
}

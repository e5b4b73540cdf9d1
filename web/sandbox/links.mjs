// Share and Copy, and the links that Share has made. Their script is loaded when it is used.

import { borrow, tool } from "./tools.mjs";

let listens = false;

/** A link into a sandbox is not a heading's id: it is opened, and runs nothing. */
function follow(sandbox) {
  if (location.hash.startsWith("#run="))
    borrow(sandbox, "share", ({ open }) => open(location.hash));
}

/** Adds Share and Copy; once on a page, opens the link that has led to it. */
export function links(sandbox) {
  for (const action of ["share", "copy"]) {
    const use = () => borrow(sandbox, "share", (script) => script[action](sandbox, made));
    const made = tool(sandbox, action, use);
    made.ariaExpanded = "false";
  }
  if (listens) return;
  listens = true;
  addEventListener("hashchange", () => follow(sandbox));
  queueMicrotask(() => follow(sandbox)); // when all sandboxes of the page are there
}

// The difference of two programs, as a unified diff: each line has its sign.

import { structuredPatch } from "diff";
import { make } from "../show.mjs";

const TAGS = { "+": "ins", "-": "del", " ": "span", "\\": "span" };

/**
 * The lines that differ, and three round them; null if none does.
 *
 * @param {{name: string, code: string}} one
 * @param {{name: string, code: string}} other
 * @returns {HTMLElement | null}
 */
export function difference(one, other) {
  const { hunks } = structuredPatch(one.name, other.name, one.code, other.code, "", "", {
    context: 3,
  });
  if (!hunks.length) return null;
  const head = [make("del", "", `--- ${one.name}\n`), make("ins", "", `+++ ${other.name}\n`)];
  const lines = hunks.flatMap(({ oldStart, newStart, lines }) => [
    make("span", "place", `@@ -${oldStart} +${newStart} @@\n`),
    ...lines.map((line) => make(TAGS[line[0]], "", `${line}\n`)),
  ]);
  const shown = make("pre", "difference", make("code", "", ...head, ...lines));
  shown.tabIndex = 0;
  shown.role = "group";
  return shown;
}

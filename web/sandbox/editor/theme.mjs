// The editor looks as the listing does: its sizes, and the site's colours, light and dark.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colour = (name) => `var(--md-code-hl-${name}-color)`;
// The theme's colour for comments is too faint on the listing's ground.
const faint = colour("operator");

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: colour("keyword") },
  { tag: [tags.bool, tags.null], color: colour("name") },
  { tag: tags.meta, color: colour("keyword") },
  { tag: [tags.string, tags.special(tags.string)], color: colour("string") },
  { tag: [tags.escape, tags.regexp], color: colour("special") },
  { tag: tags.number, color: colour("number") },
  { tag: [tags.operator, tags.operatorKeyword, tags.punctuation, tags.bracket], color: faint },
  { tag: [tags.definition(tags.function(tags.variableName))], color: colour("function") },
  { tag: [tags.definition(tags.className)], color: colour("function") },
  { tag: tags.comment, color: faint },
]);

const mark = (sign, tint) => ({
  backgroundColor: `color-mix(in srgb, ${tint} 12%, transparent)`,
  boxShadow: `inset 0.15em 0 ${tint}`,
  "&.cm-gutterElement": { color: tint, fontWeight: 700 },
  "&.cm-gutterElement::before": { content: `"${sign}"`, float: "left" },
});

const sizes = EditorView.theme({
  "&": {
    backgroundColor: "var(--md-code-bg-color)",
    color: "var(--md-code-fg-color)",
    maxHeight: "var(--height)",
  },
  "&.cm-focused": { outline: "none" }, // the host has one: the gutter would cover it
  ".cm-scroller": {
    fontFamily: "inherit",
    fontVariantLigatures: "none",
    lineHeight: "inherit",
    scrollbarColor: "var(--md-default-fg-color--lighter) transparent",
    scrollbarWidth: "thin",
  },
  ".cm-content": {
    caretColor: "var(--md-code-fg-color)",
    paddingBlock: "0.7720588235em max(0px, calc(0.7720588235em - var(--more, 0px)))",
  },
  ".cm-line": { padding: "0 1.1764705882em 0 0.5em" },
  ".cm-gutters": {
    backgroundColor: "var(--md-code-bg-color)",
    border: 0,
    color: colour("operator"),
  },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.6em", padding: "0 0.2em 0 0.3em" },
  ".failing": mark("✗", "var(--bad)"),
  ".stepping": mark("▸", "var(--md-typeset-a-color)"),
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "transparent",
    outline: "1px solid currentcolor",
  },
  ".cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket": {
    backgroundColor: "transparent",
    textDecoration: "underline wavy var(--bad)",
  },
  ".cm-panels": {
    backgroundColor: "var(--md-default-bg-color)",
    color: "var(--md-default-fg-color)",
    fontFamily: "var(--md-text-font-family)",
  },
  ".cm-panels-top": {
    top: "2.4rem", // the page's header stays there, too
    borderBottom: "1px solid var(--md-default-fg-color--lightest)",
  },
  ".cm-panel.cm-search :is(.cm-textfield, .cm-button)": {
    backgroundColor: "transparent",
    backgroundImage: "none",
    border: "1px solid currentcolor",
    color: "inherit",
    fontSize: "inherit",
    minHeight: "1.9em",
  },
  ".cm-panel.cm-search [name=close]": {
    color: "inherit",
    fontSize: "1.3em",
    minHeight: "24px",
    minWidth: "24px",
  },
  ".cm-searchMatch": {
    backgroundColor: "transparent",
    outline: "1px dashed currentcolor",
  },
  ".cm-searchMatch-selected": {
    backgroundColor: "color-mix(in srgb, var(--md-accent-fg-color) 30%, transparent)",
    outlineStyle: "solid",
  },
  ":is(input, button, label):focus-visible": {
    outline: "0.15em solid var(--md-typeset-a-color)",
  },
});

export const look = [sizes, syntaxHighlighting(colours)];

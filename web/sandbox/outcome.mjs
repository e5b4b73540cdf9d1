// What the worker says of a run is a reader's code's word: it is taken apart, and only what has the
// right shape is kept. All of it is shown as text.
import { EngineError } from "./link.mjs";

const KINDS = ["app", "budget", "deadlock", "internal", "stopped", "story"];
const EVENTS = 20_000;
const CHARACTERS = 4_000_000;

const refuse = (what) => {
  throw new EngineError("crashed", `an answer that is no recording: ${what}`);
};
const text = (value) =>
  typeof value === "string" && value.length <= CHARACTERS ? value : refuse("text");
const number = (value) => (Number.isFinite(value) ? value : refuse("number"));
const list = (value, item) =>
  Array.isArray(value) && value.length <= EVENTS ? value.map(item) : refuse("list");
const table = (columns) => (value) =>
  Object.fromEntries(Object.entries(columns).map(([key, take]) => [key, take(value?.[key])]));
const maybe = (take) => (value) => (value === null || value === undefined ? null : take(value));

const event = table({ at: number, kind: text, name: text, text, visitor: text });
const response = table({
  body: text,
  headers: (value) => list(value, (pair) => list(pair, text)),
  status: number,
  visitor: text,
});
const recording = table({
  events: (value) => list(value, event),
  format: (value) => (value === 1 ? 1 : refuse("format")),
  printed: text,
  responses: (value) => list(value, response),
});
const line = (value) => (Number.isInteger(value) && value >= 0 ? value : refuse("line"));
const truth = (value) => (value === null || typeof value === "boolean" ? value : refuse("claim"));
const error = table({
  kind: (value) => (KINDS.includes(value) ? value : refuse("kind")),
  line: maybe(number),
  message: text,
  traceback: text,
});
const outcome = table({
  claims: (value) => list(value, truth),
  digest: text,
  error: maybe(error),
  fastapi: text,
  lines: (value) => list(value, line),
  missing: (value) => list(value, text),
  python: text,
  recording: maybe(recording),
  svg: text,
  threads: (value) => (value === "inline" ? "inline" : "stacks"),
  transcript: (value) => list(value, text),
});

/**
 * The outcome of a run.
 *
 * @param {string} json what the worker says
 * @throws {EngineError} it is no outcome
 */
export function outcomeOf(json) {
  let value;
  try {
    value = JSON.parse(json);
  } catch {
    refuse("JSON");
  }
  const found = outcome(value);
  if (found.lines.length !== (found.recording?.events.length ?? 0)) refuse("lines");
  return found;
}

// Requests that came in a link: taken apart, and put together again from what has the right shape.

const MOST = 50; // requests, and entries of any list in one
const DEEPEST = 20; // lists and objects in a body, one inside the other
const LATEST = 1e9; // virtual seconds

function refuse(what) {
  throw new TypeError(`no requests: ${what}`);
}

const text = (longest) => (value) =>
  typeof value === "string" && value.length <= longest ? value : refuse("a text");
const matching = (pattern, longest) => (value) =>
  pattern.test(text(longest)(value)) ? value : refuse(`${pattern}`);
const number = (value) =>
  Number.isFinite(value) && value >= 0 && value <= LATEST ? value : refuse("a number");
const list = (item) => (value) =>
  Array.isArray(value) && value.length <= MOST ? value.map(item) : refuse("a list");

function entries(value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) refuse("an object");
  // As its own key it would be harmless; whoever copies it key by key would change a prototype.
  if (Object.hasOwn(value, "__proto__")) refuse("a prototype");
  return Object.entries(value);
}

const table = (columns) => (value) =>
  Object.fromEntries(
    entries(value).map(([key, item]) => [
      key,
      (Object.hasOwn(columns, key) ? columns[key] : refuse(key))(item),
    ]),
  );
const dictionary = (name, item) => (value) =>
  Object.fromEntries(list(([key, one]) => [name(key), item(one)])(entries(value)));

/** Any JSON, if nothing of it is too deep. */
function json(value, depth = 0) {
  if (depth > DEEPEST) refuse("its depth");
  if (Array.isArray(value)) for (const item of value) json(item, depth + 1);
  else if (value && typeof value === "object")
    for (const [, item] of entries(value)) json(item, depth + 1);
  return value;
}

const long = text(100_000);
const short = text(200);
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/; // what a header's name may be made of
const header = (value) => (Array.isArray(value) ? list(text(8000))(value) : text(8000)(value));
const request = table({
  visitor: matching(/./, 200),
  method: matching(/^[A-Za-z]+$/, 20),
  path: matching(/^\//, 8000),
  at: number,
  headers: dictionary(matching(TOKEN, 200), header),
  body: (value) => json(value),
  messages: list(table({ text: long, at: number })),
  leaves: (value) => (value === null ? null : number(value)),
  worker: (value) => (Number.isInteger(value) && value >= 0 && value < 16 ? value : refuse("it")),
  form: dictionary(short, long),
  files: list(table({ field: short, name: short, text: long, type: short })),
});

/**
 * The requests of a story, as `recorder.story.Request` has them.
 *
 * @param {unknown} value what a link said
 * @throws {TypeError} it is something else, or too much
 */
export const requestsOf = (value) => (value === null ? null : list(request)(value));

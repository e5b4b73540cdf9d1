// A request as the recorder takes it, and as it is edited: with lists of rows, and with what was typed.

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "WEBSOCKET"];
/** The rows of each list, and what a new one has in it. */
export const LISTS = {
  headers: { name: "", value: "" },
  form: { name: "", value: "" },
  files: { field: "", name: "", text: "", type: "text/plain" },
  messages: { text: "", at: 0 },
};
const LAST_WORKER = 15;

const pairs = (table = {}) =>
  Object.entries(table).flatMap(([name, value]) =>
    [value].flat().map((one) => ({ name, value: one })),
  );

/** A table of rows with names; a name that comes twice has a list. */
function tableOf(rows) {
  const lists = new Map();
  for (const { name, value } of rows)
    if (name) lists.set(name, [...(lists.get(name) ?? []), value]);
  const entries = [...lists].map(([name, values]) => [
    name,
    values.length > 1 ? values : values[0],
  ]);
  return Object.fromEntries(entries);
}

/** A request, opened for editing. */
export function opened(request) {
  const { headers, form, files = [], messages = [] } = structuredClone(request);
  const plain = { visitor: "", method: "GET", path: "/", at: 0, body: "", leaves: null, worker: 0 };
  const lists = { headers: pairs(headers), form: pairs(form), files, messages };
  return { ...plain, ...structuredClone(request), ...lists };
}

const isEmpty = (value) =>
  value === "" || value === null || (typeof value === "object" && !Object.keys(value).length);

/** The request that has been edited; what is as it would be anyway is left out. */
export function closed({ headers, form, files, messages, ...one }) {
  const isSocket = one.method === "WEBSOCKET";
  const given = {
    visitor: one.visitor,
    method: one.method,
    path: one.path,
    at: one.at === 0 ? null : one.at,
    leaves: one.leaves,
    worker: one.worker === 0 ? null : one.worker,
    headers: tableOf(headers),
    body: isSocket ? null : one.body,
    form: isSocket ? null : tableOf(form),
    files: isSocket ? null : files,
    messages: isSocket ? messages : null,
  };
  const always = new Set(["visitor", "method", "path", "at"]);
  const told = ([key, value]) => !isEmpty(value) || (always.has(key) && value !== null);
  return Object.fromEntries(Object.entries(given).filter(told));
}

/** A number, if that is what was typed; what was typed, if not. */
export const numberOf = (typed) =>
  typed.trim() && Number.isFinite(Number(typed)) ? Number(typed) : typed;

/** A body as it was typed: JSON where it is JSON, and is no text in quotes. */
export function bodyOf(typed) {
  try {
    const value = JSON.parse(typed);
    return typeof value === "string" ? typed : value;
  } catch {
    return typed;
  }
}

const isSecond = (value) => typeof value === "number" && value >= 0;

/**
 * What is wrong with a request, as the recorder will say, too.
 *
 * @returns {Record<string, string>} by its fields, the names of sentences
 */
export function faults({ visitor, path, at, leaves, worker, body, form, files }) {
  const found = {};
  if (!visitor) found.visitor = "visitor";
  if (!path.startsWith("/")) found.path = "path";
  if (!isSecond(at)) found.at = "second";
  if (leaves !== null && !isSecond(leaves)) found.leaves = "second";
  else if (leaves !== null && isSecond(at) && leaves < at) found.leaves = "leaves";
  if (!(Number.isInteger(worker) && worker >= 0 && worker <= LAST_WORKER)) found.worker = "worker";
  if (body !== "" && (form.length || files.length)) found.body = "both";
  return found;
}

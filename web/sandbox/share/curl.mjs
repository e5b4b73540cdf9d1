// A story's requests as lines for a POSIX shell. They may come from a stranger's link, and are
// pasted into a terminal: nothing in them may be taken for a command, a file or a control character.

const HOST = "127.0.0.1:8000";
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;
// What a terminal acts on, what it does not show, and what turns round what it shows.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const octal = (character) =>
  Array.from(
    new TextEncoder().encode(character),
    (byte) => `\\${byte.toString(8).padStart(3, "0")}`,
  ).join("");

/** One word of the shell that stands for a text; a null byte, which no argument can hold, goes. */
export function quoted(text) {
  const inside = text
    .replaceAll("\0", "")
    .replaceAll("'", "'\\''")
    .replace(UNSEEN, (one) => (one === "\n" ? one : `'"$(printf '${octal(one)}')"'`));
  return `'${inside}'`;
}

const plain = (text) => text.replace(UNSEEN, " ");

/** An address's path as a client sends it: what may not stand in it, as percent codes. */
const encoded = (path) =>
  `/${path.replace(/^\/?/, "")}`
    .replace(/[\ud800-\udfff]/gu, "\ufffd") // half of a character, which has no code
    .replace(/[^\x21-\x7e]|["#<>\\^`{|}]/gu, encodeURIComponent);

function headers({ headers = {}, body, form, files }) {
  const given = Object.entries(headers).filter(([name]) => TOKEN.test(name));
  const lines = given.flatMap(([name, values]) =>
    [values].flat().map((value) => (value ? `${name}: ${value}` : `${name};`)),
  );
  const typed = given.some(([name]) => name.toLowerCase() === "content-type");
  const sends = body !== undefined && body !== "" && !form && !files?.length;
  if (sends && !typed) lines.push("Content-Type: application/json");
  return lines.flatMap((line) => ["-H", quoted(plain(line))]);
}

/** A value inside double quotes, as curl's `-F` reads it. */
const inner = (text) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

function multipart({ form = {}, files }) {
  const fields = Object.entries(form).flatMap(([name, value]) => [
    "--form-string",
    quoted(`${name}=${value}`),
  ]);
  // In quotes the content is no name of a file, whatever it begins with. What cannot be quoted must
  // not end what curl takes it for.
  const uploads = files.flatMap(({ field, name, text = "", type = "" }) => {
    const kind = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : "text/plain";
    const place = field.replace(/[^\w.[\]-]/g, "_");
    return ["-F", quoted(`${place}=${inner(text)};filename=${inner(name)};type=${kind}`)];
  });
  return [...fields, ...uploads];
}

function content(request) {
  const { body, form, files } = request;
  if (files?.length) return multipart(request);
  if (form && Object.keys(form).length)
    return ["--data-raw", quoted(new URLSearchParams(form).toString())];
  if (body === undefined || body === "") return [];
  return ["--data-raw", quoted(typeof body === "string" ? body : JSON.stringify(body))];
}

function method({ method = "GET" }) {
  const name = method.toUpperCase();
  if (name === "GET") return [];
  return name === "HEAD" ? ["--head"] : ["-X", quoted(name)];
}

function curl(request) {
  const { visitor, path, at = 0, leaves } = request;
  // Who is answered, and how many seconds after the request.
  const tells = quoted(` <- ${plain(visitor).replace(/[%\\]/g, "$&$&")}: %{time_total} s\\n`);
  const stays = leaves == null ? [] : ["--max-time", String(Math.max(leaves - at, 0.001))];
  const words = ["curl -sS -i --globoff --path-as-is -w", tells, ...method(request), ...stays];
  const address = quoted(`http://${HOST}${encoded(path)}`);
  return `${[...words, address, ...headers(request), ...content(request)].join(" ")} &`;
}

/** What must be typed for a WebSocket, for which curl has no messages. */
function socket({ path, messages = [] }, words) {
  const lines = [`# python -m websockets ${quoted(`ws://${HOST}${encoded(path)}`)}`];
  for (const { text, at = 0 } of messages) lines.push(`# ${words.types(at, plain(text))}`);
  return lines.map((line) => line.replaceAll("\n", " "));
}

/**
 * One `curl` line a request, at their virtual seconds; all go on while the next is waited for.
 *
 * @param {object[]} requests as `recorder.story.Request` has them
 * @param {{asks: Function, types: Function}} words
 * @param {string} start the command that serves the app
 */
export function curlLines(requests, words, start) {
  const lines = [`# ${start}`];
  let now = 0;
  for (const request of requests.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0))) {
    const { visitor, at = 0, method = "GET" } = request;
    if (at > now) lines.push(`sleep ${Math.round((at - now) * 1000) / 1000}`);
    now = at;
    lines.push(`# ${plain(words.asks(at, visitor))}`);
    if (method.toUpperCase() === "WEBSOCKET") lines.push(...socket(request, words));
    else lines.push(curl(request));
  }
  return `${[...lines, "wait"].join("\n")}\n`;
}

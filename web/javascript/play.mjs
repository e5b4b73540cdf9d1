// Plays a story against a JavaScript example on a virtual clock: node play.mjs FILE < story.json
// Only setTimeout, setInterval and Date are virtual. Sockets are real; the clock stands still until
// they are quiet, so that a recording is the same bytes in every run. Timers of node:timers/promises
// keep virtual time too, but are no spans.
import { AsyncLocalStorage } from "node:async_hooks";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import { Session } from "node:inspector";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { promiseHooks } from "node:v8";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import FakeTimers from "@sinonjs/fake-timers";

const BUDGET = 10_000; // real milliseconds
const MOST_TIMERS = 10_000;
const SHOWN_CHARACTERS = 200; // of a chunk, as recorder/visit.py
const QUIET_TURNS = 3; // of the event loop: an end or a close may come one turn after the last byte
const VARYING = /^(connection|content-length|date|etag|keep-alive|transfer-encoding|x-powered-by)$/;

const file = isMainThread ? process.argv[2] : workerData.file;
const own = pathToFileURL(file ?? "").href;
const events = [];
const visitors = [];
const spans = new Map(); // timer -> span
const counts = new Map();
const visit = new AsyncLocalStorage();
let clock, server, turn;
let printed = "";
let over = false;
let crashed = false;

function stop(code, text) {
  process.stderr.write(`${text}\n`, () => process.exit(code));
  return new Promise(() => {});
}

function note(kind, { visitor = "", name = "", text = "" } = {}) {
  events.push({ at: clock.now / 1000, kind, visitor, name, text });
}

function describe(error) {
  const [text] = `${error?.message ?? error}`.split("\n");
  const name = error?.code ?? error?.name ?? "Error";
  return text.startsWith(`${name}:`) ? text : `${name}: ${text}`;
}

// -- timers ---------------------------------------------------------------------------------------

function ownFrames() {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = (_error, frames) => frames;
  Error.stackTraceLimit = 100; // Express's own frames lie between
  const frames = new Error().stack;
  Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  return frames.filter((frame) => frame.getFileName() === own);
}

function openSpan(frames, otherwise) {
  const visitor = visit.getStore() ?? "";
  const name = frames.map((frame) => frame.getFunctionName()).find(Boolean) ?? otherwise;
  const key = `${visitor} ${name}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
  const unique = counts.get(key) === 1 ? name : `${name} (${counts.get(key)})`;
  const span = { visitor, name: unique, line: frames[0].getLineNumber() };
  note("task.started", span);
  return span;
}

/** Runs a timer's callback; returns the error of a promise that it rejects, or else "". */
function fire(callback, args) {
  const settled = [];
  const unhook = promiseHooks.onSettled((promise) => settled.push(promise));
  try {
    callback(...args);
  } finally {
    unhook();
  }
  // `catch` would mark the rejection as handled; `inspect` looks without touching.
  const rejection = settled.map((promise) => /<rejected> (.*)/.exec(inspect(promise)));
  return rejection.find(Boolean)?.[1] ?? "";
}

function observeTimers() {
  for (const kind of ["setTimeout", "setInterval"]) {
    const set = globalThis[kind];
    globalThis[kind] = (callback, delay, ...args) => {
      const frames = ownFrames();
      if (!frames.length) return set(callback, delay, ...args);
      const span = openSpan(frames, callback.name || kind);
      const inContext = AsyncLocalStorage.snapshot();
      const run = () => {
        try {
          const text = fire(callback, args);
          if (kind === "setInterval") return;
          note(text ? "task.failed" : "task.finished", { ...span, text });
        } catch (error) {
          crash(error, span);
        }
        spans.delete(timer);
      };
      const timer = set(() => inContext(run), delay);
      spans.set(timer, { ...span, kind });
      return timer;
    };
  }
  for (const kind of ["clearTimeout", "clearInterval"]) {
    const clear = globalThis[kind];
    globalThis[kind] = (timer) => {
      const span = spans.get(timer);
      // To be cleared is the only end an interval has; a timeout that is cleared never did its work.
      if (span) note(span.kind === "setInterval" ? "task.finished" : "task.cancelled", span);
      spans.delete(timer);
      clear(timer);
    };
  }
}

/** Notes what the example prints; returns the real `write`. */
function observeOutput() {
  const write = process.stdout.write.bind(process.stdout);
  let rest = "";
  process.stdout.write = (text) => {
    printed += text;
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) note("print", { text: line });
    return true;
  };
  console.warn = (text) => note("log", { text: `WARNING ${text}`.split("\n")[0] });
  console.error = (text) => note("log", { text: `ERROR ${text}`.split("\n")[0] });
  return write;
}

/** What Node does after an uncaught error: the process ends, with all its timers and connections. */
function crash(error, { visitor = "", name = basename(file) } = {}) {
  crashed = true;
  note("task.failed", { visitor, name, text: describe(error) });
  for (const [timer, span] of spans) {
    clock.clearTimeout(timer);
    if (span.name !== name || span.visitor !== visitor)
      note("task.cancelled", { ...span, text: "the process has ended" });
  }
  spans.clear();
  server?.close();
  server?.closeAllConnections();
}

// -- visitors -------------------------------------------------------------------------------------

function send(request) {
  const { visitor, method = "GET", path, body = "", leaves } = request;
  const me = { visitor, done: false };
  const finish = (kind, text) => {
    if (!me.done) note(kind, { visitor, text });
    me.done = true;
  };
  const fail = (error) => finish("request.failed", describe(error).replace(`:${server.port}`, ""));
  visitors.push(me);
  note("request.sent", { visitor, text: `${method} ${path}` });
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = { ...request.headers };
  if (text) headers["content-type"] ??= "application/json";
  if (text) headers["content-length"] = Buffer.byteLength(text);
  const { port } = server;
  const call = http.request({
    host: "127.0.0.1",
    port,
    method,
    path,
    headers,
    agent: false,
  });
  call.on("socket", (socket) => {
    me.client = socket;
  });
  call.on("error", fail);
  call.on("response", (response) => {
    const headers = Object.entries(response.headers)
      .filter(([key]) => !VARYING.test(key))
      .map(([key, value]) => [key, `${value}`]);
    me.answer = { visitor, status: response.statusCode, headers, body: "" };
    note("response.started", { visitor, text: `${response.statusCode}` });
    response.setEncoding("utf8").on("data", (chunk) => {
      me.answer.body += chunk;
      const shown = chunk.trim().slice(0, SHOWN_CHARACTERS);
      if (response.headers["transfer-encoding"]) note("response.chunk", { visitor, text: shown });
    });
    response.on("error", fail);
    response.on("end", () => finish("response.finished", `${response.statusCode}`));
  });
  call.end(text);
  if (leaves === undefined) return;
  clock.setTimeout(
    () => {
      if (!me.done) finish("client.disconnected");
      call.destroy();
    },
    leaves * 1000 - clock.now,
  );
}

async function listen(app) {
  server = http.createServer((req, res) => {
    const me = visitors.findLast(({ client }) => client?.localPort === req.socket.remotePort);
    me.server = req.socket;
    note("request.received", {
      visitor: me.visitor,
      text: `${req.method} ${req.url}`,
    });
    visit.run(me.visitor, app, req, res);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  server.port = server.address().port;
}

/** Something that real I/O still has to bring: bytes under way, a close not yet noticed, a file. */
function busy() {
  const under = ({ client, server: peer }) => {
    if (!client || !peer) return !client?.closed;
    if (client.destroyed || peer.destroyed || peer.writableEnded)
      return !client.closed || !peer.closed;
    return client.bytesWritten !== peer.bytesRead || peer.bytesWritten !== client.bytesRead;
  };
  return (
    visitors.some(under) ||
    process.getActiveResourcesInfo().some((kind) => /Req|Immediate/.test(kind))
  );
}

async function settle() {
  for (let quiet = 0; quiet < QUIET_TURNS; quiet = busy() ? 0 : quiet + 1) await turn();
}

// -- the run --------------------------------------------------------------------------------------

function readStory(text) {
  const bad = (key, why) => {
    const line = text.slice(0, Math.max(0, text.indexOf(`"${key}"`))).split("\n").length;
    return stop(2, `stdin:${line}: ${why}`);
  };
  let story;
  try {
    story = JSON.parse(text);
  } catch (error) {
    return bad("", `the story is not valid JSON: ${error.message}`);
  }
  const { requests, until = 0 } = story ?? {};
  if (!Array.isArray(requests)) return bad("requests", 'the story needs a list "requests"');
  if (!(until >= 0)) return bad("until", "until must be virtual seconds from 0 on");
  for (const request of requests) {
    const { visitor, path, at = 0, leaves = 0 } = request ?? {};
    if (typeof visitor !== "string") return bad("visitor", "a request needs a visitor");
    if (!`${path}`.startsWith("/")) return bad("path", "a request needs a path that begins with /");
    if (!(at >= 0 && leaves >= 0))
      return bad("at", "at and leaves must be virtual seconds from 0 on");
  }
  return story;
}

/** Where a file fails to import. V8 keeps the place of a syntax error to itself; --check prints it. */
function placeOf(error) {
  const check = spawnSync(process.execPath, ["--check", file], {
    encoding: "utf8",
  }).stderr;
  const line = new RegExp(`${basename(file)}:(\\d+)`);
  const quoted = /'([^']+)'/.exec(error?.message)?.[1];
  const named = readFileSync(file, "utf8")
    .split("\n")
    .findIndex((text) => quoted && text.includes(quoted));
  return line.exec(check)?.[1] ?? line.exec(error?.stack)?.[1] ?? Math.max(1, named + 1);
}

async function main() {
  if (!file) await stop(2, "usage: node play.mjs FILE < story.json");
  if (!existsSync(file)) await stop(3, `${file}:1: no such file`);
  const story = await readStory(readFileSync(0, "utf8"));
  const watchdog = new Worker(new URL(import.meta.url), {
    workerData: { file },
  });
  const tooLong = `still running after ${BUDGET / 1000} real seconds; does it end?`;
  watchdog.on("message", (line) => stop(4, `${file}:${line}: ${tooLong}`));
  process.env.NODE_ENV = "production"; // otherwise Express answers an error with its stack
  const { setImmediate } = globalThis;
  turn = () => new Promise((done) => setImmediate(done));
  const toFake = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"];
  clock = FakeTimers.install({ toFake });
  observeTimers();
  process.on("uncaughtException", (error) => crash(error));
  const write = observeOutput();

  await play(story);
  const responses = visitors.flatMap(({ answer }) => answer ?? []);
  write(`${JSON.stringify({ format: 1, events, responses, printed })}\n`, () => process.exit(0));
}

let fired = 0;

async function next() {
  clock.next();
  await settle();
  if (++fired < MOST_TIMERS) return;
  const [{ name = "a timer", line = 1 } = {}] = spans.values();
  await stop(4, `${file}:${line}: ${name} never ends; give the story an "until"`);
}

/** The file's module. One that waits for timers at its top level is not there before they fire. */
async function load() {
  let module;
  const ours = clock.countTimers(); // the one of `until`
  import(own).then(
    (loaded) => {
      module = loaded;
    },
    (error) => {
      module = {};
      if (clock.now) crash(error);
      else stop(3, `${file}:${placeOf(error)}: ${describe(error)}`);
    },
  );
  while (!module && !over && !crashed)
    await (clock.countTimers() > ours ? settle().then(next) : turn());
  return module ?? {};
}

async function play({ requests, until }) {
  // One millisecond later, so that what happens at `until` itself is still in the recording.
  if (until)
    clock.setTimeout(
      () => {
        over = true;
      },
      until * 1000 + 1,
    );
  const { app } = await load();
  if (crashed) return;
  if (requests.length && !app) await stop(3, `${file}:1: exports no "app"`);
  if (requests.length) await listen(app);
  for (const request of requests) {
    clock.setTimeout(() => send(request), Math.max(0, (request.at ?? 0) * 1000 - clock.now));
  }
  await settle();
  while (!over && clock.countTimers()) await next();
  const waiting = visitors.find(({ done }) => !done);
  if (waiting && !over)
    await stop(4, `${file}:1: no timer is left, and ${waiting.visitor} still waits`);
}

// A file may loop without ever coming back to the event loop: only another thread can say where.
function watch() {
  const urls = new Map();
  const session = new Session();
  const tell = (line) => {
    session.disconnect();
    parentPort.postMessage(line);
  };
  session.connectToMainThread();
  session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
  session.on("Debugger.paused", ({ params }) => {
    const frame = params.callFrames.find(({ location }) => urls.get(location.scriptId) === own);
    if (frame) session.post("Runtime.terminateExecution");
    session.post("Debugger.resume", () => tell((frame?.location.lineNumber ?? 0) + 1));
  });
  session.post("Debugger.enable", () => session.post("Debugger.pause"));
  setTimeout(tell, 500, 1); // nothing runs, so nothing pauses: a promise that is never settled
}

if (isMainThread) main().catch((error) => stop(1, error.stack));
else setTimeout(watch, BUDGET);

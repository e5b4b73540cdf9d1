import { once } from "node:events";
import http from "node:http";
import { describe } from "./errors.mjs";

const SHOWN_CHARACTERS = 200; // of a chunk, as recorder/visit.py
const VARYING = /^(connection|content-length|date|etag|keep-alive|transfer-encoding|x-powered-by)$/;

/** Serves the example's app to the run's visitors. */
export async function listen(run, app) {
  run.server = http.createServer((req, res) => {
    const me = run.visitors.findLast(({ client }) => client?.localPort === req.socket.remotePort);
    me.server = req.socket;
    const { visitor } = me;
    run.note("request.received", { visitor, text: `${req.method} ${req.url}` });
    run.visit.run(visitor, app, req, res);
  });
  await once(run.server.listen(0, "127.0.0.1"), "listening");
  run.server.port = run.server.address().port;
}

/** Sends a request of the story, and notes what comes of it. */
export function send(run, request) {
  const { visitor, method = "GET", path, body = "", leaves } = request;
  const me = { visitor, done: false, finish: (...ending) => finish(run, me, ...ending) };
  run.visitors.push(me);
  run.note("request.sent", { visitor, text: `${method} ${path}` });
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = { ...request.headers };
  if (text) headers["content-type"] ??= "application/json";
  if (text) headers["content-length"] = Buffer.byteLength(text);
  const { port } = run.server;
  me.fail = (error) => me.finish("request.failed", describe(error).replace(`:${port}`, ""));
  me.call = http.request({ host: "127.0.0.1", port, method, path, headers, agent: false });
  me.call.on("socket", (socket) => {
    me.client = socket;
  });
  me.call.on("error", me.fail);
  me.call.on("response", (response) => receive(run, me, response));
  me.call.end(text);
  if (leaves !== undefined) run.at(leaves, () => leave(me));
}

function finish(run, me, kind, text) {
  if (!me.done) run.note(kind, { visitor: me.visitor, text });
  me.done = true;
}

function leave(me) {
  me.finish("client.disconnected");
  me.call.destroy();
}

function receive(run, me, response) {
  const { visitor } = me;
  const { statusCode: status } = response;
  const headers = Object.entries(response.headers)
    .filter(([key]) => !VARYING.test(key))
    .map(([key, value]) => [key, `${value}`]);
  me.answer = { visitor, status, headers, body: "" };
  run.note("response.started", { visitor, text: `${status}` });
  response.setEncoding("utf8").on("data", (chunk) => {
    me.answer.body += chunk;
    const shown = chunk.trim().slice(0, SHOWN_CHARACTERS);
    if (response.headers["transfer-encoding"]) run.note("response.chunk", { visitor, text: shown });
  });
  response.on("error", me.fail);
  response.on("end", () => me.finish("response.finished", `${status}`));
}

/** Something that real I/O still has to bring a visitor: bytes under way, a close not yet noticed. */
export function isUnderWay({ client, server: peer }) {
  if (!client || !peer) return !client?.closed;
  if (client.destroyed || peer.destroyed || peer.writableEnded)
    return !client.closed || !peer.closed;
  return client.bytesWritten !== peer.bytesRead || peer.bytesWritten !== client.bytesRead;
}

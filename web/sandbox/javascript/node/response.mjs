// What Node's _http_outgoing.js and _http_server.js make of a response: when its head goes out,
// what a write after the end does, when it is finished and when it is closed.
import { Buffer } from "buffer";
import { Stream } from "readable-stream";
import { HeaderBag } from "./headers.mjs";
import { STATUS_CODES } from "./statuses.mjs";
import { nextTick } from "./turns.mjs";

const coded = (code, message) => Object.assign(new Error(message), { code });
const nothing = () => {};

export class ServerResponse extends Stream {
  destroyed = false;
  finished = false;
  headersSent = false;
  sendDate = true;
  statusCode = 200;
  statusMessage = "";
  #headers = new HeaderBag();
  #isClosed = false;

  constructor(req) {
    super();
    this.req = req;
    this.#hasBody = req.method !== "HEAD";
  }

  #hasBody;

  assignSocket(socket) {
    this.socket = this.connection = socket;
    socket.once("close", () => this.#close());
  }

  get writable() {
    return true;
  }

  get writableEnded() {
    return this.finished;
  }

  get writableFinished() {
    return this.finished && this.#isClosed;
  }

  setHeader(name, value) {
    if (this.headersSent)
      throw coded("ERR_HTTP_HEADERS_SENT", "Cannot set headers after they are sent to the client");
    this.#headers.set(name, value);
    return this;
  }

  appendHeader(name, value) {
    this.#headers.append(name, value);
    return this;
  }

  removeHeader(name) {
    this.#headers.delete(name);
  }

  getHeader(name) {
    return this.#headers.get(name);
  }

  hasHeader(name) {
    return this.#headers.has(name);
  }

  getHeaders() {
    return this.#headers.own();
  }

  getHeaderNames() {
    return Object.keys(this.#headers.own());
  }

  writeHead(status, ...more) {
    if (this.#head)
      throw coded(
        "ERR_HTTP_HEADERS_SENT",
        "Cannot write headers after they are sent to the client",
      );
    const headers = more.at(-1);
    if (typeof more[0] === "string") this.statusMessage = more[0];
    this.statusCode = status;
    for (const [name, value] of Object.entries(typeof headers === "object" ? headers : {}))
      this.setHeader(name, value);
    this.#head = true; // it goes out with the first byte of the body
    this.headersSent = true;
    return this;
  }

  #head = false;

  flushHeaders() {
    this.#sendHead(false);
  }

  #isSent = false;

  #sendHead(isWhole) {
    if (this.#isSent) return;
    this.#isSent = true;
    this.statusMessage ||= STATUS_CODES[this.statusCode] ?? "unknown";
    if ([204, 304].includes(this.statusCode)) this.#hasBody = false;
    const hasLength = this.#headers.has("content-length");
    if (!isWhole && !hasLength && this.#hasBody) this.#headers.set("Transfer-Encoding", "chunked");
    this.headersSent = true;
    this.#head = true;
    const { statusCode, statusMessage } = this;
    this.socket?.send({ head: { headers: this.#headers.pairs(), statusCode, statusMessage } });
  }

  write(chunk, encoding, callback) {
    const done = [encoding, callback].find((one) => typeof one === "function") ?? nothing;
    if (this.finished)
      return this.#refuse(coded("ERR_STREAM_WRITE_AFTER_END", "write after end"), done);
    if (this.destroyed)
      return this.#refuse(
        coded("ERR_STREAM_DESTROYED", "Cannot call write after a stream was destroyed"),
        done,
      );
    nextTick(done);
    if (!this.#hasBody) return true; // not even the head goes out before the end
    this.#sendHead(false);
    this.socket?.send({ chunk: Buffer.from(chunk, encoding?.at && encoding) });
    return true;
  }

  #refuse(error, done) {
    const isLate = this.destroyed;
    nextTick(() => {
      done(error);
      if (!isLate && !this.destroyed) this.emit("error", error);
    });
    return false;
  }

  end(chunk, encoding, callback) {
    const done = [chunk, encoding, callback].find((one) => typeof one === "function");
    if (this.finished) {
      done?.(coded("ERR_STREAM_ALREADY_FINISHED", "Cannot call end after a stream was finished"));
      return this;
    }
    const body = typeof chunk === "function" || chunk == null ? null : chunk;
    const bytes = Buffer.from(body ?? "", encoding?.at && encoding);
    if (!this.#isSent && !this.#headers.has("content-length") && this.statusCode !== 304)
      this.#headers.set("Content-Length", bytes.length);
    this.#sendHead(true);
    if (bytes.length && this.#hasBody) this.socket?.send({ chunk: bytes });
    this.socket?.send({ isEnd: true });
    this.finished = true;
    if (done) this.once("finish", done);
    nextTick(() => nextTick(() => this.#finish())); // the socket has to be uncorked first
    return this;
  }

  #finish() {
    if (this.destroyed) return;
    this.emit("finish");
    nextTick(() => this.#close());
    if (this.socket) this.socket.writableEnded = true;
    this.socket?.destroy();
  }

  #close() {
    if (this.#isClosed) return;
    this.destroyed = true;
    this.#isClosed = true;
    this.emit("close");
  }

  destroy(error) {
    if (this.destroyed) return this;
    this.destroyed = true;
    if (error) nextTick(() => this.emit("error", error));
    this.socket?.destroy();
    return this;
  }

  cork() {}
  uncork() {}
  setTimeout() {
    return this;
  }
  writeContinue() {}
  writeEarlyHints() {}
}

// The http of Node, of which server and client are in one worker and no byte leaves it.
import { Buffer } from "buffer";
import { EventEmitter } from "events";
import { IncomingMessage } from "./incoming.mjs";
import { ServerResponse } from "./response.mjs";
import { Socket } from "./socket.mjs";
import { STATUS_CODES } from "./statuses.mjs";
import { deliver } from "./turns.mjs";

const METHODS = "DELETE GET HEAD OPTIONS PATCH POST PUT TRACE".split(" ");
const servers = new Map(); // by port
let lastPort = 8000;

class Server extends EventEmitter {
  #port;
  #sockets = new Set();

  listen() {
    lastPort += 1;
    this.#port = lastPort;
    deliver(() => {
      servers.set(this.#port, this);
      this.emit("listening");
    });
    return this;
  }

  address() {
    return { address: "127.0.0.1", family: "IPv4", port: this.#port };
  }

  close() {
    servers.delete(this.#port);
    return this;
  }

  closeAllConnections() {
    for (const socket of this.#sockets) socket.destroy();
  }

  accept(socket) {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("message", ({ head, body }) => {
      const req = new IncomingMessage(socket, head);
      const res = new ServerResponse(req);
      res.assignSocket(socket);
      res.once("close", () => process.nextTick(() => req.destroy()));
      req.take(body);
      req.ends();
      this.emit("request", req, res);
    });
  }
}

class ClientRequest extends EventEmitter {
  destroyed = false;
  #socket;

  constructor({ host, port, method, path, headers }) {
    super();
    Object.assign(this, { host, port, method, path });
    const own = { ...headers, host: `${host}:${port}`, connection: "close" };
    this.head = { headers: Object.entries(own), method, url: path };
  }

  end(text = "") {
    deliver(() => this.#connect(Buffer.from(text)));
    return this;
  }

  #connect(body) {
    if (this.destroyed) return;
    const server = servers.get(this.port);
    const [client, peer] = Socket.pair(this.port);
    this.#socket = client;
    this.emit("socket", client);
    client.once("close", () => this.#closed());
    if (!server) return this.#refused(client);
    server.accept(peer);
    client.on("message", (message) => this.#receive(message));
    client.send({ head: this.head, body });
  }

  #refused(client) {
    const text = `connect ECONNREFUSED ${this.host}:${this.port}`;
    this.#error = Object.assign(new Error(text), { code: "ECONNREFUSED" });
    client.destroy();
  }

  #error = null;
  #response = null;

  #receive({ head, chunk, isEnd }) {
    if (head) {
      this.#response = new IncomingMessage(this.#socket, head);
      this.emit("response", this.#response);
    }
    if (chunk) this.#response.take(chunk);
    if (isEnd) this.#response.ends();
  }

  #closed() {
    const hungUp = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    if (this.#error || !this.#response) this.emit("error", this.#error ?? hungUp);
    this.emit("close");
  }

  destroy() {
    this.destroyed = true;
    this.#socket?.destroy();
    return this;
  }
}

export function createServer(listener) {
  return new Server().on("request", listener);
}

export const request = (options) => new ClientRequest(options);

export { IncomingMessage, METHODS, Server, ServerResponse, STATUS_CODES };
export default {
  createServer,
  IncomingMessage,
  METHODS,
  request,
  Server,
  ServerResponse,
  STATUS_CODES,
};

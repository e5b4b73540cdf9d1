// Two ends of a connection, in memory. What one sends arrives at the other in a later turn, and in
// order, the close last.
import { EventEmitter } from "events";
import { deliver } from "./turns.mjs";

let lastPort = 40_000;

/** One end. `bytesWritten` and `bytesRead` count messages: who compares them sees what is under way. */
export class Socket extends EventEmitter {
  bytesRead = 0;
  bytesWritten = 0;
  closed = false;
  destroyed = false;
  readable = true;
  remoteAddress = "127.0.0.1";
  writable = true;
  writableEnded = false;
  #other;

  constructor(port) {
    super();
    this.localPort = port;
  }

  /** Both ends: the client's and the server's. */
  static pair(port) {
    lastPort += 1;
    const [client, server] = [new Socket(lastPort), new Socket(port)];
    client.join(server);
    server.join(client);
    return [client, server];
  }

  join(other) {
    this.#other = other;
    this.remotePort = other.localPort;
  }

  send(message) {
    if (this.destroyed) return;
    this.bytesWritten += 1;
    const other = this.#other;
    deliver(() => {
      other.bytesRead += 1;
      if (!other.destroyed) other.emit("message", message);
    });
  }

  destroy() {
    if (this.destroyed) return this;
    Object.assign(this, { destroyed: true, readable: false, writable: false });
    deliver(() => {
      this.closed = true;
      this.emit("close");
      this.#other?.destroy();
    });
    return this;
  }

  setKeepAlive = () => this;
  setNoDelay = () => this;
  setTimeout = () => this;
}

import { Readable } from "readable-stream";
import { HeaderBag } from "./headers.mjs";

/** A message that comes: a request for the server, a response for the client. */
export class IncomingMessage extends Readable {
  complete = false;
  httpVersion = "1.1";
  httpVersionMajor = 1;
  httpVersionMinor = 1;
  aborted = false;

  constructor(socket, { headers, ...told }) {
    super({ autoDestroy: false }); // it is closed when its response is
    Object.assign(this, told, { socket, connection: socket });
    this.headers = new HeaderBag(headers).joined();
    this.rawHeaders = headers.flatMap(([name, value]) =>
      [value].flat().flatMap((one) => [name, one]),
    );
    socket.once("close", () => this.#lost());
  }

  _read() {}

  take(chunk) {
    if (chunk.length) this.push(chunk);
  }

  ends() {
    this.complete = true;
    this.push(null);
  }

  setTimeout() {
    return this;
  }

  // What has not come whole by the time the connection is closed never will.
  #lost() {
    if (this.complete) return;
    this.aborted = true;
    this.destroy(Object.assign(new Error("aborted"), { code: "ECONNRESET" }));
  }
}

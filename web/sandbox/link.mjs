// One frame with its worker, and what is said with it. Each order gets one answer.

const PATIENCE = 10_000; // milliseconds that a page which has loaded may take to say that it is ours

/** Why nothing ran: `unsupported`, `network`, `damaged`, `crashed`, `silent` or `flooded`. */
export class EngineError extends Error {
  constructor(code, why = "") {
    super(why ? `${code}: ${why}` : code);
    this.code = code;
  }
}

/** A frame without origin or network, and the channel to it. */
export class Link {
  #element = document.createElement("iframe");
  #onSlice;
  #opened;
  #port;
  #timer;
  #waiting;

  /**
   * Opens the frame. One whose page is not there, or not whole, loads all the same; it says nothing.
   *
   * @param {string} address of the frame's page
   * @param {(name: string, at: number) => void} onMark is told what Python has reached
   */
  async open(address, onMark) {
    const loaded = new Promise((resolve) => {
      this.#element.onload = resolve;
    });
    Object.assign(this.#element, {
      ariaHidden: "true",
      src: address,
      tabIndex: -1,
      title: "Python",
    });
    this.#element.className = "python-frame";
    this.#element.sandbox = "allow-scripts";
    document.body.append(this.#element);
    await loaded;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const opened = new Promise((resolve) => {
      this.#opened = resolve;
    });
    port1.onmessage = ({ data }) => {
      if (data.isOpen) {
        this.#opened();
      } else if (data.failed) {
        this.fail(new EngineError(data.failed, data.why));
      } else if (data.mark) {
        onMark(...data.mark);
      } else if (data.bytes) {
        this.#onSlice(data.bytes);
      } else if (this.#waiting.kind in data) {
        clearTimeout(this.#timer);
        this.#waiting.resolve(data);
      }
    };
    this.#element.contentWindow.postMessage("port", "*", [port2]);
    const silent = () => this.fail(new EngineError("network", `${address} is not our page`));
    const timer = setTimeout(silent, PATIENCE);
    await opened;
    clearTimeout(timer);
  }

  /** Tells the frame something. */
  order(order, rest = {}, transfer = []) {
    this.#port?.postMessage({ order, ...rest }, transfer);
  }

  /** Tells the worker something. */
  tell(message) {
    this.order("tell", { message });
  }

  /** The frame's snapshot of so many bytes, as a stream. */
  snapshot(size) {
    let start = 0;
    return new ReadableStream({
      pull: async (controller) => {
        const bytes = await new Promise((resolve) => {
          this.#onSlice = resolve;
          this.order("slice", { start });
        });
        controller.enqueue(new Uint8Array(bytes));
        start += bytes.byteLength;
        if (start >= size) {
          controller.close();
        }
      },
    });
  }

  /**
   * What the frame says to an order.
   *
   * @param {"ready" | "result"} kind A result that comes when Python is started again is too late.
   * @param {number} milliseconds without a sign of life after which it has failed
   */
  answer(kind, milliseconds) {
    const promise = new Promise((resolve, reject) => {
      this.#waiting = { kind, reject, resolve };
    });
    promise.catch(() => {}); // whoever awaits it hears of it later
    this.isAlive(milliseconds);
    return promise;
  }

  /** Takes note of a sign of life. */
  isAlive(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.fail(new EngineError("silent")), milliseconds);
  }

  /** Ends the frame and the worker, of which nothing more is wanted. */
  close() {
    this.fail(new EngineError("silent"));
  }

  /** Ends the frame, the worker and the waiting. */
  fail(error) {
    clearTimeout(this.#timer);
    this.#element.remove();
    this.#port?.close();
    this.#port = undefined;
    this.#waiting?.reject(error);
  }
}

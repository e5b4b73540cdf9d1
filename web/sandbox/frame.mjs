// Runs in a frame of its own, whose origin is opaque: no cookies, no storage, and by its policy no
// network. It keeps the worker that runs the reader's code, and passes messages on, up to a limit.
import { compiled, plain, take, whole } from "./files.mjs";

const MESSAGES = 32; // from the worker, for one order
const CHARACTERS = 16_000_000; // of one message
const SLICE = 1 << 20; // bytes of a snapshot in one message

let page; // the port to it
let worker;
let address; // of the worker's script
let parts; // what each worker starts from: compiled modules, and a snapshot
let isClean; // whether no code of a reader's has run in the worker
let heard; // messages since the last order

const say = (message, transfer = []) => page.postMessage(message, transfer);
const mark = (name) => say({ mark: [name, performance.timeOrigin + performance.now()] });

function refuse(failed, why) {
  worker?.terminate();
  worker = undefined;
  say({ failed, why: `${why}`.slice(0, 4000) });
}

const isText = (value) => typeof value === "string" && value.length <= CHARACTERS;

// What only a worker may say in which no code of a reader's has run.
function trust(data) {
  if (data.mark) {
    say({ mark: data.mark });
  } else if (data.ready) {
    parts.snapshot ??= data.snapshot;
    say({ ready: true, size: parts.snapshot?.heap.byteLength, table: parts.snapshot?.table });
  }
}

function listen({ data }) {
  heard += 1;
  if (heard > MESSAGES || typeof data !== "object" || data === null) {
    refuse("flooded");
  } else if (isText(data.result)) {
    say({ result: data.result });
  } else if (isText(data.failed)) {
    refuse("crashed", data.failed);
  } else if (isClean) {
    trust(data);
  }
}

// The worker's whole script: there is nothing that it could be loaded from. Chromium refuses a
// module from a blob: in a frame without an origin.
async function asAddress(script) {
  const reader = new FileReader();
  const read = new Promise((resolve) => {
    reader.onload = () => resolve(reader.result);
  });
  reader.readAsDataURL(new Blob([await script], { type: "text/javascript" }));
  return read;
}

function startWorker() {
  isClean = true;
  heard = 0;
  worker = new Worker(address, { type: "module" });
  worker.onmessage = listen;
  worker.onerror = (event) => {
    event.preventDefault();
    refuse("crashed", event.message);
  };
}

/** Starts Python from what the page sends: a snapshot of so many bytes, or else the library. */
async function begin({ size, table }) {
  const coming = [compiled("core"), compiled("native")];
  coming.push(size ? plain("heap", size) : whole("library"));
  address = await asAddress(whole("worker"));
  startWorker();
  const [core, native, third] = await Promise.all(coming);
  mark("modules");
  parts = { core, native };
  if (size) {
    parts.snapshot = { heap: third, table };
    worker.postMessage({ begin: parts });
  } else {
    worker.postMessage({ begin: { ...parts, library: third } }, [third]);
  }
}

/** Starts Python again, from what was kept. */
function again() {
  worker?.terminate();
  startWorker();
  worker.postMessage({ begin: parts });
}

async function bring({ name }) {
  const bytes = await whole(name);
  worker?.postMessage({ bring: { bytes, name } }, [bytes]);
}

function tell({ message }) {
  heard = 0;
  isClean &&= !message.job;
  worker?.postMessage(message);
}

// In slices: the page must not stand still while it takes 45 MB.
function slice({ start }) {
  const bytes = parts.snapshot.heap.slice(start, start + SLICE);
  say({ bytes }, [bytes]);
}

const orders = { again, begin, bring, file: ({ bytes, name }) => take(name, bytes), slice, tell };

async function hear({ data }) {
  try {
    await orders[data.order](data);
  } catch (error) {
    refuse("damaged", error);
  }
}

addEventListener("message", ({ data, source, ports }) => {
  if (source === parent && data === "port" && !page) {
    [page] = ports;
    page.onmessage = hear;
  }
});

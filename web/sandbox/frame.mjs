// Runs in a frame of its own, whose origin is opaque: no cookies, no storage, and by its policy no
// network. It keeps the worker that runs the reader's code, and passes messages on, up to a limit.
import { compiled, take, whole } from "./files.mjs";
import { MESSAGES } from "./messages.mjs";

const CHARACTERS = 16_000_000; // of one message
const SLICE = 1 << 20; // bytes of a snapshot in one message

let page; // the port to it
let worker;
let whenThere; // resolves what waits for it
let takeHeap; // takes a piece of a snapshot
let parts; // compiled modules, which each worker starts from
let kept; // the worker's script, and a snapshot
let brought; // resolves when all files have arrived that the worker is to get
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
  if (data.refused || data.isThere) {
    whenThere(data.isThere);
  } else if (data.mark) {
    say({ mark: data.mark });
  } else if (data.ready) {
    kept.snapshot ??= data.snapshot;
    say({ ready: true, size: kept.snapshot?.heap.byteLength, table: kept.snapshot?.table });
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

// There is no address that the worker could load its script from. It makes one itself, which takes a
// fifth of the time that an address with all of the script in it takes; WebKit refuses to import it.
const FIRST = `onmessage = ({ data }) =>
  import(URL.createObjectURL(new Blob([data], { type: "text/javascript" })))
    .catch(() => postMessage({ refused: true }))`;

function made(script) {
  worker = new Worker(script, { type: "module" });
  worker.onmessage = listen;
  worker.onerror = (event) => {
    event.preventDefault();
    refuse("crashed", event.message);
  };
}

async function asAddress(bytes) {
  const reader = new FileReader();
  const read = new Promise((resolve) => {
    reader.onload = () => resolve(reader.result);
  });
  reader.readAsDataURL(new Blob([bytes], { type: "text/javascript" }));
  return read;
}

/** Starts a worker; it is there when it has run its script. */
async function startWorker(script) {
  isClean = true;
  heard = 0;
  const isThere = () =>
    new Promise((resolve) => {
      whenThere = resolve;
    });
  made(`data:text/javascript,${encodeURIComponent(FIRST)}`);
  worker.postMessage(await script);
  if (!(await isThere())) {
    worker.terminate();
    made(await asAddress(await script));
    await isThere();
  }
}

/** The snapshot that the page has kept: it comes in pieces, and then `undefined`. */
function restored(size) {
  const heap = new Uint8Array(size);
  let filled = 0;
  return new Promise((resolve, reject) => {
    takeHeap = (bytes) => {
      if (bytes && filled + bytes.length <= size) {
        heap.set(bytes, filled);
        filled += bytes.length;
      } else if (filled === size) {
        resolve(heap.buffer);
      } else {
        reject(new Error(`a snapshot of ${filled} bytes, not ${size}`));
      }
    };
  });
}

/** Starts Python from what the page sends: a snapshot of so many bytes, or else the library. */
async function begin({ size, table }) {
  const script = whole("worker");
  const coming = [compiled("core"), compiled("native"), size ? restored(size) : whole("library")];
  const [core, native, third] = await Promise.all([...coming, startWorker(script)]);
  mark("modules");
  parts = { core, native };
  kept = { script: await script, ...(size && { snapshot: { heap: third, table } }) };
  start(size ? {} : { library: third });
}

/** Starts a worker that needs nothing but its script. */
async function beginAlone({ name }) {
  await startWorker(whole(name));
  say({ ready: true });
}

function start(more) {
  worker.postMessage({ begin: { ...parts, ...more, snapshot: kept.snapshot } });
}

/** Starts Python again, from what was kept. */
async function again() {
  worker?.terminate();
  await startWorker(kept.script);
  start({});
}

async function deliver(name) {
  const bytes = await whole(name);
  worker?.postMessage({ bring: { bytes, name } }, [bytes]);
}

function bring({ name }) {
  const coming = deliver(name);
  brought = Promise.allSettled([brought, coming]);
  return coming;
}

async function tell({ message }) {
  if (message.job) {
    await brought; // a job that has missed a module is run again when the module is there
  }
  heard = 0;
  isClean &&= !message.job;
  worker?.postMessage(message);
}

// In slices: the page must not stand still while it takes 45 MB.
function slice({ start }) {
  const bytes = kept.snapshot.heap.slice(start, start + SLICE);
  say({ bytes }, [bytes]);
}

const orders = {
  again,
  begin,
  beginAlone,
  bring,
  file: ({ bytes, name }) => take(name, bytes),
  heap: ({ bytes }) => takeHeap(bytes),
  slice,
  tell,
};

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
    say({ isOpen: true });
  }
});

// Runs Python, in a worker without network, storage or origin. What it says is not to be trusted
// once a reader's code has run in it.
import { pulse } from "./pulse.mjs";
import { bring, called, prepare, snapshotOf, start } from "./python.mjs";
import { unpacked } from "./unpack.mjs";

const MEMORY = 1 << 30; // bytes that Python may take
const PAGE = 65_536; // bytes of WebAssembly's memory
const arriving = new Map();
let python;
let live; // recorder.live

function mark(name) {
  self.postMessage({ mark: [name, performance.timeOrigin + performance.now()] });
}

/** A file that the page sends, chunk by chunk. */
function file(name) {
  if (!arriving.has(name)) {
    const found = {};
    found.stream = new ReadableStream({
      start: (controller) => {
        found.controller = controller;
      },
    });
    arriving.set(name, found);
  }
  return arriving.get(name);
}

const as = (name, type) =>
  new Response(unpacked(file(name).stream), { headers: { "content-type": type } });

async function whole(name) {
  const bytes = await as(name, "application/zip").arrayBuffer();
  return new Uint8Array(bytes);
}

async function compiled(name) {
  const module = await WebAssembly.compileStreaming(as(name, "application/wasm"));
  mark(name);
  return module;
}

// Python makes and exports its memory, so this is where a limit can be set.
function limitMemory() {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * PAGE > MEMORY) {
      throw new RangeError("more memory than a sandbox has");
    }
    return grow.call(this, pages);
  };
}

async function begin({ modules, snapshot }) {
  mark("worker");
  limitMemory();
  const parts = {
    core: modules?.core ?? compiled("core"),
    library: snapshot ? new Uint8Array() : whole("library"),
    native: modules?.native ?? compiled("native"),
  };
  const started = await start(parts, snapshot);
  mark("python");
  ({ python } = started);
  live = await prepare(started, snapshot);
  mark("prepared");
  const taken = snapshot ? undefined : snapshotOf(started);
  pulse.attach(python);
  const kept = { core: await parts.core, native: await parts.native };
  self.postMessage({ modules: kept, ready: true, snapshot: taken }, taken ? [taken.heap] : []);
}

async function run(job) {
  pulse.begin();
  try {
    const result = await called(live.play_text, job, pulse);
    self.postMessage({ result });
  } finally {
    pulse.end();
  }
}

// One after the other, but Stop at once.
let doing = Promise.resolve();
const orders = {
  begin: (how) => begin(how),
  deliver: async (name) => bring(python, live, name, await whole(name)),
  job: (job) => run(job),
};

self.onmessage = ({ data }) => {
  if (data.part) {
    const { controller } = file(data.part);
    data.bytes ? controller.enqueue(data.bytes) : controller.close();
  } else if (data.stop) {
    pulse.stop();
  } else {
    const [[name, value]] = Object.entries(data);
    doing = doing
      .then(() => orders[name](value))
      .catch((error) => self.postMessage({ failed: `${error.message}\n${error.stack}` }));
  }
};

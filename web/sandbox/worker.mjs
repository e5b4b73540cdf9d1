// Runs Python, in a worker without network, storage or origin. What it says is not to be trusted
// once a reader's code has run in it.
import { limitMessages } from "./messages.mjs";
import { pulse } from "./pulse.mjs";
import { bring, called, prepare, snapshotOf, start } from "./python.mjs";

const MEMORY = 1 << 30; // bytes that Python may take
const PAGE = 65_536; // bytes of WebAssembly's memory
const beginOrder = limitMessages();
let python;
let live; // recorder.live

function mark(name) {
  self.postMessage({ mark: [name, performance.timeOrigin + performance.now()] });
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

async function begin(parts) {
  limitMemory();
  const started = await start(parts);
  mark("python");
  ({ python } = started);
  live = await prepare(started, parts);
  mark("prepared");
  const snapshot = parts.snapshot ? undefined : snapshotOf(started);
  pulse.attach(python);
  self.postMessage({ ready: true, snapshot }, snapshot ? [snapshot.heap] : []);
}

async function run(job) {
  pulse.begin();
  try {
    const result = await called(live.play_text, job, pulse);
    self.postMessage({ result });
  } finally {
    pulse.end();
  }
  live.tidy();
}

// One after the other, but Stop at once.
let doing = Promise.resolve();
const orders = {
  begin,
  bring: ({ bytes, name }) => bring(python, live, name, bytes),
  job: run,
};

self.onmessage = ({ data }) => {
  beginOrder();
  const [[name, value]] = Object.entries(data);
  if (name === "stop") {
    pulse.stop();
  } else {
    doing = doing
      .then(() => orders[name](value))
      .catch((error) => self.postMessage({ failed: `${error.message}\n${error.stack}` }));
  }
};
mark("worker");
self.postMessage({ isThere: true });

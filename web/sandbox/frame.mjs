// Runs in a frame of its own, whose origin is opaque: no cookies, no storage, and by its policy no
// network. It keeps the worker that runs the reader's code, and passes messages on, up to a limit.

const MESSAGES = 32; // from the worker, for one order
const CHARACTERS = 16_000_000; // of one message

let page; // the port to it
let worker;
let begun; // a promise: the worker is there
let isClean; // whether no code of a reader's has run in the worker
let heard; // messages since the last order
const kept = {}; // what the next worker starts from: its address, compiled modules, a snapshot

const say = (message) => page.postMessage(message);

function refuse(failed, why) {
  worker?.terminate();
  worker = undefined;
  say({ failed, why });
}

const isText = (value) => typeof value === "string" && value.length <= CHARACTERS;

function listen({ data }) {
  heard += 1;
  if (heard > MESSAGES || typeof data !== "object" || data === null) {
    refuse("flooded");
  } else if (isText(data.result)) {
    say({ result: data.result });
  } else if (isText(data.failed)) {
    refuse("crashed", data.failed.slice(0, 4000));
  } else if (isClean && data.mark) {
    say({ mark: data.mark });
  } else if (isClean && data.ready) {
    kept.modules = data.modules;
    kept.snapshot ??= data.snapshot;
    say({ ready: true, snapshot: data.snapshot });
  } else {
    refuse("flooded");
  }
}

// The worker's whole script: there is nothing that it could be loaded from. Chromium refuses a
// module from a blob: in a frame without an origin.
function asAddress(script) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(new Blob([script], { type: "text/javascript" }));
  });
}

async function begin({ script, snapshot }) {
  worker?.terminate();
  kept.address ??= await asAddress(script);
  kept.snapshot ??= snapshot;
  isClean = true;
  heard = 0;
  worker = new Worker(kept.address, { type: "module" });
  worker.onmessage = listen;
  worker.onerror = (event) => {
    event.preventDefault();
    refuse("crashed", event.message);
  };
  worker.postMessage({ begin: { modules: kept.modules, snapshot: kept.snapshot } });
}

async function pass({ message }) {
  await begun;
  heard = 0;
  isClean &&= !message.job;
  worker?.postMessage(message, message.bytes ? [message.bytes.buffer] : []);
}

function hear({ data }) {
  if (data.order === "begin") {
    begun = begin(data);
  } else {
    pass(data);
  }
}

addEventListener("message", ({ data, source, ports }) => {
  if (source === parent && data === "port" && !page) {
    [page] = ports;
    page.onmessage = hear;
  }
});

// Stands in for the sandbox's own worker, as if a reader's code had taken it over: tries in plain
// JavaScript what no reader's code may reach, and answers a job with what came of it.
const PLACES = { elsewhere: "ELSEWHERE", own: "OWN" };
const PATIENCE = 3000; // milliseconds; a job must be answered within nine seconds
const NAMES = ["localStorage", "sessionStorage", "document", "window", "parent", "top", "opener"];
const FETCHES = `(address) => fetch(address, { mode: "no-cors" })`;
const IMPORTS = `(address) => import(address + "module.js")`;

// The other side would have noticed what gets there and is not answered here.
const silence = () =>
  new Promise((_, reject) => setTimeout(() => reject(new Error("nothing came of it")), PATIENCE));

const event = (source, opened) =>
  new Promise((resolve, reject) => {
    source[opened] = resolve;
    source.onerror = (refused) => reject(refused?.message || "an error");
  });

function request(address) {
  const asked = new XMLHttpRequest();
  asked.open("GET", address);
  asked.send();
  return event(asked, "onload");
}

// Another worker, whose script is an address with code in it.
function nested(code, address, start = (script) => `data:text/javascript,${encodeURIComponent(script)}`) {
  const script = `(${code})("${address}").then(
    () => postMessage("reached"), (error) => postMessage(String(error)));`;
  const worker = new Worker(start(script), { type: "module" });
  return event(worker, "onmessage").then(({ data }) => {
    if (data !== "reached") throw new Error(data);
  });
}

const asBlob = (script) => URL.createObjectURL(new Blob([script], { type: "text/javascript" }));

const WAYS = {
  EventSource: (address) => event(new EventSource(address), "onopen"),
  FontFace: (address) => new FontFace("x", `url(${address})`).load(),
  WebSocket: (address) => event(new WebSocket(address.replace("http", "ws")), "onopen"),
  WebTransport: (address) => {
    const { closed, ready } = new WebTransport(address.replace("http", "https"));
    closed.catch(() => {}); // it fails, too, and would end a program of a reader's
    return ready;
  },
  Worker: (address) => event(new Worker(`${address}worker.js`), "onmessage"),
  XMLHttpRequest: request,
  fetch: (address) => fetch(address, { credentials: "include" }),
  "fetch, opaque": (address) => fetch(address, { credentials: "include", mode: "no-cors" }),
  "fetch in a blob: worker": (address) => nested(FETCHES, address, asBlob),
  "fetch in a worker": (address) => nested(FETCHES, address),
  import: (address) => import(`${address}module.js`),
  "import in a worker": (address) => nested(IMPORTS, address),
  importScripts: async (address) => importScripts(`${address}script.js`),
};

const STORES = {
  "Cache Storage": async () => {
    await caches.open("leak");
    // WebKit gives one to an opaque origin, too: its own.
    if (!(await caches.has("of the page"))) throw new Error("another one");
  },
  IndexedDB: () => event(indexedDB.open("leak"), "onsuccess"),
  "a service worker": () => navigator.serviceWorker.register("OWN"),
  "cookies": () => cookieStore.set("leak", "1"),
  eval: async () => Function("return 1")(),
  "private files": () => navigator.storage.getDirectory(),
};

async function attempts() {
  const told = {};
  const attempt = async (what, call) => {
    try {
      await Promise.race([call(), silence()]);
      told[what] = "reached";
    } catch (error) {
      told[what] = `refused: ${error}`;
    }
  };
  const all = Object.entries(STORES).map(([what, call]) => attempt(what, call));
  for (const [name, address] of Object.entries(PLACES))
    for (const [what, call] of Object.entries(WAYS))
      all.push(attempt(`${what} ${name}`, () => call(address)));
  await Promise.all(all);
  for (const name of NAMES) told[name] = name in globalThis ? "reached" : "refused: absent";
  return told;
}

function outcome(body) {
  const response = { body, headers: [], status: 200, visitor: "ann" };
  const recording = { events: [], format: 1, printed: "", responses: [response] };
  const none = { claims: [], digest: "", error: null, lines: [], missing: [] };
  const more = { fastapi: "", python: "", svg: "SVG", threads: "stacks", transcript: [] };
  return { ...none, ...more, recording };
}

postMessage({ isThere: true });
addEventListener("message", async ({ data }) => {
  if (data.begin) {
    new BroadcastChannel("leak").postMessage("from the sandbox");
    postMessage({ ready: true });
  } else if (data.job) {
    postMessage({ result: JSON.stringify(outcome(JSON.stringify(await attempts()))) });
  }
});

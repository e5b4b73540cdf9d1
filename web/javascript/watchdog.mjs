// A file may loop without ever coming back to the event loop: only another thread can say where.
import { Session } from "node:inspector";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { NO_END, Unplayable } from "./errors.mjs";

const BUDGET = 10_000; // real milliseconds
const TOO_LONG = `still running after ${BUDGET / 1000} real seconds; does it end?`;

/** Returns a function that does a run's work, and throws if that takes longer than the budget. */
export function startWatchdog() {
  const worker = new Worker(new URL(import.meta.url));
  let watched = 0;
  let bark;
  worker.on("message", ({ id, line }) => {
    if (id === watched) bark(line);
  });
  return async ({ file, url }, work) => {
    const bite = Promise.withResolvers();
    bark = (line) => bite.reject(new Unplayable(NO_END, `${file}:${line}: ${TOO_LONG}`));
    watched += 1;
    worker.postMessage({ id: watched, url });
    try {
      return await Promise.race([work(), bite.promise]);
    } finally {
      worker.postMessage({});
    }
  };
}

function watch({ id, url }) {
  const urls = new Map();
  const session = new Session();
  const tell = (line) => {
    session.disconnect();
    parentPort.postMessage({ id, line });
  };
  session.connectToMainThread();
  session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
  session.on("Debugger.paused", ({ params }) => {
    const frame = params.callFrames.find(({ location }) => urls.get(location.scriptId) === url);
    if (frame) session.post("Runtime.terminateExecution");
    session.post("Debugger.resume", () => tell((frame?.location.lineNumber ?? 0) + 1));
  });
  session.post("Debugger.enable", () => session.post("Debugger.pause"));
  setTimeout(tell, 500, 1); // nothing runs, so nothing pauses: a promise that is never settled
}

if (!isMainThread) {
  let timer;
  parentPort.on("message", (run) => {
    clearTimeout(timer);
    if (run.url) timer = setTimeout(watch, BUDGET, run);
  });
}

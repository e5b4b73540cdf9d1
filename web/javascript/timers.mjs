import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import { promiseHooks } from "node:v8";
import FakeTimers from "@sinonjs/fake-timers";

/** Installs the virtual clock, and the timers that are spans of the run that `current` returns. */
export function installClock(current) {
  const toFake = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"];
  const clock = FakeTimers.install({ toFake });
  for (const kind of ["setTimeout", "setInterval"]) {
    globalThis[kind] = observedSet(kind, globalThis[kind], current);
  }
  for (const kind of ["clearTimeout", "clearInterval"]) {
    globalThis[kind] = observedClear(globalThis[kind], current);
  }
  return clock;
}

function observedSet(kind, set, current) {
  return (callback, delay, ...args) => {
    const run = current();
    const frames = framesOf(run);
    if (!frames.length) return set(callback, delay, ...args);
    const span = { ...openSpan(run, frames, callback.name || kind), kind };
    const inContext = AsyncLocalStorage.snapshot();
    span.timer = set(() => inContext(expire, run, span, () => fire(callback, args)), delay);
    run.spans.set(span.timer, span);
    return span.timer;
  };
}

function observedClear(clear, current) {
  return (timer) => {
    const run = current();
    const span = run.spans.get(timer);
    // To be cleared is the only end an interval has; a timeout that is cleared never did its work.
    if (span) run.note(span.kind === "setInterval" ? "task.finished" : "task.cancelled", span);
    run.spans.delete(timer);
    clear(timer);
  };
}

/** The frames of the call that lie in the run's own file. */
export function framesOf(run) {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = (_error, frames) => frames;
  Error.stackTraceLimit = 100; // Express's own frames lie between
  const frames = new Error().stack;
  Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  return frames.filter((frame) => frame.getFileName() === run.url);
}

function openSpan(run, frames, otherwise) {
  const visitor = run.visit.getStore() ?? "";
  const name = frames.map((frame) => frame.getFunctionName()).find(Boolean) ?? otherwise;
  const key = `${visitor} ${name}`;
  const count = (run.counts.get(key) ?? 0) + 1;
  run.counts.set(key, count);
  const unique = count === 1 ? name : `${name} (${count})`;
  const span = { visitor, name: unique, line: frames[0].getLineNumber() };
  run.note("task.started", span);
  return span;
}

function expire(run, span, work) {
  try {
    const text = work();
    if (span.kind === "setInterval") return;
    run.note(text ? "task.failed" : "task.finished", { ...span, text });
  } catch (error) {
    run.crash(error, span);
  }
  run.spans.delete(span.timer);
}

/** Runs a timer's callback; returns the error of a promise that it rejects, or else "". */
function fire(callback, args) {
  const settled = [];
  const unhook = promiseHooks.onSettled((promise) => settled.push(promise));
  try {
    callback(...args);
  } finally {
    unhook();
  }
  // `catch` would mark the rejection as handled; `inspect` looks without touching.
  const rejection = settled.map((promise) => /<rejected> (.*)/.exec(inspect(promise)));
  return rejection.find(Boolean)?.[1] ?? "";
}

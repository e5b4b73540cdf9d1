import { AsyncLocalStorage } from "node:async_hooks";
import FakeTimers from "@sinonjs/fake-timers";
import { framesOf } from "./frames.mjs";
import { rejectedBy } from "./rejections.mjs";

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
    span.timer = set(() => inContext(expire, run, span, () => callback(...args)), delay);
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

function openSpan(run, frames, otherwise) {
  const visitor = run.visit.getStore() ?? "";
  const name = frames.find((frame) => frame.name)?.name ?? otherwise;
  const key = `${visitor} ${name}`;
  const count = (run.counts.get(key) ?? 0) + 1;
  run.counts.set(key, count);
  const unique = count === 1 ? name : `${name} (${count})`;
  const span = { visitor, name: unique, line: frames[0].line };
  run.note("task.started", span);
  return span;
}

function expire(run, span, work) {
  try {
    const text = rejectedBy(work);
    if (span.kind === "setInterval") return;
    run.note(text ? "task.failed" : "task.finished", { ...span, text });
  } catch (error) {
    run.crash(error, span);
  }
  run.spans.delete(span.timer);
}

// The page's side of the sandbox: starts Python in an isolated frame, and has it run jobs.
import { isScript } from "./anatomy.mjs";
import * as javascript from "./javascript/page.mjs";
import { forget, recall, remember } from "./keep.mjs";
import { EngineError, Link } from "./link.mjs";
import { outcomeOf } from "./outcome.mjs";
import { address, ask, pipe, pipeHeap, renew, sizeOf } from "./parts.mjs";

export { EngineError };

const GRACE = 300; // milliseconds that a busy Python has to hear Stop
const SILENCE = 60_000; // milliseconds without a sign of life, while Python starts
const OVERTIME = 4_000; // milliseconds that a run may take beyond its budget
const ROUNDS = 4; // that a job is run in, when modules arrive in between
const STOPPED = { error: { kind: "stopped", message: "" }, missing: [], recording: null };

const mark = (name, start) => performance.measure(`sandbox:${name}`, { start });

let python; // a promise of {link, delivered}: Python waits for jobs
let current; // the run at hand
let unsaved; // keeps the snapshot, which the first run shall not wait for
let whose = ""; // whose program has run in this Python, "" for none but ours
const listeners = new Set();

function tell(progress) {
  for (const hear of listeners) {
    hear(progress);
  }
}

async function load(files, link, onBytes) {
  await Promise.all(files.map((file) => pipe(file, link, onBytes)));
}

function counter(names, link, what) {
  const total = sizeOf(names);
  let loaded = 0;
  return (count) => {
    loaded += count;
    link.isAlive(SILENCE);
    tell({ loaded, phase: "loading", total, what });
  };
}

async function boot(kept) {
  const start = performance.now();
  const names = ["worker", "core", "native", ...(kept ? [] : ["library"])];
  const link = new Link();
  const ready = link.answer("ready", SILENCE);
  try {
    const files = names.map(ask);
    const onMark = (name, at) => {
      link.isAlive(SILENCE);
      performance.measure(`sandbox:${name}`, { end: at - performance.timeOrigin, start });
    };
    const lost = new Promise((_, reject) => {
      for (const { body } of files) {
        body.catch(reject);
      }
    });
    await Promise.race([link.open(address("frame"), onMark), ready, lost]);
    mark("frame", start);
    link.order("begin", { size: kept?.size, table: kept?.table });
    const loading = load(files, link, counter(names, link, "python"));
    await Promise.all([loading, kept && pipeHeap(kept.body, link)]);
    mark("bytes", start);
    tell({ phase: "starting" });
    const { size, table } = await ready;
    mark("ready", start);
    unsaved = kept || !size ? undefined : () => remember(link.snapshot(size), { size, table });
    return { canRestart: Boolean(size), delivered: new Set(names), link };
  } catch (error) {
    link.fail(error);
    throw error;
  }
}

async function begin() {
  if (typeof DecompressionStream !== "function" || typeof WebAssembly !== "object") {
    throw new EngineError("unsupported");
  }
  const snapshot = await recall();
  if (snapshot) {
    try {
      return await boot(snapshot);
    } catch (error) {
      if (error.code === "network") {
        throw error;
      }
      await forget(); // of another time, or damaged
    }
  }
  return boot(null).catch((error) => {
    if (error.code === "damaged") {
      renew();
    }
    throw error;
  });
}

/** Begins to load Python, once; after a failure, once more. */
export function warm() {
  if (!python) {
    const starting = begin();
    whose = "";
    python = starting;
    starting.catch(() => {
      python = undefined;
    });
  }
  return python;
}

/** The group that a module is in, unless that has come without it. */
const groupOf = (module, delivered) =>
  Object.keys(MANIFEST.groups).find(
    (group) =>
      !delivered.has(group) &&
      MANIFEST.groups[group].some((root) => `${module}.`.startsWith(`${root}.`)),
  );

async function deliver(missing, { delivered, link }) {
  // After a snapshot, what was not imported lacks, too.
  const other = delivered.has("library") ? "rest" : "library";
  const wanted = new Set(missing.map((name) => groupOf(name, delivered) ?? other));
  const names = [...wanted].filter((name) => !delivered.has(name));
  const files = names.map(ask);
  for (const name of names) {
    delivered.add(name);
    link.order("bring", { name });
  }
  await load(files, link, counter(names, link, names.at(-1)));
}

async function runOnce(job, { link }) {
  const start = performance.now();
  const answered = link.answer("result", job.story.budget * 1000 + OVERTIME);
  link.tell({ job: JSON.stringify(job) });
  tell({ phase: "running" });
  const { result } = await answered;
  return { ...outcomeOf(result), milliseconds: performance.now() - start };
}

/** Python, started again if somebody else's program has run in it: that could spoil this one. */
async function fresh(job) {
  const started = await warm();
  if (whose && (job.known || whose !== job.whose)) {
    again(started);
  }
  const ready = await warm();
  whose = job.known ? "" : job.whose;
  return ready;
}

async function runWhole(job, mine) {
  for (let round = 1; ; round += 1) {
    const started = await fresh(job);
    if (mine.isStopped) {
      return STOPPED;
    }
    mine.started = started;
    try {
      const outcome = await runOnce(job, started);
      if (!outcome.missing.length || round === ROUNDS) {
        return outcome;
      }
      await deliver(outcome.missing, started);
    } catch (error) {
      python = undefined;
      started.link.fail(error); // it may still be busy, or wait for a file that has not come
      throw error;
    }
  }
}

/** A script's outcome with what only Python makes of its recording, if Python is there. */
async function drawn(outcome, job, mine) {
  const { error, lines, recording } = outcome;
  if (!recording || !(await Promise.race([python, null]).catch(() => null))) {
    return outcome;
  }
  // Of a run that was cut short no claim is known.
  const asked = {
    claims: error ? [] : job.claims,
    recording: JSON.stringify({ ...recording, lines }),
  };
  try {
    mine.started = await fresh({ known: true }); // which Stop must not leave half-way
    const { claims, svg } = await runOnce({ ...job, ...asked }, mine.started);
    return claims.length ? { ...outcome, claims, svg } : { ...outcome, svg };
  } catch (error) {
    python = undefined;
    mine.started?.link.fail(error);
    return outcome;
  }
}

async function runScript(job, mine) {
  return drawn(await javascript.play(job, mine.stopping, tell), job, mine);
}

/**
 * Runs a job; one at a time.
 *
 * @param {object} job as `recorder.live.play_text` takes it; `whose` says where the program is from
 * @param {(progress: {phase: string, what?: string, loaded?: number, total?: number}) => void} hear
 * @returns {Promise<object>} the validated result; `milliseconds` is how long the run took
 * @throws {EngineError}
 */
export async function run(job, hear = () => {}) {
  const mine = { isStopped: false };
  mine.stopping = new Promise((resolve) => {
    mine.stop = () => resolve(STOPPED);
  });
  current = mine;
  listeners.add(hear);
  try {
    const play = isScript(job) ? runScript : runWhole;
    return await Promise.race([play(job, mine), mine.stopping]);
  } finally {
    listeners.delete(hear);
    current = undefined;
    unsaved?.();
    unsaved = undefined;
  }
}

/** Starts Python again from what the frame has kept, in place of one that does not listen. */
function again({ canRestart, link }) {
  if (!canRestart) {
    python = undefined;
    link.fail(new EngineError("silent"));
    return;
  }
  whose = "";
  const ready = link.answer("ready", SILENCE);
  link.order("again");
  python = ready.then(() => ({ canRestart, delivered: new Set(), link }));
  python.catch(() => {
    python = undefined;
  });
}

/** Ends the run at hand: Python stops by itself, or is stopped. While it loads, that goes on. */
export function stop() {
  const stopped = current;
  if (!stopped) {
    return;
  }
  stopped.isStopped = true;
  if (!stopped.started) {
    stopped.stop();
    return;
  }
  stopped.started.link.tell({ stop: true });
  setTimeout(() => {
    if (current === stopped) {
      stopped.stop();
      again(stopped.started);
    }
  }, GRACE);
}

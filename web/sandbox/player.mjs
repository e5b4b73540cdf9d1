// The page's side of the sandbox: starts Python in an isolated frame, and has it run jobs.
import { isScript } from "./anatomy.mjs";
import * as javascript from "./javascript/page.mjs";
import { EngineError } from "./link.mjs";
import { outcomeOf } from "./outcome.mjs";
import { begin, deliver, SILENCE } from "./start.mjs";
import { STOPPED } from "./stopped.mjs";

const GRACE = 300; // milliseconds that a busy Python has to hear Stop
const OVERTIME = 4_000; // milliseconds that a run may take beyond its budget
const ROUNDS = 4; // that a job is run in, when modules arrive in between

let python; // a promise of what `begin` has started: Python waits for jobs
let current; // the run at hand
let whose = ""; // whose program has run in this Python, "" for none but ours
const listeners = new Set();

function tell(progress) {
  for (const hear of listeners) {
    hear(progress);
  }
}

/** Begins to load Python, once; after a failure, once more. */
export function warm() {
  if (!python) {
    const starting = begin(tell);
    whose = "";
    python = starting;
    starting.catch(() => {
      python = undefined;
    });
  }
  return python;
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
      await deliver(outcome.missing, started, tell);
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
    mine.started?.save(); // which the first run has not waited for
  }
}

/** Starts Python again from what the frame has kept, in place of one that does not listen. */
function again({ canRestart, link, save }) {
  if (!canRestart) {
    python = undefined;
    link.fail(new EngineError("silent"));
    return;
  }
  whose = "";
  const ready = link.answer("ready", SILENCE);
  link.order("again");
  python = ready.then(() => ({ canRestart, delivered: new Set(), link, save }));
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

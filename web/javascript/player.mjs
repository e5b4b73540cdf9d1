import { Deadlock, describe, NO_END, NO_EXAMPLE, Unplayable } from "./errors.mjs";
import { placeOf } from "./place.mjs";
import { isUnderWay, listen, send } from "./visitors.mjs";

const MOST_TIMERS = 10_000;
const QUIET_TURNS = 3; // of the event loop: an end or a close may come one turn after the last byte
const { setImmediate } = globalThis; // whatever an example makes of it

/** Waits for one turn of the event loop. */
export function turn() {
  return new Promise((done) => setImmediate(done));
}

/** Plays the story to its end, or until the example has nothing left to do. */
export async function play(run, { requests, until }) {
  const { clock, file } = run;
  // One millisecond later, so that what happens at `until` itself is still in the recording.
  if (until) clock.setTimeout(() => end(run), until * 1000 + 1);
  const { app } = await load(run);
  if (run.crashed) return;
  if (requests.length && !app) throw new Unplayable(NO_EXAMPLE, `${file}:1: exports no "app"`);
  if (requests.length) await listen(run, app);
  for (const request of requests) run.at(request.at ?? 0, () => send(run, request));
  await settle(run);
  while (!run.over && clock.countTimers()) await next(run);
  const waiting = run.visitors.find(({ done }) => !done);
  const nobody = `no timer is left, and ${waiting?.visitor} still waits`;
  if (waiting && !run.over) throw new Deadlock(`${file}:1: ${nobody}`);
}

function end(run) {
  run.over = true;
}

/** The file's module. One that waits for timers at its top level is not there before they fire. */
async function load(run) {
  const { clock } = run;
  let module;
  const ours = clock.countTimers(); // the one of `until`
  import(run.url).then(
    (loaded) => {
      module = loaded;
    },
    (error) => {
      module = {};
      if (clock.now) run.crash(error);
      else run.fail(NO_EXAMPLE, `${placeOf(error, run)}: ${describe(error)}`);
    },
  );
  while (!module && !run.over && !run.crashed)
    await (clock.countTimers() > ours ? settle(run).then(() => next(run)) : turn());
  return module ?? {};
}

async function next(run) {
  run.clock.next();
  await settle(run);
  run.fired += 1;
  if (run.fired < MOST_TIMERS) return;
  const [{ name = "a timer", line = 1 } = {}] = run.spans.values();
  const endless = `${name} never ends; give the story an "until"`;
  throw new Unplayable(NO_END, `${run.file}:${line}: ${endless}`);
}

async function settle(run) {
  for (let quiet = 0; quiet < QUIET_TURNS; quiet = busy(run) ? 0 : quiet + 1) await turn();
}

function busy({ visitors }) {
  const working = (kind) => /Req|Immediate/.test(kind); // a file, say
  return visitors.some(isUnderWay) || process.getActiveResourcesInfo().some(working);
}

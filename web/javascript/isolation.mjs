// Gives a run a process as if it were the first, and takes away what it leaves. What cannot be
// taken away: modules stay loaded (which saves the time) with what a run changed in them, as do the
// prototypes of JavaScript; the ids of timers count on; a second run of one file has another
// import.meta.url. A promise that is still pending can be neither seen nor ended, but it is settled
// only by a timer, which is gone, or by a resource, which `close` sees, unless it is unref'd.
import { NO_EXAMPLE } from "./errors.mjs";
import { lineOf } from "./frames.mjs";
import { turn } from "./player.mjs";

const PATIENCE = 100; // turns of the event loop: closing takes some

/** Makes the process the run's; returns `close`, which says whether nothing is open, and `undo`. */
export function isolate(run) {
  const before = resources();
  const undone = [globalThis, console, process.env, Error].map(keepProperties);
  undone.push(keepListeners(), keepFolder(), observeOutput(run), forbidExit(run));
  run.clock.reset();
  process.on("uncaughtException", (error) => run.crash(error));
  const close = async () => {
    run.hangUp();
    for (const { call } of run.visitors) call.destroy();
    for (let turns = 0; turns < PATIENCE && resources() !== before; turns += 1) await turn();
    return resources() === before;
  };
  const undo = () => {
    for (const one of undone) one();
  };
  return { close, undo };
}

function resources() {
  return `${process.getActiveResourcesInfo().sort()}`;
}

function keepProperties(object) {
  const kept = Object.getOwnPropertyDescriptors(object);
  return () => {
    const added = Reflect.ownKeys(object).filter((key) => !Object.hasOwn(kept, key));
    for (const key of added) Reflect.deleteProperty(object, key);
    Object.defineProperties(object, kept);
  };
}

function keepListeners() {
  const kept = new Map(process.eventNames().map((name) => [name, process.rawListeners(name)]));
  return () => {
    for (const name of process.eventNames()) {
      const added = process.rawListeners(name).filter((one) => !kept.get(name)?.includes(one));
      for (const listener of added) process.removeListener(name, listener);
    }
  };
}

function keepFolder() {
  const folder = process.cwd();
  return () => process.chdir(folder);
}

/** Notes what the example prints. */
function observeOutput(run) {
  const { write } = process.stdout;
  process.stdout.write = (text) => run.print(text);
  console.warn = (text) => run.log("WARNING", text);
  console.error = (text) => run.log("ERROR", text);
  return () => {
    process.stdout.write = write;
  };
}

/** The process belongs to the other runs, too. */
function forbidExit(run) {
  const { exit } = process;
  process.exit = () => {
    const line = lineOf(run) || 1;
    throw run.fail(NO_EXAMPLE, `${line}: calls process.exit; let it come to its end instead`);
  };
  return () => {
    process.exit = exit;
  };
}

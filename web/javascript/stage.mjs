import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { NO_END, NO_EXAMPLE } from "./errors.mjs";
import { isolate } from "./isolation.mjs";
import { play } from "./player.mjs";
import { Run } from "./run.mjs";
import { readStory } from "./story.mjs";
import { installClock } from "./timers.mjs";
import { startWatchdog } from "./watchdog.mjs";

/**
 * Where files are played, one after the other: the process with its clock and its watchdog.
 *
 * The clock stays, also between runs: modules that all runs share may have kept a function of it.
 */
export class Stage {
  #run;
  #isolation;
  #urls = [];
  #watch = startWatchdog();
  #clock = installClock(() => this.#run);

  constructor() {
    process.env.NODE_ENV = "production"; // otherwise Express answers an error with its stack
  }

  /** Returns the recording, or why there is none. */
  async play(file, text, from) {
    const run = new Run(file, this.#urlOf(file), this.#clock);
    this.#run = run;
    this.#isolation = isolate(run);
    try {
      await this.#watch(run, () => Promise.race([run.failure.promise, perform(run, text, from)]));
      return run.recording();
    } catch (error) {
      const { exit = 1, message, stack } = error;
      return { error: exit === 1 ? stack : message, exit };
    }
  }

  /** Ends what the run has left; says whether all of it could be ended, and another may follow. */
  async clear({ exit }) {
    const { close, undo } = this.#isolation;
    const isClosed = await this.#watch(this.#run, close).catch(() => false);
    undo();
    return isClosed && exit !== 1 && exit !== NO_END;
  }

  #urlOf(file) {
    const { href } = pathToFileURL(file);
    this.#urls.push(href);
    const count = this.#urls.filter((url) => url === href).length;
    return count === 1 ? href : `${href}?${count}`; // Node imports a URL only once
  }
}

async function perform(run, text, from) {
  if (!existsSync(run.file)) throw run.fail(NO_EXAMPLE, "1: no such file");
  await play(run, readStory(text, from));
}

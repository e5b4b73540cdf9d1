// What runs jobs, for the page: its script is on the way once somebody means to run one.
import { STOPPED } from "./stopped.mjs";
import { lazy } from "./tools.mjs";

let halt; // ends a run whose script has not come yet
let player; // the script, when it is there

async function come() {
  player = await lazy("engine").catch(({ message }) => {
    throw Object.assign(new Error(`network: ${message}`), { code: "network" });
  });
  return player;
}

/** Begins to load what runs, once; after a failure, once more. */
export const warm = async () => (await come()).warm();

/** Runs a job; one at a time. `run` of player.mjs says what it takes, brings and throws. */
export function run(job, hear) {
  if (player) return player.run(job, hear);
  let isHalted = false;
  const halted = new Promise((resolve) => {
    halt = () => {
      isHalted = true;
      resolve(STOPPED);
    };
  });
  return Promise.race([come().then(({ run }) => !isHalted && run(job, hear)), halted]);
}

/** Ends the run at hand. */
export function stop() {
  if (player) player.stop();
  else halt?.();
}

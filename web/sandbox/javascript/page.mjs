// The page's side of a JavaScript example: a frame of its own, with a new worker, for each run.
import { Link } from "../link.mjs";
import { outcomeOf } from "../outcome.mjs";
import { address, ask, pipe, sizeOf } from "../parts.mjs";

const SILENCE = 20_000; // milliseconds without a sign of life, while the worker starts
const SPENT = { error: { kind: "budget", message: "" }, missing: [], recording: null };
const OURS = { fastapi: "", python: "", svg: "" }; // whatever a program claims
const EXPRESS = /["']express["']/;

async function open(name, link, tell) {
  const ready = link.answer("ready", SILENCE);
  const file = ask(name);
  await Promise.race([link.open(address("frame"), () => {}), ready]);
  link.order("beginAlone", { name });
  let loaded = 0;
  await pipe(file, link, (count) => {
    loaded += count;
    link.isAlive(SILENCE);
    tell({ loaded, phase: "loading", total: sizeOf([name]), what: name });
  });
  await ready;
}

/** Nothing inside JavaScript could end it: the frame goes, and with it what is running. */
async function resultOf(job, link) {
  const start = performance.now();
  const answered = link.answer("result", job.story.budget * 1000);
  link.tell({ job: JSON.stringify(job) });
  const answer = await answered.catch((error) => {
    if (error.code !== "silent") throw error;
  });
  const outcome = answer ? outcomeOf(answer.result) : SPENT;
  return { ...outcome, ...OURS, milliseconds: performance.now() - start };
}

/**
 * Runs a job.
 *
 * @param {{file: string, source: string, story: {budget: number}, language: string}} job
 * @param {Promise} stopping fulfilled if the run is to end
 * @param {(progress: object) => void} tell
 * @returns {Promise<object>} the validated result, whose `svg` is empty
 * @throws {EngineError}
 */
export async function play(job, stopping, tell) {
  const link = new Link();
  stopping.then(() => link.close());
  try {
    await open(EXPRESS.test(job.source) ? "express" : "javascript", link, tell);
    tell({ phase: "running" });
    return await resultOf(job, link);
  } finally {
    link.close();
  }
}

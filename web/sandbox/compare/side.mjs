// One of the two versions that are compared: what it plays, and what its run has brought.

import { draftOf, isSame } from "../draft.mjs";

const endOf = ({ events }) => Math.max(0, ...events.map(({ at }) => at));

/** A listing of the page with the last run of its draft, played anew only where that is needed. */
export class Side {
  #kept = null; // {draft, outcome, until} of a run

  /**
   * @param {import("../element.mjs").LiveSandbox} box
   * @param {string} expression what is promised
   */
  constructor(box, expression) {
    this.box = box;
    this.isTrue = box.ask(expression);
  }

  /** Takes note of a run: the `detail` of `sandbox:finished`. */
  keep({ outcome, job }) {
    if (outcome) this.#kept = { draft: draftOf(job), outcome, until: job.until };
  }

  /** The run of the draft as it is now; null if there is none. */
  get #run() {
    return this.#kept && isSame(this.#kept.draft, this.box.draft) ? this.#kept : null;
  }

  /** What the last run of the draft has brought; null if there is none. */
  get outcome() {
    return this.#run?.outcome ?? null;
  }

  get isWrong() {
    return this.box.classList.contains("wrong");
  }

  /** The virtual second at which its picture's axis ends; that of the build before any run. */
  get until() {
    const recording = this.outcome?.recording;
    return Math.max(
      this.#run?.until ?? Number(this.box.dataset.until),
      recording ? endOf(recording) : 0,
    );
  }

  /** Plays the draft, unless there is a run of it on this time scale. */
  async play(until, hear) {
    if (this.#run && this.until === until) return;
    const job = this.box.jobOf(this.box.draft, { until });
    this.keep({ outcome: await this.box.play(job, hear), job });
  }
}

const ROUNDS = 3; // a program that ends elsewhere each time never gets onto one scale

/** Plays both on one time scale; what the build knows first, as Python need not start anew then. */
export async function playBoth(sides, hear) {
  const order = [...sides].sort((a, b) => Number(b.box.isOriginal) - Number(a.box.isOriginal));
  let until = Math.max(...sides.map((side) => Number(side.box.dataset.until)));
  for (let round = 1; ; round += 1) {
    for (const side of order) await side.play(Math.max(until, side.until), hear);
    const latest = Math.max(...sides.map((side) => side.until));
    if (sides.every((side) => side.until === latest) || round === ROUNDS) return;
    until = latest;
  }
}

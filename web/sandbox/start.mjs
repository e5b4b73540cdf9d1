// Starts Python in an isolated frame, from this site's files and from what was kept of an earlier start.
import { forget, recall, remember } from "./keep.mjs";
import { EngineError, Link } from "./link.mjs";
import { address, ask, pipe, pipeHeap, renew, sizeOf } from "./parts.mjs";

export const SILENCE = 60_000; // milliseconds without a sign of life, while Python starts

const mark = (name, start) => performance.measure(`sandbox:${name}`, { start });

function once(work) {
  let rest = work;
  return () => {
    rest?.();
    rest = undefined;
  };
}

async function load(files, link, onBytes) {
  await Promise.all(files.map((file) => pipe(file, link, onBytes)));
}

function counter(names, link, what, tell) {
  const total = sizeOf(names);
  let loaded = 0;
  return (count) => {
    loaded += count;
    link.isAlive(SILENCE);
    tell({ loaded, phase: "loading", total, what });
  };
}

async function boot(kept, tell) {
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
    const loading = load(files, link, counter(names, link, "python", tell));
    await Promise.all([loading, kept && pipeHeap(kept.body, link)]);
    mark("bytes", start);
    tell({ phase: "starting" });
    const { size, table } = await ready;
    mark("ready", start);
    const save =
      kept || !size ? () => {} : once(() => remember(link.snapshot(size), { size, table }));
    return { canRestart: Boolean(size), delivered: new Set(names), link, save };
  } catch (error) {
    link.fail(error);
    throw error;
  }
}

/**
 * Starts Python: from the snapshot that was kept, or else anew.
 *
 * @param {(progress: {phase: string, what?: string, loaded?: number, total?: number}) => void} tell
 * @returns {Promise<{canRestart: boolean, delivered: Set<string>, link: Link, save: () => void}>}
 *   whether the frame can start it once more, the files that it has, and what keeps its snapshot
 * @throws {EngineError}
 */
export async function begin(tell) {
  if (typeof DecompressionStream !== "function" || typeof WebAssembly !== "object") {
    throw new EngineError("unsupported");
  }
  const snapshot = await recall();
  if (snapshot) {
    try {
      return await boot(snapshot, tell);
    } catch (error) {
      if (error.code === "network") {
        throw error;
      }
      await forget(); // of another time, or damaged
    }
  }
  return boot(null, tell).catch((error) => {
    if (error.code === "damaged") {
      renew();
    }
    throw error;
  });
}

/** The group that a module is in, unless that has come without it. */
const groupOf = (module, delivered) =>
  Object.keys(MANIFEST.groups).find(
    (group) =>
      !delivered.has(group) &&
      MANIFEST.groups[group].some((root) => `${module}.`.startsWith(`${root}.`)),
  );

/** Brings Python the files in which the modules are that a run has missed. */
export async function deliver(missing, { delivered, link }, tell) {
  // After a snapshot, what was not imported lacks, too.
  const other = delivered.has("library") ? "rest" : "library";
  const wanted = new Set(missing.map((name) => groupOf(name, delivered) ?? other));
  const names = [...wanted].filter((name) => !delivered.has(name));
  const files = names.map(ask);
  for (const name of names) {
    delivered.add(name);
    link.order("bring", { name });
  }
  await load(files, link, counter(names, link, names.at(-1), tell));
}

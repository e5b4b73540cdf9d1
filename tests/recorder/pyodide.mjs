// Runs steps in Pyodide, as the sandbox's worker does: node pyodide.mjs WHEELS ROOT < STEPS
// A step is {play: job, stop: milliseconds}, where a Stop may come while Python computes, or
// {python: source}, which sets `result`, or {measure: true} for what JavaScript holds of Python: the
// memory's bytes and the handles on objects. Prints the results, which are texts, as a JSON array.
// Node's --experimental-wasm-jspi decides whether threads can be suspended.
import fs from "node:fs";
import { loadPyodide } from "pyodide";

const [wheels, root] = process.argv.slice(2);
const python = await loadPyodide();
const packages = python.runPython("import site; site.getsitepackages()[0]");
for (const name of fs.readdirSync(wheels).filter((name) => name.endsWith(".whl"))) {
  const bytes = new Uint8Array(fs.readFileSync(`${wheels}/${name}`));
  python.unpackArchive(bytes, "wheel", { extractDir: packages });
}
python.FS.mkdir("/project");
python.mountNodeFS("/project", root);
python.runPython(`
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, "/project")

def run(source):
    held = {}
    exec(source, held)
    return held["result"]
`);

let next = Infinity;
let stopped = false;
const pulse = {
  due() {
    next = performance.now() + 50;
    return stopped ? 1 : 0;
  },
  breathe: () => new Promise((goOn) => setTimeout(goOn)),
};
const buffer = {
  get 0() {
    if (performance.now() < next) return 0;
    next = performance.now() + 5;
    return 2;
  },
  set 0(_) {},
};
python.setInterruptBuffer(buffer);

const module = python._module;
module.enable_pyproxy_allocation_tracing();
const measured = () => {
  const found = { bytes: module.HEAP8.length, handles: module.pyproxy_alloc_map.size };
  return JSON.stringify(found);
};

const call = (it, ...args) =>
  "Suspending" in WebAssembly ? it.callPromising(...args) : it(...args);

const live = python.pyimport("recorder.live");
await call(live.prepare);
const run = python.globals.get("run");

async function play(job, stop) {
  stopped = false;
  const timer = stop && setTimeout(() => (stopped = true), stop);
  next = performance.now() + 50;
  try {
    return await call(live.play_text, JSON.stringify(job), pulse);
  } finally {
    next = Infinity;
    clearTimeout(timer);
  }
}

const steps = JSON.parse(Buffer.concat(await process.stdin.toArray()).toString());
const results = [];
for (const step of steps) {
  if (step.measure) results.push(measured());
  else if (step.play) results.push(await play(step.play, step.stop));
  else results.push(await call(run, step.python));
}
process.stdout.write(JSON.stringify(results), () => process.exit(0));

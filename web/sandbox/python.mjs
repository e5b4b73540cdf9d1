// Starts Python. All that rests on Pyodide's internals is in this file; docs are beside each use.
// Where an expectation fails, `start` throws `Unexpected`, and the caller starts without it.
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import { loadPyodide } from "pyodide/pyodide.mjs";
import { info } from "pyodide/pyodide-lock.json";

/** Pyodide is not as this file expects it; a plain start, without a snapshot, still works. */
export class Unexpected extends Error {}

const HOME = "https://python.invalid/"; // asked by Pyodide for its files, and answered here
const NATIVE = "/lib/pydantic_core/_pydantic_core.so";
const LIBRARY = "/lib/python314.zip";
const SPARE = 8; // slots of the function table; engines with wasm-gc take one more

/**
 * Starts a Python with FastAPI's native part in it.
 *
 * @param {{core: WebAssembly.Module, native: WebAssembly.Module, library?: ArrayBuffer,
 *   snapshot?: {heap: ArrayBuffer, table: number[]}}} parts the interpreter, pydantic_core, and
 *   either the zip of the standard library and ours or what `snapshotOf` gave once
 */
export async function start(parts) {
  const { snapshot } = parts;
  const table = snapshot?.table ?? [];
  const restore = serveFiles(parts);
  try {
    const python = await loadPyodide({
      _loadSnapshot: snapshot?.heap,
      _makeSnapshot: !snapshot,
      createPyodideModule: (settings) => create(settings, parts, table),
      indexURL: HOME,
      lockFileContents: { info, packages: {} },
      stdLibURL: `${HOME}library.zip`,
    });
    return { python, table };
  } finally {
    restore();
  }
}

const PREPARE = `
import gc, sys
from importlib.machinery import ExtensionFileLoader
from importlib.util import spec_from_file_location

class _Native:
    """Finds pydantic_core's native part, which is loaded already and lies in no folder."""

    def find_spec(self, name, path=None, target=None):
        if name == "pydantic_core._pydantic_core":
            loader = ExtensionFileLoader(name, "${NATIVE}")
            return spec_from_file_location(name, "${NATIVE}", loader=loader)

gc.disable()  # what is imported stays
sys.meta_path.insert(0, _Native())
import recorder  # first: it replaces what others keep for each thread
`;

/** Imports all that a run needs; gives `recorder.live`. */
export async function prepare({ python }, { snapshot }) {
  if (!snapshot) {
    python.runPython(PREPARE);
  }
  const live = python.pyimport("recorder.live");
  if (snapshot) {
    python.FS.unlink(LIBRARY); // Pyodide has written an empty one
    live.restored();
  } else {
    await called(live.prepare, python.pyimport("sandbox_modules").GROUP_OF);
    python.runPython("gc.freeze(); gc.enable()");
  }
  return live;
}

/** Calls a Python function on a stack that can be suspended, where the engine has that. */
export const called = (it, ...args) =>
  "Suspending" in WebAssembly ? it.callPromising(...args) : it(...args);

/** Adds a zip of modules that were left out. */
export function bring(python, live, name, bytes) {
  const place = name === "library" ? LIBRARY : `/lib/${name}.zip`;
  python.FS.mkdirTree("/lib");
  python.FS.writeFile(place, new Uint8Array(bytes));
  live.deliver(place);
}

/** The interpreter as it is now, to start from another time: in this engine, with these files. */
export function snapshotOf({ python, table }) {
  const heap = python.makeMemorySnapshot();
  return { heap: heap.buffer ?? heap, table };
}

// Pyodide fetches its files; there is no network here, and they have been delivered.
function serveFiles({ core, library }) {
  const { fetch } = globalThis;
  const { instantiateStreaming } = WebAssembly;
  globalThis.fetch = async (url) => new Response(`${url}`.endsWith(".zip") ? library : null);
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    instance: await WebAssembly.instantiate(core, imports),
    module: core,
  });
  return () => {
    globalThis.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  };
}

// A heap knows functions by their place in a table that is not part of it. So each start loads the
// native library first, at the same places, before Python's main().
async function create(settings, { native, snapshot }, table) {
  settings.preRun.push((Module) => {
    const { wasmTable } = Module;
    table[0] ??= wasmTable.length + SPARE;
    if (wasmTable.length > table[0]) {
      throw new Unexpected(`the table has ${wasmTable.length} places, not ${table[0]}`);
    }
    wasmTable.grow(table[0] - wasmTable.length);
    const flags = { global: false, loadAsync: false, nodelete: true };
    const exports = Module.loadWebAssemblyModule(native, flags, NATIVE, {});
    Module.LDSO.loadedLibsByName[NATIVE] = {
      exports,
      global: false,
      name: NATIVE,
      refcount: Number.POSITIVE_INFINITY,
    };
    table[1] ??= wasmTable.length;
    if (wasmTable.length !== table[1]) {
      throw new Unexpected(`the table has ${wasmTable.length} places, not ${table[1]}`);
    }
  });
  const Module = await createPyodideModule(settings);
  const size = snapshot?.heap.byteLength ?? 0;
  if (size > Module.HEAP8.length) {
    Module.growMemory(size);
  }
  return Module;
}

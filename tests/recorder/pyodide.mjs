// Plays snippets with the recorder in Pyodide: node pyodide.mjs WHEELS ROOT FILE…
// Prints one JSON object: the recording, or the error, of each file.
import fs from "node:fs";
import { loadPyodide } from "pyodide";

const [wheels, root, ...files] = process.argv.slice(2);
const python = await loadPyodide();
const packages = python.runPython("import site; site.getsitepackages()[0]");
for (const name of fs.readdirSync(wheels).filter((name) => name.endsWith(".whl"))) {
  const bytes = new Uint8Array(fs.readFileSync(`${wheels}/${name}`));
  python.unpackArchive(bytes, "wheel", { extractDir: packages });
}
python.FS.mkdir("/project");
python.mountNodeFS("/project", root);
python.runPython(`
import sys, traceback
sys.dont_write_bytecode = True
sys.path.insert(0, "/project")
import recorder
from pathlib import Path

def play(file):
    try:
        return recorder.play_file(Path("/project") / file).to_json()
    except BaseException:
        return traceback.format_exc()
`);
const play = python.globals.get("play");
const played = {};
for (const file of files) {
  played[file] = await play.callPromising(file); // on a stack that can be suspended
}
process.stdout.write(JSON.stringify(played), () => process.exit(0));

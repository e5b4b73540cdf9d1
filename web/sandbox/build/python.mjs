// Runs a program in the browser's Python, in Node: node python.mjs LIBRARY ROOT MODULE < job.json
// LIBRARY is a folder whose `site-packages` and `library.zip` Python gets in place of its own
// library; "-" for none. The `main` of MODULE gets the job, a text, and what it returns, a text, is
// printed. It sees the project at /project and may write there.
import fs from "node:fs";
import { loadPyodide } from "pyodide";

const [library, root, module] = process.argv.slice(2);

const options = {
  // A set's order, which is kept in compiled code, hangs on the hash seed. Columns are for showing
  // source lines, which the browser does not have, and make a fourth of what is downloaded.
  env: { PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" },
};
if (library !== "-") {
  options.stdLibURL = `${library}/library.zip`;
  options.fsInit = (FS, { sitePackages }) => {
    FS.mount(FS.filesystems.NODEFS, { root: `${library}/site-packages` }, sitePackages);
  };
}

async function answer(job) {
  const python = await loadPyodide(options);
  python.FS.mkdir("/project");
  python.mountNodeFS("/project", root);
  python.runPython('import sys; sys.dont_write_bytecode = True; sys.path.append("/project")');
  const { main } = python.pyimport(module);
  return main.callPromising(job); // on a stack that can be suspended, as the recorder's threads are
}

try {
  const told = await answer(fs.readFileSync(0, "utf8"));
  process.stdout.write(told, () => process.exit(0));
} catch (error) {
  // Without this, Node prints the line that threw: all of Pyodide.
  process.stderr.write(`${error.message}\n`, () => process.exit(1));
}

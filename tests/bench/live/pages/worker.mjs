// Pyodide in a module worker, as its documentation shows it: the page says from where it comes,
// with which packages and what it is to run.
onmessage = async ({ data: { from, packages, code } }) => {
  try {
    const { loadPyodide } = await import(`${from}pyodide.mjs`);
    const stdout = (line) => postMessage(line);
    const pyodide = await loadPyodide({ packages, stdout });
    const result = await pyodide.runPythonAsync(code);
    if (result !== undefined) postMessage(String(result));
  } catch (error) {
    postMessage(`Error: ${error}`);
  }
};

// Presses in our own sandbox; each function tells the milliseconds until a result is shown.
(output) => {
  const box = document.querySelector(output);
  const press = (sandbox, action) => sandbox.querySelector(`[data-action=${action}]`).click();
  const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  // Looks at changes only: what was so before the press does not count.
  const until = (sandbox, wanted) =>
    new Promise((resolve, reject) => {
      const seen = new MutationObserver(() => {
        const { state } = sandbox.dataset;
        if (state === wanted) resolve(performance.now());
        else if (["done", "failed", "unavailable"].includes(state))
          reject(Error(`${state}, not ${wanted}: ${sandbox.textContent}`));
        else return;
        seen.disconnect();
      });
      seen.observe(sandbox, { attributeFilter: ["data-state"] });
      setTimeout(() => reject(Error(`${sandbox.dataset.state}, not ${wanted}`)), 30_000);
    });

  bench.again = async () => {
    const end = until(box, "done");
    const pressed = performance.now();
    press(box, "run");
    return (await end) - pressed;
  };

  // Another listing of the page, with a loop in it, is stopped after a second; then ours is run.
  bench.stop = async (name) => {
    const other = document.querySelector(`live-sandbox[data-snippet="${name}"]`);
    const started = until(other, "running");
    press(other, "run");
    await started;
    await sleep(1000);
    const stopped = until(other, "stopped");
    const pressed = performance.now();
    press(other, "stop");
    await stopped;
    const end = until(box, "done");
    press(box, "run");
    return (await end) - pressed;
  };
}

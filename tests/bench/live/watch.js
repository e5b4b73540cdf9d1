// Runs in a loaded page: notes when Run is pressed, when the result is in the DOM, and how long
// the main thread's tasks take after the press. Times in milliseconds.
([output, done, failed]) => {
  const watched = { pressed: 0, tasks: [] };
  const note = (event) => {
    watched.pressed ||= event.timeStamp;
  };
  document.addEventListener("pointerdown", note, { capture: true });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      if (watched.pressed && startTime + duration > watched.pressed) watched.tasks.push(duration);
  }).observe({ type: "longtask" });
  watched.result = new Promise((resolve, reject) => {
    const look = () => {
      const place = document.querySelector(output);
      const said = place?.dataset.state ?? place?.textContent ?? "";
      if (!watched.pressed) return;
      const status = place?.querySelector("[data-part=status]") ?? place;
      if (RegExp(failed).test(said)) reject(Error(`${said}: ${status.textContent}`));
      if (RegExp(done).test(said)) resolve(performance.now() - watched.pressed);
    };
    const whole = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver(look).observe(document, whole);
    setTimeout(() => reject(Error("no result after a minute")), 60_000);
  });
  watched.result.catch(() => {});
  globalThis.bench = watched;
}

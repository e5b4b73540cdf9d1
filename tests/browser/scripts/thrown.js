// A callback that throws ends the process, with all its other timers.
const tick = () => {
  throw new Error("oops");
};
setTimeout(tick, 1000);
setInterval(function poll() {
  console.log("poll");
}, 400);

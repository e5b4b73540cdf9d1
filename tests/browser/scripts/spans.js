// Timers in functions of all kinds: what their spans are called, and how they end.
class Mailer {
  send() {
    const timer = setTimeout(() => this.done(), 1000);
    return timer;
  }
  done() {
    console.log("sent");
  }
}
const mailer = new Mailer();
mailer.send();
mailer.send();
clearTimeout(mailer.send());

let count = 0;
const beat = setInterval(() => {
  count += 1;
  console.warn("beat %s", count);
  if (count === 3) clearInterval(beat);
}, 500);

const object = {
  method() {
    setTimeout(console.log, 100, "method", { a: [1, 2] });
  },
};
object.method();
(() => {
  setTimeout(() => console.error(new Error("bad")), 200);
})();

const late = new Promise((_, fail) => setTimeout(fail, 300, new Error("rejected")));
const [{ status, reason }] = await Promise.allSettled([late]);
console.log(status, `${reason}`, Date.now(), new Date().getTime());
await new Promise((done) => setTimeout(done, 50)).then(() => console.log("then"));
setImmediate(() => console.log("immediate"));
queueMicrotask(() => console.log("microtask"));

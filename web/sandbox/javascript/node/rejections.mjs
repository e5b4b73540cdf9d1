// Takes the place of web/javascript/rejections.mjs: only Node tells what becomes of a promise. Here
// `Promise` itself does, whose functions are handed to whoever makes one. What it can't see is an
// async function that fails before it first waits: that is an unhandled rejection, and told as one.
import { describe } from "../../../javascript/errors.mjs";

let rejected = null; // while a timer's work is done, a list

function observed(executor) {
  return (resolve, reject) => {
    let isSettled = false;
    const once = (settle, note) => (value) => {
      if (!isSettled) note?.(value);
      isSettled = true;
      settle(value);
    };
    executor(
      once(resolve),
      once(reject, (error) => rejected?.push(error)),
    );
  };
}

globalThis.Promise = new Proxy(Promise, {
  construct: (target, [executor, ...rest], made) =>
    Reflect.construct(
      target,
      [typeof executor === "function" ? observed(executor) : executor, ...rest],
      made,
    ),
});

/** Does some work at once; returns the error of a promise that it rejects, or else "". */
export function rejectedBy(work) {
  rejected = [];
  try {
    work();
    return rejected.length ? describe(rejected[0]) : "";
  } finally {
    rejected = null;
  }
}

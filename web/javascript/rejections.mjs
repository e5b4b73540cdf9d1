import { inspect } from "node:util";
import { promiseHooks } from "node:v8";

/** Does some work at once; returns the error of a promise that it rejects, or else "". */
export function rejectedBy(work) {
  const settled = [];
  const unhook = promiseHooks.onSettled((promise) => settled.push(promise));
  try {
    work();
  } finally {
    unhook();
  }
  // `catch` would mark the rejection as handled; `inspect` looks without touching.
  const rejection = settled.map((promise) => /<rejected> (.*)/.exec(inspect(promise)));
  return rejection.find(Boolean)?.[1] ?? "";
}

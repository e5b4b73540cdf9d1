// How many messages a worker may send for one order. The frame counts them, and ends what sends more.
export const MESSAGES = 32;

/**
 * Keeps a flood of messages in the worker. The frame may be slow to hear it, and what waits for the
 * frame takes gigabytes: an engine ends the whole page then. It is no guard, as a program can get
 * round it.
 *
 * @returns {() => void} begins a new order
 */
export function limitMessages() {
  let sent = 0;
  for (let holder = self; holder; holder = Object.getPrototypeOf(holder)) {
    if (!Object.hasOwn(holder, "postMessage")) continue;
    const { postMessage } = holder;
    holder.postMessage = (...message) => {
      sent += 1;
      if (sent <= 2 * MESSAGES) Reflect.apply(postMessage, self, message);
    };
  }
  return () => {
    sent = 0;
  };
}

// Stops Python from inside, without memory that is shared: Python looks now and then at what it
// takes for a buffer, and this one looks at the clock.

const TICK = 50; // milliseconds of computing between two looks at the page's messages
const SIGINT = 2;

let next = Number.POSITIVE_INFINITY;
let stopped = false;
const channel = new MessageChannel();

const buffer = {
  get 0() {
    const now = performance.now();
    if (now < next) {
      return 0;
    }
    next = now + TICK; // one signal a tick: the handler is Python too
    return SIGINT;
  },
  set 0(_) {},
};

/** What Python's handler of the signal asks. */
export const pulse = {
  attach: (python) => python.setInterruptBuffer(buffer),
  begin() {
    stopped = false;
    next = performance.now() + TICK;
  },
  end() {
    next = Number.POSITIVE_INFINITY;
  },
  stop() {
    stopped = true;
  },
  /** Whether the page has asked for an end. */
  isStopped: () => stopped,
  /** Resolved once the worker has heard what was waiting for it. */
  breathe() {
    return new Promise((resolve) => {
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(0);
    });
  },
};

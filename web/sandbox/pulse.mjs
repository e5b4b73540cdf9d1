// Halts Python from inside, without memory that is shared: Python looks now and then at what it
// takes for a buffer, and this one looks at the clock. recorder/pulse.py has the other half.

const TICK = 50; // milliseconds of computing between two looks at the page's messages
const SOON = 5; // milliseconds, when Python was half-way through something
const SIGINT = 2;

let next = Number.POSITIVE_INFINITY;
let stopped = false;
const { port1, port2 } = new MessageChannel();

const buffer = {
  get 0() {
    const now = performance.now();
    if (now < next) {
      return 0;
    }
    next = now + SOON; // not at once: the handler is Python, too
    return SIGINT;
  },
  set 0(_) {},
};

/** What Python's handler of the interrupt asks, and what the worker tells. */
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
  /** 1 if the page has asked for an end. */
  due() {
    next = performance.now() + TICK;
    return stopped ? 1 : 0;
  },
  /** Resolved once the worker has heard what was waiting for it. */
  breathe: () =>
    new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage(0);
    }),
};

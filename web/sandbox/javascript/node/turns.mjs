// The event loop as Node has it, and what is carried from one turn of it to the next. In each round
// come first the messages of connections and then what setImmediate has put off, of both what was
// there when its turn came; each in a task of its own, so that what they promise comes between.

const { port1, port2 } = new MessageChannel();
const put = { messages: [], immediates: [] };
let phase = "immediates";
let current = []; // what is left of the phase
let context = new Map(); // what an AsyncLocalStorage holds

function nextPhase() {
  phase = phase === "messages" ? "immediates" : "messages";
  current = put[phase];
  put[phase] = [];
}

port1.onmessage = () => {
  while (!current.length) nextPhase();
  const turn = current.shift();
  context = turn.carrying;
  if (!turn.isOff) turn.work();
};

function add(queue, turn) {
  put[queue].push(turn);
  port2.postMessage(0);
  return turn;
}

/** What is carried on at present. */
export const carried = () => context;

/** Carries something else on, until the turn ends: what is awaited in it goes on in it. */
export function carry(other) {
  context = other;
}

/** How many turns are still to come. */
export const turnsToCome = () => current.length + put.messages.length + put.immediates.length;

/** Does some work when the next messages are read; nobody's context is carried there. */
export const deliver = (work) => add("messages", { work, carrying: new Map() });

/** Does some work when all messages have been read that are there; returns its turn. */
export const putOff = (work) => add("immediates", { work, carrying: context });

const ticks = [];

function drain() {
  try {
    while (ticks.length) ticks.shift()();
  } finally {
    if (ticks.length) queueMicrotask(drain); // one of them has thrown
  }
}

/** Does some work after what is being done, before anything that is awaited goes on. */
export function nextTick(work, ...args) {
  const inContext = context;
  if (!ticks.length) queueMicrotask(drain);
  ticks.push(() => {
    context = inContext;
    work(...args);
  });
}

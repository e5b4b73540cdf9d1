// No browser has these yet. What a turn carries goes on through all that is awaited in it, since
// one timer, one message or one request begins each turn; a promise that another visitor's turn
// fulfils goes on with that visitor's context, which is the one difference from Node.
import { carried, carry } from "./turns.mjs";

export class AsyncLocalStorage {
  static snapshot() {
    const then = carried();
    return (work, ...args) => {
      carry(then);
      return work(...args);
    };
  }

  run(store, work, ...args) {
    carry(new Map(carried()).set(this, store));
    return work(...args);
  }

  getStore() {
    return carried().get(this);
  }
}

/** As Express's packages use it: to call somebody back in the context that he came in. */
export class AsyncResource {
  #inContext = AsyncLocalStorage.snapshot();

  runInAsyncScope(work, it, ...args) {
    return this.#inContext(() => work.apply(it, args));
  }
}

export default { AsyncLocalStorage, AsyncResource };

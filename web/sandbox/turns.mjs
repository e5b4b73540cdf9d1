// One run at a time on a page: what is asked for meanwhile waits for its turn.

let last = Promise.resolve();
let open = 0;

/** Whether something is being played, or waits to be. */
export const isBusy = () => open > 0;

/** Calls a function after those that came before it, however they have ended; what it brings. */
export function inTurn(play) {
  open += 1;
  const turn = last.then(play).finally(() => {
    open -= 1;
  });
  last = turn.catch(() => {});
  return turn;
}

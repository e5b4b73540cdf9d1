export const NO_STORY = 2;
export const NO_EXAMPLE = 3;
export const NO_END = 4;

/** Why a file cannot be played; `exit` is the exit code that says so. */
export class Unplayable extends Error {
  constructor(exit, message) {
    super(message);
    this.exit = exit;
  }
}

/** Somebody waits for what nothing will bring. */
export class Deadlock extends Unplayable {
  constructor(message) {
    super(NO_END, message);
  }
}

export function describe(error) {
  const [text] = `${error?.message ?? error}`.split("\n");
  const name = error?.code ?? error?.name ?? "Error";
  return text.startsWith(`${name}:`) ? text : `${name}: ${text}`;
}

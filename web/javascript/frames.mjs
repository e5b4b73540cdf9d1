// What only the engine knows: where a call came from. V8 hands over its frames; of the others there
// is a text, a line each: name@address:line:column.

const DEEPEST = 100; // Express's own frames lie between
const NEAREST = 12; // of WebKit's, each of which is told with all of its script
const NAMELESS = /<$|^(async )?(module|global|eval) code$/; // the latter is WebKit's
const PREFIX = /^.*\*/; // Firefox's "async*", before what an awaited call came from

function stackOf(limit) {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = (_error, frames) => frames;
  Error.stackTraceLimit = limit;
  const { stack } = new Error();
  Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  return stack;
}

const HAS_FRAMES = Array.isArray(stackOf(1));

/** The frames of the call that lie in the run's own file, innermost first: {name, line}. */
export function framesOf({ url }) {
  return HAS_FRAMES ? given(stackOf(DEEPEST), url) : parsed(stackOf(NEAREST), url);
}

/** The line of the run's own file that calls, 0 if none does. */
export const lineOf = (run) => framesOf(run)[0]?.line ?? 0;

/** The innermost line of the run's own file that an error has come through, 0 for none. */
export function lineOfError({ url }, error) {
  const stack = `${error?.stack ?? ""}`;
  const place = stack.indexOf(`${url}:`);
  return place < 0 ? 0 : Number.parseInt(stack.slice(place + url.length + 1), 10) || 0;
}

function given(frames, url) {
  return frames
    .filter((frame) => frame.getFileName() === url)
    .map((frame) => ({ name: frame.getFunctionName() ?? "", line: frame.getLineNumber() }));
}

function parsed(text, url) {
  const rows = text.split("\n").filter((row) => row.includes(`@${url}:`));
  return rows.map((row) => {
    const [called] = row.split("@", 1);
    const line = Number.parseInt(row.slice(called.length + url.length + 2), 10);
    // Firefox's "outer/inner"; what ends in "<" is a guess: it is part of that, and has no name.
    const name = called.replace(PREFIX, "").split("/").at(-1);
    return { name: NAMELESS.test(name) ? "" : name, line };
  });
}

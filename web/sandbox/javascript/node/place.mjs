// Takes the place of web/javascript/place.mjs: the stack of an error names the line, or the error
// itself does.

/** Where a file fails to import. */
export function placeOf(error, { url }) {
  const row = `${error?.stack}`.split("\n").find((one) => one.includes(`${url}:`)) ?? "";
  const [, line] = /:(\d+):\d+\)?$/.exec(row) ?? [];
  return line ?? error?.line ?? error?.lineNumber ?? 1;
}

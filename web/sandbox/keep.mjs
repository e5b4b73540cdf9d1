// Keeps a snapshot of a started Python in the browser's Cache Storage, where there is one.

const PREFIX = "after-the-response-python-";
// Another engine, or another release of it, may have its functions at other places.
const name = () => `${PREFIX}${MANIFEST.version}-${navigator.userAgent}`;
const PLACE = "/snapshot";

/** The snapshot of an earlier visit: its bytes as a stream, how many, and its table; or null. */
export async function recall() {
  try {
    const kept = await (await caches.open(name())).match(PLACE);
    return kept ? { body: kept.body, ...JSON.parse(kept.headers.get("x-snapshot")) } : null;
  } catch {
    return null;
  }
}

/** Keeps a snapshot, in place of those of other releases. */
export async function remember(body, { size, table }) {
  try {
    await forget();
    const headers = { "x-snapshot": JSON.stringify({ size, table }) };
    await (await caches.open(name())).put(PLACE, new Response(body, { headers }));
  } catch {
    // Storage is blocked or full: the next visit starts as this one did.
  }
}

/** Deletes what was kept. */
export async function forget() {
  try {
    const ours = (await caches.keys()).filter((key) => key.startsWith(PREFIX));
    await Promise.all(ours.map((key) => caches.delete(key)));
  } catch {
    // There is no storage, so nothing is in it.
  }
}

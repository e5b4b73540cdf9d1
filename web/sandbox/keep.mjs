// Keeps a snapshot of a started Python in the browser's Cache Storage, where there is one.

const PREFIX = "after-the-response-python-";
// Another engine, or another release of it, may have its functions at other places.
const name = () => `${PREFIX}${MANIFEST.version}-${navigator.userAgent}`;
const PLACE = "/snapshot";

/** The snapshot of an earlier visit, or null. */
export async function recall() {
  try {
    const kept = await (await caches.open(name())).match(PLACE);
    return kept
      ? { heap: await kept.arrayBuffer(), table: JSON.parse(kept.headers.get("x-table")) }
      : null;
  } catch {
    return null;
  }
}

/** Keeps a snapshot, in place of those of other releases. */
export async function remember({ heap, table }) {
  try {
    await forget();
    const headers = { "x-table": JSON.stringify(table) };
    await (await caches.open(name())).put(PLACE, new Response(heap, { headers }));
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

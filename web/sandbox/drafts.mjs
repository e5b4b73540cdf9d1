// Keeps what a reader has written until the tab is closed: through a reload, and in both languages.

const PLACE = "sandbox-draft";

/** A short name for a text: only whether two are the same counts. */
function nameOf(text) {
  let hash = 0x811c9dc5; // FNV-1a
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}

const placeOf = ({ dataset }) => `${PLACE}/${dataset.snippet}/`;
const mine = (sandbox) => placeOf(sandbox) + nameOf(JSON.stringify(sandbox.original));

function read(place) {
  try {
    const { code, requests } = JSON.parse(sessionStorage.getItem(place));
    return typeof code === "string" && Array.isArray(requests) ? { code, requests } : null;
  } catch {
    return null; // nothing kept, or nothing may be
  }
}

function drop(place) {
  try {
    sessionStorage.removeItem(place);
  } catch {
    // It was never kept.
  }
}

/** Keep a sandbox's draft. One that is the original is no draft. */
export function keep(sandbox) {
  if (sandbox.isOriginal) return drop(mine(sandbox));
  try {
    sessionStorage.setItem(mine(sandbox), JSON.stringify(sandbox.draft));
  } catch {
    // No storage, or a full one: the draft lives as long as its page.
  }
}

/** The draft of a sandbox that was kept, `{code, requests}`; null if none was. */
export const kept = (sandbox) => read(mine(sandbox));

/**
 * A draft that was made from another version of the listing than the page has now.
 *
 * @returns {{draft: {code: string, requests: object[]}, drop: () => void} | null}
 */
export function outdated(sandbox) {
  try {
    const places = Object.keys(sessionStorage).filter((key) => key.startsWith(placeOf(sandbox)));
    const place = places.find((key) => key !== mine(sandbox));
    const draft = place && read(place);
    return draft ? { draft, drop: () => drop(place) } : null;
  } catch {
    return null;
  }
}

// Files that come as scripts. In a frame with `sandbox="allow-scripts"` a page has no origin: it may
// fetch no file and import no module of its own site, unless the host allows that to everybody by a
// header. Scripts it may load.

const PIECE = 1 << 20; // bytes of a file in one script, as in site_build/payload/carried.py

/** Whether this page has no origin. */
export const isOpaque = () => globalThis.origin === "null";

/**
 * Runs a script of this site.
 *
 * @param {string} address
 * @param {string} property in which the script has left, on its own element, what it brings
 */
export async function bringing(address, property) {
  const script = document.createElement("script");
  try {
    await new Promise((resolve, reject) => {
      Object.assign(script, { onload: resolve, onerror: reject, src: address });
      document.head.append(script);
    });
  } catch {
    throw new Error(`no answer ${address}`);
  } finally {
    script.remove();
  }
  if (script[property] === undefined) throw new Error(`${address} brings no ${property}`);
  return script[property];
}

const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/**
 * A file of the payload, piece by piece.
 *
 * @param {string} folder the address of the folder of such scripts
 * @param {{name: string, bytes: number}} file
 * @returns {ReadableStream<Uint8Array>} it fails when a script does not come
 */
export function carried(folder, { name, bytes }) {
  let start = 0;
  return new ReadableStream({
    async pull(controller) {
      const piece = `${folder}${name}.${start / PIECE}.js`;
      controller.enqueue(bytesOf(await bringing(piece, "carries")));
      start += PIECE;
      if (start >= bytes) controller.close();
    },
  });
}

// The files that Python is made of, on their way to the worker.
import { EngineError } from "./link.mjs";

/** The address of a file of the payload. */
export const address = (name) => new URL(`live/${MANIFEST.files[name].name}`, import.meta.url).href;

/** How many bytes some files are on the wire. */
export const sizeOf = (names) => names.reduce((sum, name) => sum + MANIFEST.files[name].bytes, 0);

async function fetched(name) {
  const response = await fetch(address(name)).catch(() => null);
  if (!response?.ok) {
    throw new EngineError("network", `${response?.status ?? "no answer"} ${address(name)}`);
  }
  return response.body;
}

/** A file whose bytes are on their way; an error is kept for whoever reads them. */
export function ask(name) {
  const body = fetched(name);
  body.catch(() => {});
  return { body, name };
}

/**
 * Passes a file on as it arrives.
 *
 * @param {{name: string, body: Promise<ReadableStream>}} file
 * @param {import("./link.mjs").Link} link
 * @param {(count: number) => void} onBytes
 */
export async function pipe({ body, name }, link, onBytes) {
  const reader = (await body).getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      throw new EngineError("network", `${error}`);
    });
    if (done) {
      return link.pass({ part: name });
    }
    onBytes(value.byteLength);
    link.pass({ bytes: value, part: name }, [value.buffer]);
  }
}

/** A file as text. */
export async function textOf({ body, name }, onBytes) {
  const packed = (await body).pipeThrough(
    new TransformStream({
      transform(chunk, controller) {
        onBytes(chunk.byteLength);
        controller.enqueue(chunk);
      },
    }),
  );
  try {
    return await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text();
  } catch (error) {
    throw new EngineError("network", `${name}: ${error}`);
  }
}

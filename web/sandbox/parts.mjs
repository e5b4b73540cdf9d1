// The files that Python is made of, on their way to the frame.
import { carried, isOpaque } from "./carried.mjs";
import { EngineError } from "./link.mjs";

// The build says where a script finds the folder of assets, ASSETS, and what there is, MANIFEST.
/** The address of a file of the payload. */
export const address = (name) =>
  new URL(`${ASSETS}live/${MANIFEST.files[name].name}`, import.meta.url).href;

/** How many bytes some files are on the wire. */
export const sizeOf = (names) => names.reduce((sum, name) => sum + MANIFEST.files[name].bytes, 0);

// Bytes that are unpacked at a time: where the frame shares the page's thread, it must not stand still.
const SLICE = 1 << 17;
const HEAP_SLICE = 1 << 22; // bytes that are copied in one go

let cache = "default";

/** Has files fetched past the browser's cache, where a damaged one may lie. */
export function renew() {
  cache = "reload";
}

async function fetched(name) {
  if (isOpaque())
    return carried(new URL(`${ASSETS}carried/`, import.meta.url), MANIFEST.files[name]);
  const response = await fetch(address(name), { cache }).catch(() => null);
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
 * @param {{name: string, body: Promise<ReadableStream> | ReadableStream}} file
 * @param {import("./link.mjs").Link} link
 * @param {(count: number) => void} onBytes
 */
export async function pipe({ body, name }, link, onBytes = () => {}) {
  const reader = (await body).getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      throw new EngineError("network", `${error}`);
    });
    if (done) {
      return link.order("file", { name });
    }
    onBytes(value.byteLength);
    for (let start = 0; start < value.length; start += SLICE) {
      const bytes = value.slice(start, start + SLICE);
      link.order("file", { bytes, name }, [bytes.buffer]);
    }
  }
}

const pause = () => new Promise((goOn) => setTimeout(goOn));

/** Passes on a snapshot that was kept; now and then the page may do something else. */
export async function pipeHeap(body, link) {
  const reader = body.getReader();
  let passed = 0;
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    passed += value.length;
    link.order("heap", { bytes: value }, [value.buffer]);
    if (passed > HEAP_SLICE) {
      passed = 0;
      await pause();
    }
  }
  link.order("heap");
}

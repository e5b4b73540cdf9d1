// The files that the page sends to the frame, chunk by chunk, and what becomes of them.
import { unpacked } from "./unpack.mjs";

const arriving = new Map();

/** The chunks of a file, which is waited for from now on. */
const stream = (name) =>
  new ReadableStream({
    start: (controller) => {
      arriving.set(name, controller);
    },
  });

/** Takes a chunk of a file that is waited for; none means that it ends. */
export function take(name, bytes) {
  const controller = arriving.get(name);
  if (bytes) {
    controller.enqueue(bytes);
  } else {
    arriving.delete(name);
    controller.close();
  }
}

const response = (name, type) =>
  new Response(unpacked(stream(name)), { headers: { "content-type": type } });

/** @returns {Promise<ArrayBuffer>} a packed file's content */
export const whole = (name) => response(name, "application/octet-stream").arrayBuffer();

/** @returns {Promise<WebAssembly.Module>} compiled while its bytes arrive */
export const compiled = (name) => WebAssembly.compileStreaming(response(name, "application/wasm"));

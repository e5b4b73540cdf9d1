// Unpacks zstd as the bytes arrive. No browser's DecompressionStream has it everywhere, and gzip,
// which it has, makes the payload 2 MB larger.
import wasm from "zstd.wasm";

const CHUNK = 1 << 17; // bytes of output at a time: one block of zstd
const compiled = WebAssembly.compile(wasm);
compiled.catch(() => {}); // who unpacks is told

/** The decoder's functions, and a view of its memory, which moves when it grows. */
async function decoder() {
  const env = { emscripten_notify_memory_growth() {} };
  const { exports } = await WebAssembly.instantiate(await compiled, { env });
  const view = () => new DataView(exports.memory.buffer);
  const { malloc } = exports;
  return {
    ...exports,
    context: exports.ZSTD_createDCtx(),
    input: malloc(12),
    left: 0,
    output: malloc(12),
    target: malloc(CHUNK),
    view,
  };
}

/** Sets a ZSTD_inBuffer or ZSTD_outBuffer: where, how many bytes, how many of them are done. */
function setBuffer({ view }, place, start, size) {
  [start, size, 0].forEach((value, n) => {
    view().setUint32(place + 4 * n, value, true);
  });
}

function* outputs(zstd, bytes) {
  const done = (buffer) => zstd.view().getUint32(buffer + 8, true);
  const source = zstd.malloc(bytes.length);
  new Uint8Array(zstd.view().buffer).set(bytes, source);
  setBuffer(zstd, zstd.input, source, bytes.length);
  // What is unpacked and has no room yet comes next time: zstd takes a file's last byte last.
  while (done(zstd.input) < bytes.length) {
    setBuffer(zstd, zstd.output, zstd.target, CHUNK);
    zstd.left = zstd.ZSTD_decompressStream(zstd.context, zstd.output, zstd.input);
    if (zstd.left < 0) {
      throw new Error(`zstd: error ${-zstd.left}`); // numbered as in its zstd_errors.h
    }
    const made = done(zstd.output);
    if (made) {
      yield new Uint8Array(zstd.view().buffer).slice(zstd.target, zstd.target + made);
    }
  }
  zstd.free(source);
}

/**
 * The bytes that were packed into a file.
 *
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {ReadableStream<Uint8Array>} It fails when the bytes are broken or end too early.
 */
export function unpacked(stream) {
  let zstd; // memory and all, it goes with the stream
  const unpacking = new TransformStream({
    async start() {
      zstd = await decoder();
    },
    transform(bytes, controller) {
      for (const part of outputs(zstd, bytes)) {
        controller.enqueue(part);
      }
    },
    flush() {
      if (zstd.left !== 0) {
        throw new Error("zstd: the file ends too early");
      }
    },
  });
  return stream.pipeThrough(unpacking);
}

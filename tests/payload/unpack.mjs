// Unpacks a file as the worker does: node unpack.mjs BUNDLE FILE BYTES
// The file arrives in pieces of BYTES; the unpacked one is printed.
import fs from "node:fs";

const [bundle, file, size] = process.argv.slice(2);
const { unpacked } = await import(bundle);
const bytes = new Uint8Array(fs.readFileSync(file));
let at = 0;
const pieces = new ReadableStream({
  pull(controller) {
    if (at >= bytes.length) {
      controller.close();
      return;
    }
    controller.enqueue(bytes.subarray(at, at + Number(size)));
    at += Number(size);
  },
});
try {
  for await (const piece of unpacked(pieces)) {
    process.stdout.write(piece);
  }
} catch (error) {
  process.stderr.write(error.message, () => process.exit(1));
}

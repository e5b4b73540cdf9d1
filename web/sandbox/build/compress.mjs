// Compresses files, each with the codec that its target's ending names:
// node compress.mjs SOURCE TARGET.zst|TARGET.gz …
import fs from "node:fs/promises";
import { promisify } from "node:util";
import zlib from "node:zlib";

const { ZSTD_c_compressionLevel, ZSTD_c_windowLog } = zlib.constants;

const codecs = {
  gz: (bytes) => promisify(zlib.gzip)(bytes, { level: 9 }),
  zst: (bytes) =>
    promisify(zlib.zstdCompress)(bytes, {
      pledgedSrcSize: bytes.length, // also written down, so that a reader can make room at once
      params: { [ZSTD_c_compressionLevel]: 22, [ZSTD_c_windowLog]: 24 }, // as far back as 16 MiB
    }),
};

async function compress(source, target) {
  const codec = codecs[target.split(".").pop()];
  await fs.writeFile(target, await codec(await fs.readFile(source)));
}

const paths = process.argv.slice(2);
const pairs = paths.flatMap((path, n) => (n % 2 ? [] : [[path, paths[n + 1]]]));
await Promise.all(pairs.map(([source, target]) => compress(source, target)));

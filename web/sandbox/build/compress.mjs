// Compresses a file with the codec that the target's ending names: node compress.mjs SOURCE TARGET
import fs from "node:fs";
import zlib from "node:zlib";

const { ZSTD_c_compressionLevel, ZSTD_c_windowLog } = zlib.constants;

const codecs = {
  gz: (bytes) => zlib.gzipSync(bytes, { level: 9 }),
  zst: (bytes) =>
    zlib.zstdCompressSync(bytes, {
      pledgedSrcSize: bytes.length, // so that it chooses for this very size
      params: { [ZSTD_c_compressionLevel]: 22, [ZSTD_c_windowLog]: 24 }, // as far back as 16 MiB
    }),
};

const [source, target] = process.argv.slice(2);
const codec = codecs[target.split(".").pop()];
fs.writeFileSync(target, codec(fs.readFileSync(source)));

// Compresses a file with zstd: node compress.mjs SOURCE TARGET
import fs from "node:fs";
import zlib from "node:zlib";

const { ZSTD_c_compressionLevel, ZSTD_c_windowLog } = zlib.constants;
const [source, target] = process.argv.slice(2);
const bytes = fs.readFileSync(source);
const packed = zlib.zstdCompressSync(bytes, {
  pledgedSrcSize: bytes.length, // so that it chooses for this very size
  params: { [ZSTD_c_compressionLevel]: 22, [ZSTD_c_windowLog]: 24 }, // as far back as 16 MiB
});
fs.writeFileSync(target, packed);

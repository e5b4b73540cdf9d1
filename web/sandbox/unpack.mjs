/** The bytes that were packed into a file. */
export const unpacked = (stream) => stream.pipeThrough(new DecompressionStream("gzip"));

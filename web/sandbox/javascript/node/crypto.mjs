import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { Buffer } from "buffer";

const KINDS = { sha1, sha256 };
const bytes = (data) => Buffer.from(data);
const made = (hash) => ({
  digest: (encoding) => (encoding ? bytes(hash.digest()).toString(encoding) : bytes(hash.digest())),
  update(data) {
    hash.update(bytes(data));
    return this;
  },
});

/** What `etag` and `cookie-signature` hash with. */
export const createHash = (kind) => made(KINDS[kind].create());
export const createHmac = (kind, key) => made(hmac.create(KINDS[kind], bytes(key)));

export function timingSafeEqual(a, b) {
  return a.length === b.length && a.every((byte, n) => byte === b[n]);
}

export default { createHash, createHmac, timingSafeEqual };

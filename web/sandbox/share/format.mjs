// What a link carries: `#run=<format>.<snippet>.<data>`. A link is a stranger's word: it is read
// within limits, and only what has the right shape is kept.

import { requestsOf } from "./requests.mjs";

export const PREFIX = "#run=";
const FORMAT = "1";
const LONGEST = 60_000; // characters of a fragment
const MOST = 400_000; // bytes that it may unpack to
const CODE = 100_000; // characters of a program
const SLICE = 256; // bytes that are unpacked at a time, to a thousand times as many at most
const SNIPPET = /^[a-z\d_]{1,80}\/[a-z\d_]{1,80}$/;

/** Why a link is not opened, or cannot be made: `damaged`, `format` or `size`. */
export class LinkError extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

function refuse(code) {
  throw new LinkError(code);
}

const through = (stream, bytes) => {
  let start = 0;
  const slices = new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(start, start + SLICE));
      start += SLICE;
    },
  });
  return slices.pipeThrough(stream);
};

/** All bytes of a stream; one that brings too many is given up at once. */
async function collect(stream) {
  const reader = stream.getReader();
  const parts = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    size += value.length;
    if (size > MOST) {
      reader.cancel().catch(() => {});
      refuse("size");
    }
    parts.push(value);
  }
}

async function pack(content) {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  const packed = await collect(through(new CompressionStream("deflate-raw"), bytes));
  const binary = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function unpack(data) {
  const binary = atob(data.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const unpacked = await collect(through(new DecompressionStream("deflate-raw"), bytes));
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(unpacked));
}

async function first(data) {
  const { code, requests } = await unpack(data);
  if (typeof code !== "string") refuse("damaged");
  if (code.length > CODE) refuse("size");
  return { code, requests: requestsOf(requests) };
}

// A format stays here for ever: a link may lie in somebody's wiki.
const FORMATS = { 1: first };

/**
 * The fragment that carries a draft.
 *
 * @param {string} snippet its id
 * @param {{code: string, requests: object[] | null}} draft
 * @throws {LinkError} `size`: nobody could open it; `damaged`: a request is none
 */
export async function fragmentOf(snippet, { code, requests }) {
  const fragment = `${PREFIX}${FORMAT}.${snippet}.${await pack({ code, requests })}`;
  await contentOf(addressed(fragment));
  return fragment;
}

/**
 * What stands in front of a link's data, and the data, still packed.
 *
 * @param {string} fragment with its `#run=`
 * @returns {{format: string, snippet: string, data: string}}
 * @throws {LinkError}
 */
export function addressed(fragment) {
  if (fragment.length > LONGEST) refuse("size");
  const [format, snippet, data, ...rest] = fragment
    .slice(PREFIX.length)
    .replace(/%2f/i, "/") // as some programs write it
    .split(".");
  const whole = /^\d+$/.test(format) && SNIPPET.test(snippet) && /^[\w-]+$/.test(data);
  if (!whole || rest.length) refuse("damaged");
  return { format, snippet, data };
}

/**
 * The draft that a link holds.
 *
 * @throws {LinkError}
 */
export async function contentOf({ format, data }) {
  const read = Object.hasOwn(FORMATS, format) ? FORMATS[format] : refuse("format");
  try {
    return await read(data);
  } catch (error) {
    throw error instanceof LinkError ? error : new LinkError("damaged");
  }
}

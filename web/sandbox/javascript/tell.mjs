// Tells a recording as Python does: recorder/transcript.py and `Timeline.digest`, with its words.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

const DIGITS = 16; // of a digest

/** A sentence of the recorder's with the values that it names. */
export const fill = (form, values) => form.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

/** The recording as sentences, one an event. */
export function transcribe({ events }, words) {
  return events.map(({ at, kind, visitor, name, text }) => {
    const form = Object.hasOwn(words, kind) ? words[kind] : `${kind} {name} {text}`;
    const told = fill(form, { name, text: text.split(/\r?\n/).join(" ") });
    const when = fill(words.seconds, { n: Number(at.toFixed(6)) });
    return `${when} · ${visitor ? `${visitor} · ` : ""}${told}`;
  });
}

/** As Python writes a number of seconds, and a text: ASCII alone. */
const seconds = (at) => (Number.isInteger(at) ? `${at}.0` : `${at}`);
const ascii = (text) =>
  JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** What two recordings have in common exactly if they are equal. */
export function digest({ events, responses }) {
  const rows = events.map(
    ({ at, kind, visitor, name }) => `[${seconds(at)},${[kind, visitor, name].map(ascii)}]`,
  );
  const answers = responses.map(({ status, body }) => `[${status},${ascii(body)}]`);
  const told = `[[${rows}],[${answers}]]`;
  return bytesToHex(sha256(utf8ToBytes(told))).slice(0, DIGITS);
}

// What a program for Node finds without importing it; first of all that a worker imports.
import { Buffer } from "buffer";
import process from "./process.mjs";
import { putOff } from "./turns.mjs";

const setImmediate = (work, ...args) => putOff(() => work(...args));

function clearImmediate(turn) {
  if (turn) turn.isOff = true;
}

Object.assign(globalThis, { Buffer, clearImmediate, global: globalThis, process, setImmediate });

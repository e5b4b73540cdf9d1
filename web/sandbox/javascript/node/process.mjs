import { nextTick, turnsToCome } from "./turns.mjs";

/** What Express and its packages ask of the process, and what the player does. */
export default {
  argv: [],
  cwd: () => "/",
  emitWarning() {},
  env: { NODE_ENV: "production" }, // otherwise Express answers an error with its stack
  getActiveResourcesInfo: () => Array(turnsToCome()).fill("Immediate"),
  nextTick,
  platform: "linux",
  version: "",
  versions: {},
};

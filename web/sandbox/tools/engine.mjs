// What runs jobs, loaded when somebody means to run one.
export { run, stop, warm } from "../player.mjs";

// Runs JavaScript, in a worker without network, storage or origin. What it says is not to be
// trusted once a reader's code has run in it.
import "./node/globals.mjs";
import { limitMessages } from "../messages.mjs";
import { perform } from "./stage.mjs";

const beginOrder = limitMessages();
const { postMessage } = globalThis; // whatever a program makes of it
const { stringify } = JSON;

self.onmessage = async ({ data }) => {
  beginOrder();
  try {
    postMessage({ result: stringify(await perform(JSON.parse(data.job), WORDS)) });
  } catch (error) {
    postMessage({ failed: `${error.message}\n${error.stack}` });
  }
};
postMessage({ isThere: true });

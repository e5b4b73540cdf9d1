// The search's worker. It speaks the messages of Material's own: 1 ready, 2 question, 3 result.
// One message is ours: an ArrayBuffer, the index, which the page has fetched meanwhile.
import { Ranking } from "./rank.mjs";
import { Results } from "./results.mjs";

const READY = 1;
const QUESTION = 2;
const RESULT = 3;

let results;

addEventListener("message", ({ data }) => {
  if (data instanceof ArrayBuffer) {
    const { kinds, ...told } = JSON.parse(new TextDecoder().decode(data));
    results = new Results(new Ranking(told), kinds);
    postMessage({ type: READY });
  } else if (data.type === QUESTION) {
    postMessage({ type: RESULT, data: { items: results.items(data.data) } });
  }
});

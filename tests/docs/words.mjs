// Prints the terms of each text of a list as JSON: node words.mjs < job.json
import fs from "node:fs";
import { asked, mainland, words } from "../../web/search/words.mjs";

const { texts, chinese } = JSON.parse(fs.readFileSync(0, "utf8"));
const terms = (found) => found.map(({ term }) => term);
const told = texts.map((text) => ({
  indexed: terms(words(text, chinese)),
  asked: terms(asked(mainland(text, chinese), chinese)),
}));
console.log(JSON.stringify(told));

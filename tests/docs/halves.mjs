// Prints, as JSON, what each word of a list is made of: node halves.mjs < job.json
import fs from "node:fs";
import { stemmer } from "stemmer";
import { halves } from "../../web/search/typos.mjs";

const { words } = JSON.parse(fs.readFileSync(0, "utf8"));
const known = new Map([["thread", 1], ["pool", 1]]);
console.log(JSON.stringify(words.map((word) => halves(word, known, stemmer))));

// Cuts a text into terms: in the same way what is indexed and what is asked, and in every engine.
// Intl.Segmenter is of no use here, since each engine cuts Chinese in its own way.
import { stemmer } from "stemmer";
import { concepts } from "./concepts.mjs";

const HAN = /\p{Script=Han}/u;
// What is not Chinese ends where Chinese begins: a space is seldom put between them.
const OTHER = "(?:\\p{N}|[^\\P{L}\\p{Script=Han}])+";
const RUNS = new RegExp(`\\p{Script=Han}+|${OTHER}(?:[._-]+${OTHER})*`, "gu");
const INNER = /[._-]+/;
// Between a small letter and a capital, and before the last of several capitals: HTTPException.
const CAMEL = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const LONGEST = 40; // letters of an identifier; what is longer is a path or a hash
const NOT = { 没: "不", 未: "不" }; // 没执行 and 未执行 are 不执行
// They stand between words, and tell nothing of what is sought.
const PARTICLES = /[的了吗呢吧啊么嘛呀着都就也又却还会把让给在里是和与跟从]/;
const STOP_ZH =
  /怎么办|怎么回事|怎么样|怎么|怎样|如何|为什么|为何|为啥|什么|是不是|能不能|可不可以|可以|请问|一直|总是|老是|有时候|有时|到底|应该|需要|明明|居然|竟然|压根|根本|莫名其妙|莫名|求助|请教|大佬|咋办|咋|想知道|的时候|结果/g;
const STOP_EN = new Set(
  (
    "a an the is are was were be been am to of in on at by for with and or my our your i we you " +
    "it its this that these those how why what when where who do does did can could should would " +
    "will there then than so just get gets got about into from if but as not no t s m ve re don isn " +
    "won didn doesn aren wasn always sometim us want need pleas fastapi has have had very realli actual doesnt dont cant " +
    "wont isnt didnt im use using"
  ).split(" "),
);

/** @typedef {{term: string, start: number, end: number, concept?: boolean, whole?: boolean}} Word */

/** @typedef {{characters: Record<string, string>, phrases: Record<string, string>}} Chinese what stands for
 * a traditional character, and for what is called otherwise in Taiwan, in simplified characters. */

/** The text in small letters and simplified characters, letter by letter: places stay. */
function fold(text, { characters }) {
  let folded = "";
  for (const letter of text) {
    const small = letter.toLowerCase();
    const one = small.length === letter.length ? small : letter;
    const plain = characters[one] ?? one;
    folded += NOT[plain] ?? plain;
  }
  return folded;
}

function* ofHan(run, at) {
  let start = at;
  for (const part of run.split(PARTICLES)) {
    const pairs = Math.max(part.length - 1, Math.min(part.length, 1)); // one character is a term
    for (let i = 0; i < pairs; i++) {
      const term = part.slice(i, i + 2);
      yield { term, start: start + i, end: start + i + term.length };
    }
    start += part.length + 1;
  }
}

/** The places of an identifier's parts: `add_task`, `asyncio.gather`, `BackgroundTasks`. */
function partsOf(run) {
  const parts = [];
  for (const { 0: piece, index } of run.matchAll(/[^._-]+/g)) {
    let start = index;
    for (const part of piece.split(CAMEL)) {
      parts.push([start, start + part.length]);
      start += part.length;
    }
  }
  return parts;
}

function* ofName(run, folded, at) {
  const parts = partsOf(run);
  if (parts.length > 1 && run.length <= LONGEST) {
    // Stemmed, as it is if somebody types it in small letters: backgroundtasks.
    const term = stemmer(folded.split(INNER).join(""));
    yield { term, start: at, end: at + run.length, whole: true };
  }
  for (const [start, end] of parts)
    yield { term: stemmer(folded.slice(start, end)), start: at + start, end: at + end };
}

/**
 * The terms of a text, with their places.
 * @param {string} text
 * @param {Chinese} chinese
 * @returns {Word[]}
 */
export function words(text, chinese) {
  const folded = fold(text, chinese);
  const found = [];
  for (const { 0: run, index } of text.matchAll(RUNS)) {
    const small = folded.slice(index, index + run.length);
    found.push(...(HAN.test(run) ? ofHan(small, index) : ofName(run, small, index)));
  }
  for (const [term, start, end] of concepts(folded))
    found.push({ term, start, end, concept: true });
  return found;
}

/** The terms of a question, without those that any question has, if others are left. */
export function asked(text, chinese) {
  let plain = text;
  for (const { 0: stop, index } of fold(text, chinese).matchAll(STOP_ZH))
    plain = `${plain.slice(0, index)}${" ".repeat(stop.length)}${plain.slice(index + stop.length)}`;
  const telling = words(plain, chinese).filter(({ term }) => !STOP_EN.has(term));
  return telling.length ? telling : words(text, chinese);
}

/** A question in the words of the mainland, which the site is written in. */
export function mainland(text, { characters, phrases }) {
  if (!HAN.test(text)) return text;
  const simplified = Array.from(text, (letter) => characters[letter] ?? letter).join("");
  return Object.entries(phrases).reduce(
    (said, [from, to]) => said.replaceAll(from, to),
    simplified,
  );
}

/** The terms of some words, each with the concepts that it says. */
export function conceptsByTerm(found) {
  const concepts = found.filter(({ concept }) => concept);
  const terms = new Map();
  for (const { term, start, end, concept } of found) {
    const said = concept ? [] : concepts.filter((one) => one.start < end && start < one.end);
    terms.set(term, [...(terms.get(term) ?? []), ...said.map((one) => one.term)]);
  }
  return terms;
}

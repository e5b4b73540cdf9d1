import { NO_STORY, Unplayable } from "./errors.mjs";

const SECONDS = "must be virtual seconds from 0 on";

function faultOf(request) {
  const { visitor, path, at = 0, leaves = 0 } = request ?? {};
  if (typeof visitor !== "string") return ["visitor", "a request needs a visitor"];
  if (!`${path}`.startsWith("/")) return ["path", "a request needs a path that begins with /"];
  if (!(at >= 0 && leaves >= 0)) return ["at", `at and leaves ${SECONDS}`];
}

/** The story that a text tells; `from` says in a message where the text is from. */
export function readStory(text, from) {
  const refuse = (key, why) => {
    const line = text.slice(0, Math.max(0, text.indexOf(`"${key}"`))).split("\n").length;
    throw new Unplayable(NO_STORY, `${from}:${line}: ${why}`);
  };
  let story;
  try {
    story = JSON.parse(text);
  } catch (error) {
    refuse("", `the story is not valid JSON: ${error.message}`);
  }
  const { requests, until = 0 } = story ?? {};
  if (!Array.isArray(requests)) refuse("requests", 'the story needs a list "requests"');
  if (!(until >= 0)) refuse("until", `until ${SECONDS}`);
  const fault = requests.map(faultOf).find(Boolean);
  if (fault) refuse(...fault);
  return story;
}

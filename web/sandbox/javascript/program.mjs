// Makes a module of what the reader has written.
import { parse } from "acorn";
import { fill } from "./tell.mjs";

const COLUMN = / \(\d+:\d+\)$/; // which acorn appends to a message
const MODULES = Symbol.for("modules");
const IMPORTS = /^(Import|ExportNamed|ExportAll)Declaration$/;

/** What a program may import, by name. */
export const modules = {};
globalThis[MODULES] = modules;

const asAddress = (text) => `data:text/javascript,${encodeURIComponent(text)}`;

// A data: address, since WebKit imports no other one here.
function addressOf(name) {
  const keys = Object.keys(modules[name]);
  const place = `globalThis[Symbol.for("modules")][${JSON.stringify(name)}]`;
  const values = keys.map((key, n) => `_${n} = from[${JSON.stringify(key)}]`);
  const names = keys.map((key, n) => `_${n} as ${key}`); // which may be a reserved word
  return asAddress(`const from = ${place}, ${values}; export { ${names} };`);
}

/**
 * The address of the module.
 *
 * @param {string} source
 * @param {(reason: string) => Error} refuse names the line first
 * @param {Record<string, string>} words
 */
export function addressOfProgram(source, refuse, words) {
  let text = source;
  const { body } = parsed(source, refuse);
  const imports = body.filter((node) => IMPORTS.test(node.type) && node.source);
  for (const { source: from } of imports.reverse()) {
    const { value, start, end, loc } = from;
    if (!Object.hasOwn(modules, value)) {
      throw refuse(`${loc.start.line}: ${fill(words["browser.module"], { name: value })}`);
    }
    text = text.slice(0, start) + JSON.stringify(addressOf(value)) + text.slice(end);
  }
  return asAddress(text);
}

function parsed(source, refuse) {
  try {
    return parse(source, { ecmaVersion: "latest", sourceType: "module", locations: true });
  } catch (error) {
    throw refuse(`${error.loc?.line ?? 1}: SyntaxError: ${error.message.replace(COLUMN, "")}`);
  }
}

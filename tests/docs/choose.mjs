// What the script of the page `choose` decides: node choose.mjs CHOICE DATA
// CHOICE is the module, DATA what the page carries. Prints one JSON text.
import fs from "node:fs";

const [module, file] = process.argv.slice(2);
const { decide, fitting, fromAddress, toAddress } = await import(module);
const data = JSON.parse(fs.readFileSync(file, "utf-8"));

/** Every way to answer the questions, or to leave them open. */
function* ways(questions) {
  if (questions.length === 0) return yield {};
  const [question, ...rest] = questions;
  for (const option of [undefined, ...data.options[question]])
    for (const others of ways(rest))
      yield option === undefined ? others : { [question]: option, ...others };
}

const found = [...ways(Object.keys(data.options))].map((given) => [
  given,
  fitting(data, given).map((rule) => rule.id),
  decide(data, given),
]);
const settled = { due: "schedule", loss: "may", retry: "no", server: "uvicorn" };
const address = toAddress(data, "?fastapi=0.117.1&loss=never", settled);
process.stdout.write(
  JSON.stringify({
    found,
    settled: decide(data, settled),
    nothing: decide(data, {}),
    address,
    back: fromAddress(data, address),
    strange: fromAddress(data, "?loss=maybe&due=&h=queue&work=awaits&work=blocks&__proto__=x"),
    cleared: toAddress(data, address, {}),
  }),
);

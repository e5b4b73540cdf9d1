// Which tool suits which work: decides by the rules that the page carries, as site_build/choice.py
// does. Knows nothing of the page.

/** Whether an answer to a question, if there is one, is among those that are allowed. */
const fits = (given, [question, allowed]) =>
  !(question in given) || allowed.includes(given[question]);

/** The rules that fit, or that can still fit when the other questions are answered. */
export function fitting(data, given) {
  return data.rules.filter((rule) => {
    const oneOf = Object.entries(rule.any);
    return (
      Object.entries(rule.all).every((item) => fits(given, item)) &&
      (oneOf.length === 0 || oneOf.some((item) => fits(given, item)))
    );
  });
}

/**
 * What is left: the rules, their answers, the reasons that all of them have in common, and the
 * open questions that can no longer change the answer.
 */
export function decide(data, given) {
  const rules = fitting(data, given);
  const answers = [...new Set(rules.map((rule) => rule.answer))];
  const [first, ...others] = rules;
  const isAsked = (question) => rules.some((rule) => question in rule.all || question in rule.any);
  return {
    rules: rules.map((rule) => rule.id),
    answers,
    reasons: first.reasons.filter((name) => others.every((rule) => rule.reasons.includes(name))),
    moot: Object.keys(data.options).filter(
      (question) => !(question in given) && (answers.length === 1 || !isAsked(question)),
    ),
  };
}

/** What an address says of the questions; what it does not know is left out. */
export function fromAddress(data, search) {
  const isKnown = ([question, option]) =>
    Object.hasOwn(data.options, question) && data.options[question].includes(option);
  return Object.fromEntries([...new URLSearchParams(search)].filter(isKnown));
}

/** An address with these answers in the place of others; what else it holds stays. */
export function toAddress(data, search, given) {
  const kept = new URLSearchParams(search);
  for (const question of Object.keys(data.options)) {
    if (question in given) kept.set(question, given[question]);
    else kept.delete(question);
  }
  return `?${kept}`;
}

// What is said of promises and of a comparison, in both languages.

const en = {
  close: "Close",
  playing: "Playing both versions.",
  promise: (says) => `Promised: “${says}”.`,
  holds: "✓ It holds.",
  fails: "✗ It does not hold.",
  unclear: "? This run cannot tell.",
  lesson: "✗ It does not hold, which is what this listing shows.",
  yours: (verdict) => `Your version: ${verdict}`,
  code: "What differs in the code",
  same: "The code of both is the same.",
  requests: "The two are asked for different things.",
  scroll: "Timeline, scrolls sideways",
};

const zh = {
  close: "关闭",
  playing: "正在运行两个版本。",
  promise: (says) => `应当做到：“${says}”。`,
  holds: "✓ 做到了。",
  fails: "✗ 没做到。",
  unclear: "? 这次运行看不出来。",
  lesson: "✗ 没做到，这个例子要说的正是这一点。",
  yours: (verdict) => `你的版本：${verdict}`,
  code: "代码的差异",
  same: "两边的代码一样。",
  requests: "两边收到的请求不同。",
  scroll: "时间线，可左右滚动",
};

/** The words of a language: `zh` or `en`. */
export const wordsOf = (language) => ((LANGUAGE || language) === "zh" ? zh : en);

/**
 * Whether a promise holds in a run, in words.
 *
 * @param {boolean | null} holds null if the run cannot tell
 * @param {boolean} isYours whether the reader has changed what was run
 * @param {boolean} isLesson whether it is there to show that the promise does not hold
 */
export function verdict(words, holds, isYours, isLesson) {
  const told = { true: words.holds, false: words.fails }[holds] ?? words.unclear;
  if (isYours) return words.yours(told);
  return isLesson && holds === false ? words.lesson : told;
}

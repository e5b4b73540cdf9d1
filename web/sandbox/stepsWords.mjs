// What the steps through a timeline are called, in both languages.

const en = {
  steps: "Step through it",
  previous: "Previous event",
  next: "Next event",
  event: "Event",
  play: "Play",
  pause: "Pause",
  speed: "Speed",
  whole: "All of it",
  place: (n, count) => `${n} of ${count}`,
};

const zh = {
  steps: "逐步查看",
  previous: "上一个事件",
  next: "下一个事件",
  event: "事件",
  play: "播放",
  pause: "暂停",
  speed: "速度",
  whole: "全部",
  place: (n, count) => `${n} / ${count}`,
};

/** The words of a language, `zh` for every tag that begins so, English for all others. */
export const wordsOf = (tag) => ((LANGUAGE ? LANGUAGE === "zh" : tag.startsWith("zh")) ? zh : en);

// What a question says of its answer, in both languages.

const en = {
  run: "Run it and see",
  look: "Compare",
  chose: "You chose",
  ran: "The run says",
  recorded: "The recording says",
  measured: "Measured",
  yours: "Your version says",
  none: "none of these",
  nothing: "nothing: it did not run to its end",
};

const zh = {
  run: "运行看看",
  look: "对照答案",
  chose: "你选的是",
  ran: "运行结果是",
  recorded: "录制结果是",
  measured: "实测结果是",
  yours: "你改过的版本是",
  none: "以上都不是",
  nothing: "没有结果：它没有运行完",
};

/** The words of a language, `zh` for every tag that begins so, English for all others. */
export const wordsOf = (tag) => ((LANGUAGE ? LANGUAGE === "zh" : tag.startsWith("zh")) ? zh : en);

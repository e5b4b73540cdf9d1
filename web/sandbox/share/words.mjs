// What is said of links and copies, in both languages.

const en = {
  close: "Close",
  link: "Link",
  shared:
    "✓ The link is copied. Whoever opens it sees your code and your requests; only Run runs them.",
  byHand: "The browser did not let us copy it. It is selected: press Ctrl+C, or ⌘C.",
  tooMuch: "✗ This is more than a link can hold.",
  noRequest: "✗ One of the requests is none that could be sent, so there is no link to it.",
  file: "The file",
  curl: "The requests, for curl",
  copied: "✓ Copied.",
  asks: (at, visitor) => `${at} s: ${visitor}`,
  types: (at, text) => `${at} s: type ${text}`,
  opened: "From a link, not run yet. Read the code before you press Run.",
  ran: "From a link.",
  asHere: "The link holds just what this listing is.",
  other: "The link holds another version than yours, which is still here.",
  showIt: "Show the link's",
  original: "Show the original",
  mine: "Back to mine",
  damaged: "✗ This link is damaged. The listing is the page's own.",
  format:
    "✗ This page does not know the link's format. Reloading may help. The listing is the page's own.",
  size: "✗ This link holds more than a page opens. The listing is the page's own.",
  elsewhere: (snippet) => `✗ This link is to ${snippet}, which is not on this page.`,
};

const zh = {
  close: "关闭",
  link: "链接",
  shared: "✓ 链接已复制。打开它的人会看到你的代码和请求；要点“运行”才会运行。",
  byHand: "浏览器不让我们复制。链接或文本已选中：按 Ctrl+C（Mac 上按 ⌘C）。",
  tooMuch: "✗ 内容太多，一个链接装不下。",
  noRequest: "✗ 有一个请求发不出去，所以生成不了链接。",
  file: "代码文件",
  curl: "请求（curl 命令）",
  copied: "✓ 已复制。",
  asks: (at, visitor) => `第 ${at} 秒：${visitor}`,
  types: (at, text) => `第 ${at} 秒输入 ${text}`,
  opened: "来自链接，还没有运行。先读一遍代码，再点“运行”。",
  ran: "来自链接。",
  asHere: "链接里的内容和这里的代码一样。",
  other: "链接里是另一个版本；你改过的版本还在这里。",
  showIt: "看链接里的",
  original: "看原来的代码",
  mine: "换回我的",
  damaged: "✗ 链接已损坏。这里显示的是原来的代码。",
  format: "✗ 这个页面不认识链接的格式，刷新页面也许有用。这里显示的是原来的代码。",
  size: "✗ 链接里的内容太多，没有打开。这里显示的是原来的代码。",
  elsewhere: (snippet) => `✗ 链接指向 ${snippet}，它不在这个页面上。`,
};

/** The words of a language: `zh` or `en`. */
export const wordsOf = (language) => (language === "zh" ? zh : en);

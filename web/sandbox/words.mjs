// What a sandbox says, in both languages.

/** A number of bytes in megabytes, as networks count them. */
const mega = (bytes) => (bytes / 1e6).toFixed(1);
/** Real milliseconds, in seconds from one second on. */
const spent = (ms, second, milli) =>
  ms < 1000 ? `${Math.max(1, Math.round(ms))} ${milli}` : `${(ms / 1000).toFixed(1)} ${second}`;
/** The least form of a number of seconds: 3, 0.5. */
const least = (seconds) => String(Math.round(seconds * 1e6) / 1e6);

const en = {
  language: "en",
  run: "Run",
  stop: "Stop",
  edit: "Edit",
  requests: "Requests",
  reset: "Reset",
  isReset: "Back to the original.",
  undo: "Undo",
  undone: "It is back.",
  listing: "Code. Press Enter to edit it.",
  draft: "Your version from before.",
  outdated: "You have edited an earlier version of this listing.",
  openDraft: "Open it",
  drop: "Discard it",
  dropped: "Discarded.",
  noEditor: "✗ The editor did not arrive. Check the connection, then press Edit again.",
  compare: "Compare",
  share: "Share",
  copy: "Copy",
  lost: "✗ A file did not arrive. Check the connection, then try again.",
  responses: "Responses",
  console: "Console",
  loading: (what) => `Loading ${what}`,
  amount: (loaded, total) => `${mega(loaded)} of ${mega(total)} MB`,
  parts: {
    python: "Python",
    library: "FastAPI",
    sqlalchemy: "SQLAlchemy",
    rest: "the rest of the library",
    javascript: "the JavaScript sandbox",
    express: "Express",
  },
  starting: "Starting Python",
  startingScript: "Starting the JavaScript sandbox",
  running: "Running",
  waiting: "Waiting for the other example to end",
  stopping: "Stopping",
  same: "✓ Same as recorded.",
  differs: "≠ Not as recorded.",
  yours: "Your version.",
  ran: (ms, fastapi, python) =>
    ` ${spent(ms, "s", "ms")} here · FastAPI ${fastapi} · Python ${python}`,
  ranScript: (ms) => ` ${spent(ms, "s", "ms")} here · this browser’s own JavaScript`,
  undrawn:
    "The recorded picture is hidden, as this run went otherwise. Python draws, and is not loaded: " +
    "run a Python example, then this one again.",
  inline:
    ". This browser cannot suspend a function, so what should wait in a thread ran through at once.",
  recorded: " The timeline below is still the recorded one.",
  line: (n) => `Line ${n}`,
  headers: (n) => (n === 1 ? "1 header" : `${n} headers`),
  seconds: (at) => `${least(at)} s`,
  characters: (n) => `… ${n} characters`,
  more: (n) => `… and ${n} more`,
  errors: {
    app: "✗ The app did not start.",
    deadlock:
      "✗ Deadlock: all of it waits, and no timer is set. In production it would hang for ever.",
    budget: "✗ It was still computing when its time was up. An endless loop?",
    stopped: "You stopped it.",
    story: "✗ The requests cannot be sent.",
    internal: "✗ The sandbox itself failed.",
    missing: (names) => `✗ Python in the browser has no ${names}.`,
    unsupported: "✗ This browser cannot run Python safely. A current Chrome, Edge or Firefox can.",
    network: "✗ A file did not arrive. Check the connection, then press Run again.",
    damaged: "✗ A file arrived damaged. Press Run to fetch it again.",
    crashed: "✗ The sandbox ended by itself, perhaps for lack of memory. Run starts it again.",
    silent: "✗ The sandbox stopped answering and was ended. Run starts it again.",
    flooded: "✗ The code sent more than a page can take, and was ended. Run starts it again.",
    refused: "✗ What came back is no timeline of ours, so it is not shown.",
    stacks:
      "✗ It cannot run in this browser, which cannot suspend a function that waits in a thread.",
  },
};

const zh = {
  language: "zh",
  run: "运行",
  stop: "停止",
  edit: "编辑",
  requests: "请求",
  reset: "重置",
  isReset: "已恢复原样。",
  undo: "撤销",
  undone: "改回来了。",
  listing: "代码。按回车键编辑。",
  draft: "这是你之前改过的版本。",
  outdated: "你改过这段代码的旧版本。",
  openDraft: "打开",
  drop: "丢弃",
  dropped: "已丢弃。",
  noEditor: "✗ 编辑器没下载下来。检查网络后再点“编辑”。",
  compare: "对比",
  share: "分享",
  copy: "复制",
  lost: "✗ 有文件没下载下来。检查网络后再试一次。",
  responses: "响应",
  console: "控制台",
  loading: (what) => `正在加载${what}`,
  amount: (loaded, total) => `${mega(loaded)} / ${mega(total)} MB`,
  parts: {
    python: " Python",
    library: " FastAPI",
    sqlalchemy: " SQLAlchemy",
    rest: "其余的库",
    javascript: " JavaScript 沙箱",
    express: " Express",
  },
  starting: "正在启动 Python",
  startingScript: "正在启动 JavaScript 沙箱",
  running: "正在运行",
  waiting: "等另一个例子运行完",
  stopping: "正在停止",
  same: "✓ 与录制的一致。",
  differs: "≠ 与录制的不同。",
  yours: "你改过的版本。",
  ran: (ms, fastapi, python) =>
    `本机用时 ${spent(ms, "秒", "毫秒")} · FastAPI ${fastapi} · Python ${python}`,
  ranScript: (ms) => `本机用时 ${spent(ms, "秒", "毫秒")} · 浏览器自己的 JavaScript`,
  undrawn:
    "这次运行与录制的不同，所以隐藏了录制的时间线。画图要用 Python，现在还没有加载：" +
    "先运行一个 Python 例子，再运行它。",
  inline: "。这个浏览器不能挂起函数，本该在线程里等待的代码一口气执行完了。",
  recorded: "下面仍是录制的时间线。",
  line: (n) => `第 ${n} 行`,
  headers: (n) => `${n} 个响应头`,
  seconds: (at) => `${least(at)} 秒`,
  characters: (n) => `……共 ${n} 个字符`,
  more: (n) => `……还有 ${n} 条`,
  errors: {
    app: "✗ 应用没能启动。",
    deadlock: "✗ 死锁：所有代码都在等待，又没有定时器。在生产环境会永远挂住。",
    budget: "✗ 时间用完了还在计算。是死循环吗？",
    stopped: "你停止了运行。",
    story: "✗ 请求发不出去。",
    internal: "✗ 沙箱自己出错了。",
    missing: (names) => `✗ 浏览器里的 Python 没有 ${names}。`,
    unsupported: "✗ 这个浏览器不能安全地运行 Python，新版的 Chrome、Edge 或 Firefox 可以。",
    network: "✗ 有文件没下载下来。检查网络后再点“运行”。",
    damaged: "✗ 有文件损坏。点“运行”会重新下载。",
    crashed: "✗ 沙箱意外退出，可能是内存不够。点“运行”会重新启动。",
    silent: "✗ 沙箱没有回应，已被终止。点“运行”会重新启动。",
    flooded: "✗ 代码发出的内容太多，页面容纳不下，已被终止。点“运行”会重新启动。",
    refused: "✗ 返回的不是我们的时间线，所以没有显示。",
    stacks: "✗ 它不能在这个浏览器里运行：线程里等待的函数没法挂起。",
  },
};

// The build says for pages of which language a script is, LANGUAGE, and "" if it is for all: so that
// a page gets no words of the other one. Each file of words asks for itself, or both would be there.
/** The words of a language, `zh` for every tag that begins so, English for all others. */
export const wordsOf = (tag) => ((LANGUAGE ? LANGUAGE === "zh" : tag.startsWith("zh")) ? zh : en);

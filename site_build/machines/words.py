"""The words around what programs read, in both languages."""

WORDS = {
    "zh": {
        "locale": "zh-CN",
        "from": "来源：",
        "start": "从这里开始",
        "optional": "Optional",
        "how": "每个链接都是一页的 Markdown 版本；把地址末尾的 `index.md` 去掉，就是网页本身。"
        "页面上的数字和结论，都在构建时与录制的运行或实测数据核对过。",
        "full": "除实测数据以外的所有页面，放在一个文件里",
        "data": "所有结论和模式的数据，中英文都有",
        "feed": "最近核对或重新测量过的页面（RSS）",
        "other": "English version",
        "without": "全站页面的 Markdown 版本。没有包括在内的只有实测数据一页：",
        "read": "{date} 对照运行结果通读，FastAPI {version}。",
        "measured": "所依据的 {n} 条实测数据，最近测于 {date}。",
    },
    "en": {
        "locale": "en",
        "from": "Source: ",
        "start": "Start here",
        "optional": "Optional",
        "how": "Each link is a page as Markdown; without the `index.md` at its end, the address is "
        "the page itself. Numbers and statements on the pages were compared with a recorded run, "
        "or with what was measured, when the site was built.",
        "full": "all pages but the measurements, in one file",
        "data": "every claim and pattern as data, in both languages",
        "feed": "what was checked or measured last (RSS)",
        "other": "中文版",
        "without": "All pages as Markdown. Only the page of all measurements is not in it: ",
        "read": "Read against its runs on {date}, with FastAPI {version}.",
        "measured": "It rests on {n} measured rows, the newest of {date}.",
    },
}

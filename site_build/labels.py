"""Our own words on the pages, in both languages."""

from evidence.rows import row
from site_build.page import current

LABELS: dict[str, dict[str, str]] = {
    "zh": {
        "wrong": "错误",
        "right": "正确",
        "shows": "演示",
        "blocks": "阻塞",
        "loses_work": "丢任务",
        "runs_twice": "重复执行",
        "hides_error": "掩盖错误",
        "wrong_order": "顺序不对",
        "leaks": "泄漏",
        "stale_answer": "答复过时",
        "timeline": "时间线：{label}",
        "scroll": "时间线，可左右滚动",
        "transcript": "文字版",
        "transcript_of": "文字版时间线",
        "whole": "完整文件 {file}",
        "recorded": "构建本页时在虚拟时钟上录制，FastAPI {fastapi}",
        "recorded_js": "构建本页时在虚拟时钟上录制，Node.js",
        "measured": "实测于 {date}：{versions}",
        "proof_rows": "用真实程序实测的 {n} 条数据",
        "runs": "运行 {n} 次",
        "question": "先猜一猜",
        "answer": "看答案",
        "recording_says": "录制结果：",
        "measured_says": "实测结果：",
        "proof_tests": "下面每一条都是一个 pytest 测试，大多核对的就是上面录制的运行：",
        "proof_read": "上次对照运行结果通读本页：{date}。",
        "verified_runs": "本页的运行在构建时重新录制，FastAPI {fastapi}，Starlette {starlette}。",
        "verified_rows": "实测数据 {n} 条，测于 {days}，所用版本：{versions}。",
        "verified_stale": "所用版本早于现在锁定的：{rows}。",
        "versions_range": "{low} 到 {high}（{n} 个版本）",
        "proof_file": "测试文件：",
        "others_versions": "{runs}；别的版本有什么不同",
        "others_evidence": "{runs}；核对过哪些版本",
        "yes": "是",
        "no": "否",
        "nothing": "（空）",
        "spread": "{low} 到 {high}",
        "table": "表格，可左右滚动",
        "rows_of_part": "{n} 条数据。重新测量这一部分：",
        "asked_of": "对象",
        "details": "另外 {n} 项结果",
        "how_measured": "何时、用什么测的",
        "drawn": "录制下来的运行画在 {page}。",
        "ours": "我们的判断：",
        "unchanged": "另外 {n} 项，各版本都一样",
        "measured_with": "（实测：{links}）",
        "your_version": "本页有些说法因 FastAPI 版本而异。从 {low} 到 {high}，实测了 {n} 个版本。",
        "holds_since": "适用于 FastAPI {since} 及以后：",
        "holds_before": "适用于 FastAPI {before} 之前：",
        "holds_between": "适用于 FastAPI {since} 及以后、{before} 之前：",
        "stale": "早于锁定的版本",
        "locked_now": "现在锁定的是 {newer}",
    },
    "en": {
        "wrong": "Wrong",
        "right": "Right",
        "shows": "Shows",
        "blocks": "blocks",
        "loses_work": "loses work",
        "runs_twice": "runs twice",
        "hides_error": "hides an error",
        "wrong_order": "wrong order",
        "leaks": "leaks",
        "stale_answer": "stale answer",
        "timeline": "Timeline: {label}",
        "scroll": "Timeline, scrolls sideways",
        "transcript": "As text",
        "transcript_of": "Timeline as text",
        "whole": "The whole file, {file}",
        "recorded": "Recorded on a virtual clock when this page was built, with FastAPI {fastapi}",
        "recorded_js": "Recorded on a virtual clock when this page was built, with Node.js",
        "measured": "Measured on {date} with {versions}",
        "proof_rows": "What real programs did: {n} measured",
        "runs": "runs: {n}",
        "question": "Guess first",
        "answer": "Show the answer",
        "recording_says": "The recording says:",
        "measured_says": "Measured:",
        "proof_tests": "Each line is a pytest test; most assert something about the runs above:",
        "proof_read": "This page was last read against its runs on {date}.",
        "verified_runs": "The runs were recorded anew when this page was built, with FastAPI "
        "{fastapi} and Starlette {starlette}.",
        "verified_rows": "What was measured ({n} rows): on {days}, with {versions}.",
        "verified_stale": "Measured with versions older than those locked now: {rows}.",
        "versions_range": "{low} to {high} ({n} releases)",
        "proof_file": "Test file: ",
        "others_versions": "{runs}; what differs in others",
        "others_evidence": "{runs}; which were checked",
        "yes": "yes",
        "no": "no",
        "nothing": "(empty)",
        "spread": "{low} to {high}",
        "table": "Table, scrolls sideways",
        "rows_of_part": "{n} rows. To measure this part again:",
        "asked_of": "asked of",
        "details": "{n} more results",
        "how_measured": "when, and with what",
        "drawn": "The recorded run is drawn on {page}.",
        "ours": "our judgement: ",
        "unchanged": "{n} more, the same in all releases",
        "measured_with": "(measured: {links})",
        "your_version": "Some of this depends on your FastAPI. {n} releases were measured, from "
        "{low} to {high}.",
        "holds_since": "True of FastAPI {since} and later:",
        "holds_before": "True before FastAPI {before}:",
        "holds_between": "True of FastAPI {since} and later, before {before}:",
        "stale": "older than the locks",
        "locked_now": "now locked: {newer}",
    },
}


def word(key: str, **values: str) -> str:
    """One of our words in the language of the page at hand."""
    return LABELS[current.language][key].format(**values)


def measured_on(row_id: str) -> str:
    """When a row of evidence was measured, and with what.

    Raises:
        NoSuchRow: there is no such row.
    """
    found = row(row_id)
    return word("measured", date=found.measured_on, versions=found.with_versions)

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
        "proof_rows": "用真实程序实测的 {n} 条数据，以及重测的命令",
        "runs": "运行 {n} 次",
        "values": "{n} 个结果",
        "question": "先猜一猜",
        "answer": "看答案",
        "recording_says": "录制结果：",
        "measured_says": "实测结果：",
        "proof_tests": "下面每一条都是一个 pytest 测试，大多核对的就是上面录制的运行：",
        "proof_versions": "核对于 {date}，FastAPI {fastapi}，Starlette {starlette}。",
        "proof_file": "测试文件：",
        "others_versions": "{runs}；别的版本有什么不同",
        "others_evidence": "{runs}；核对过哪些版本",
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
        "proof_rows": "What real programs did ({n} measured), and the commands to repeat it",
        "runs": "runs: {n}",
        "values": "{n} results",
        "question": "Guess first",
        "answer": "Show the answer",
        "recording_says": "The recording says:",
        "measured_says": "Measured:",
        "proof_tests": "Each line is a pytest test; most assert something about the runs above:",
        "proof_versions": "Checked on {date} with FastAPI {fastapi} and Starlette {starlette}.",
        "proof_file": "Test file: ",
        "others_versions": "{runs}; what differs in others",
        "others_evidence": "{runs}; which were checked",
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

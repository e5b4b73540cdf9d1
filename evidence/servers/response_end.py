"""When a response is complete, while its tasks run: the page "response-immutable"."""

import time
from collections.abc import Iterator

import httpx

from evidence.probes import probe
from evidence.rows import Finding, Value
from evidence.serving import APPS, Served, serving

STARLETTES = ["starlette-0_28_0", "starlette-0_29_0", ""]
RUNS = 3


@probe(watches_s=40)
def response_end() -> Iterator[Finding]:
    """A streamed response behind a middleware, on Starlettes before and after the change."""
    for where in STARLETTES:
        with serving("uvicorn", APPS / "streaming_behind_middleware.py", where=where) as served:
            release = served.versions["starlette"]
            question = {
                "zh": f"隔着中间件的流式响应，要等任务做完才结束吗（Starlette {release}）？",
                "en": f"Behind a middleware, does a streamed response end before its task "
                f"(Starlette {release})?",
            }
            name = where.replace("_", "-") or "today"
            result: dict[str, Value] = {
                "task_s": 2.0,
                "response_complete_after_s": [_complete(served) for _ in range(RUNS)],
            }
            yield Finding(
                f"response-end-{name}",
                "response-immutable",
                question,
                served.versions,
                result,
                RUNS,
            )


def _complete(served: Served) -> float:
    began = time.monotonic()
    httpx.get(f"{served.url}/stream")
    return round(time.monotonic() - began, 2)

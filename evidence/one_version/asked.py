"""The topics of `evidence/topics.toml`, each with what asks it."""

from collections.abc import Callable

from evidence.one_version import dropped, failing, requests, responses
from evidence.one_version.serving import Result


def dependencies(**scope: str) -> Result | None:
    """What a `yield` dependency does; None of a release that has no `scope`."""
    if scope and not dropped.scope_exists():
        return None
    from evidence.one_version import awaiting, blocking  # not every environment has SQLAlchemy

    questions = blocking.QUESTIONS | awaiting.QUESTIONS
    found = {name: question(dict(scope)) for name, question in questions.items()}
    told = {f"{name}_{key}": value for name in found for key, value in found[name].items()}
    return {"scope_parameter_exists": dropped.scope_exists()} | told


ASKED: dict[str, Callable[[], Result | None]] = {
    "yield": dependencies,
    "yield-function": lambda: dependencies(scope="function"),
    "uploadfile": requests.uploadfile,
    "add-task-after-yield": dropped.add_task_after_yield,
    "failure-skips": failing.failure_skips,
    "handlers": failing.handlers,
    "http-middleware-error": failing.http_middleware_error,
    "chunked-end": responses.chunked_end,
    "own-background": dropped.own_background,
    "raise-drops": dropped.raise_drops,
    "websocket": dropped.websocket,
    "contextvars": requests.contextvars,
    "range": responses.byte_range,
    "streaming": responses.streaming,
}


def answer(topic: str) -> Result | None:
    """The answer of the installed release; None if the question makes no sense to it."""
    return ASKED[topic]()
